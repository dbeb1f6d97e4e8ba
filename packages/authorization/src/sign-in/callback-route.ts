import { GatewayError } from '@gateway/domain'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { createApprovalSessions } from '../approvals/approval-sessions.ts'
import { approvalPath } from '../approvals/approval-url.ts'
import type { AuthorizationContext } from '../context.ts'
import { record } from '../http/record.ts'
import { seeOther } from '../http/see-other.ts'
import { sendPage } from '../http/send-page.ts'
import { notSignedInPage } from '../pages/approval-error-pages.ts'
import { ended } from './interaction-of.ts'
import { resolveAccount } from './resolve-account.ts'
import { beganHere, clearStateCookie } from './state-cookie.ts'
import { refused } from './upstream-faults.ts'

/**
 * The redirect URI that a company registers for the authorization server: one of its own, so that no company's SSO can have an
 * answer of another's sent to itself (RFC 9700 section 4.4.2.2).
 */
export const redirectUriOf = (issuer: string, tenantId: string): string =>
  `${issuer}${callbackPath}/${tenantId}`

const callbackPath = '/sso/callback'

/** Where companies' SSOs send people back to (OpenID Connect Core 1.0 section 3.1.2.5). */
export const callbackRoute = (app: FastifyInstance, context: AuthorizationContext): void => {
  const { pending, upstream, directory, issuer, retries, companies } = context
  const sessions = createApprovalSessions(context)
  const secure = new URL(issuer).protocol === 'https:'

  app.get<{ Params: { tenantId: string } }>(`${callbackPath}/:tenantId`, async (request, reply) => {
    const { tenantId } = request.params
    // The path is ours, whatever form the request line has: the SSO is told it.
    const url = new URL(redirectUriOf(issuer, tenantId))
    url.search = new URL(request.raw.url ?? '/', issuer).search
    const [state = '', ...more] = url.searchParams.getAll('state')
    if (more.length > 0 || !beganHere(request, state, secure)) throw ended('the state is not of this browser')
    const begun = await pending.takeBegun(state)
    if (!begun) throw ended('the state is used or old')
    clearStateCookie(reply, secure)
    companies.set(request, begun.tenantId)
    if (begun.tenantId !== tenantId) throw refused('the redirect URI of another company')
    const isApproval = begun.purpose === 'approval'
    const approval = { tenantId, id: begun.uid }
    retries.set(request, isApproval ? approvalPath(approval) : `/interaction/${begun.uid}`)
    const tenant = await directory.find(begun.tenantId)
    const connection = tenant?.connections.find(
      ({ issuer: name, pins }) =>
        name === begun.issuer && JSON.stringify(pins) === JSON.stringify(begun.pins),
    )
    if (!tenant || connection?.clientId === undefined) throw ended('the sign-in of the company is gone')
    const signIn = { tenant, connection: { ...connection, clientId: connection.clientId } }

    // Before anything else of the answer counts: it may be of another SSO (RFC 9207 section 2.4).
    if (url.searchParams.getAll('iss').some((iss) => iss !== connection.issuer)) throw refused('another iss')
    const error = url.searchParams.get('error')
    if (error !== null) {
      // What the SSO says of it is not passed on: it may be anybody's text.
      if (error !== 'access_denied') throw refused('an error of the SSO')
      await record(context, request, { event: 'oauth.sign_in', outcome: 'cancelled', tenantId: tenant.id })
      if (isApproval) return sendPage(reply, notSignedInPage({ requestId: request.id, approval }), 403)
      await pending.end(begun.uid, { error: 'access_denied' })
      return onwards(reply, begun.uid)
    }
    const signedIn = await upstream.finish(signIn, { url, state, begun })
    const { accountId, mayDoAnything } = await resolveAccount(context, signIn, signedIn)
    // Who approves what others ask for may have no access of their own; the page asks for itself who may see it.
    if (!mayDoAnything && !isApproval) {
      throw new GatewayError(
        'not_permitted',
        'Your company gives you no access here. Ask its administrator for a group that has it.',
      )
    }
    await record(context, request, {
      event: 'oauth.sign_in',
      outcome: 'allow',
      tenantId: tenant.id,
      user: { id: accountId, issuer: connection.issuer, subject: signedIn.subject },
    })
    if (isApproval) {
      const { subject } = signedIn
      await sessions.begin(reply, { tenantId: tenant.id, accountId, issuer: connection.issuer, subject })
      return seeOther(reply, approvalPath(approval))
    }
    await pending.end(begun.uid, { tenantId: tenant.id, accountId })
    return onwards(reply, begun.uid)
  })
}

const onwards = (reply: FastifyReply, uid: string): FastifyReply =>
  seeOther(reply, `/interaction/${uid}/done`)
