import { GatewayError, type Stop } from '@gateway/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireActive } from '../accounts.ts'
import type { AuthorizationContext } from '../context.ts'
import { limitStrangers } from '../http/limit-strangers.ts'
import { seeOther } from '../http/see-other.ts'
import { sendPage } from '../http/send-page.ts'
import { signInChoicePage } from '../pages/sign-in-choice-page.ts'
import { beginSignIn } from '../sign-in/begin-sign-in.ts'
import { signInsOf } from '../sign-in/company-sign-ins.ts'
import { createApprovalSessions, type SignedInPerson } from './approval-sessions.ts'
import { type ApprovalName, approvalPath, isApprovalName } from './approval-url.ts'
import { decideApproval } from './decide-approval.ts'
import { refuseApproval } from './refuse-approval.ts'
import { showApproval } from './show-approval.ts'
import { stopOf } from './stop-of.ts'

interface ApprovalRoute {
  Params: { tenantId: string; id: string }
  Querystring: { at?: unknown }
}

/**
 * The page on which a person decides about a call that waits. The tenant of the link only decides where somebody is sent to
 * sign in: what is shown is of the tenant that they then are of. Nothing but the form, posted once, decides anything.
 */
export const approvalRoutes = (app: FastifyInstance, context: AuthorizationContext): void => {
  const { approvals, directory, companies, retries, stops } = context
  if (!approvals) return
  const url = '/approvals/:tenantId/:id'
  const sessions = createApprovalSessions(context)
  const deps = { ...context, approvals }

  /** The tenant of a link, as far as anybody can sign in to it; undefined is answered like an approval that is none. */
  const tenantOf = async (request: FastifyRequest<ApprovalRoute>) => {
    const { params } = request
    if (!isApprovalName(params)) return undefined
    const tenant = await directory.find(params.tenantId)
    if (!tenant || signInsOf(tenant).length === 0) {
      // Whoever tries all names would learn who is served here.
      await limitStrangers(context, request, 'CompaniesTriedFrom')
      return undefined
    }
    companies.set(request, tenant.id)
    retries.set(request, approvalPath(params))
    return tenant
  }

  /** Beyond the limit it is an event of no company: else strangers could fill its audit log. */
  const limit = async (request: FastifyRequest, what: 'RequestsFrom' | 'DecisionsFrom'): Promise<void> => {
    try {
      await limitStrangers(context, request, what)
    } catch (thrown) {
      companies.delete(request)
      throw thrown
    }
  }

  const refuseStranger = async (
    request: FastifyRequest,
    reply: FastifyReply,
    name: ApprovalName,
  ): Promise<FastifyReply> => {
    await limit(request, 'DecisionsFrom')
    return refuseApproval(context, request, reply, { name, refusal: 'no_session' })
  }

  const refuseStopped = (
    request: FastifyRequest,
    reply: FastifyReply,
    { stop, ...of }: { readonly name: ApprovalName; readonly person: SignedInPerson; readonly stop: Stop },
  ): Promise<FastifyReply> =>
    refuseApproval(context, request, reply, { ...of, refusal: 'stopped', because: stop.reason })

  const signIn = async (
    request: FastifyRequest<ApprovalRoute>,
    reply: FastifyReply,
    name: ApprovalName,
    choices: ReturnType<typeof signInsOf>,
  ): Promise<FastifyReply> => {
    await limit(request, 'RequestsFrom')
    const { at } = request.query
    const chosen =
      choices.length === 1
        ? choices[0]
        : choices.find((_, index) => typeof at === 'string' && at === String(index))
    if (chosen) {
      const to = await beginSignIn(context, reply, chosen, { purpose: 'approval', uid: name.id })
      return seeOther(reply, to.href)
    }
    return sendPage(
      reply,
      signInChoicePage({
        choices: choices.map(({ connection }, index) => ({
          label: connection.issuer.replace(/^https?:\/\//, '').replace(/\/$/, ''),
          path: `${approvalPath(name)}?at=${index}`,
        })),
      }),
    )
  }

  app.get<ApprovalRoute>(url, async (request, reply) => {
    const { params: name } = request
    const tenant = await tenantOf(request)
    if (!tenant) return refuseApproval(context, request, reply, { name, refusal: 'unknown' })
    const person = await sessions.find(request, tenant.id)
    if (!person) return signIn(request, reply, name, signInsOf(tenant))
    // Sent to sign in again by itself, a browser might come back the same, and go on like that.
    if (person === 'ended') return refuseStranger(request, sessions.end(reply), name)
    requireActive(person.tenant)
    const stop = await stopOf(stops, person)
    if (stop) return refuseStopped(request, reply, { name, person, stop })
    return showApproval(deps, request, reply, { name, person })
  })

  app.post<ApprovalRoute>(url, async (request, reply) => {
    const { params: name } = request
    const tenant = await tenantOf(request)
    if (!tenant) return refuseApproval(context, request, reply, { name, refusal: 'unknown' })
    const person = await sessions.find(request, tenant.id)
    if (!person || person === 'ended') return refuseStranger(request, reply, name)
    requireActive(person.tenant)
    const stop = await stopOf(stops, person)
    if (stop) return refuseStopped(request, reply, { name, person, stop })
    return decideApproval(deps, request, reply, { name, person })
  })

  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url,
    async handler(_, reply) {
      reply.header('allow', 'GET, POST')
      throw new GatewayError('method_not_allowed', 'This page is opened or answered, and nothing else.')
    },
  })
}
