import { GatewayError, knownScopes } from '@gateway/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { vendorOf } from '../clients/vendors.ts'
import type { AuthorizationContext } from '../context.ts'
import { limitStrangers } from '../http/limit-strangers.ts'
import { formOf } from '../http/read-form.ts'
import { record } from '../http/record.ts'
import { sendPage } from '../http/send-page.ts'
import { grantSeconds } from '../new-grant.ts'
import { consentPage } from '../pages/consent-page.ts'
import { leavingPage } from '../pages/leaving-page.ts'
import { tenantChoicePage } from '../pages/tenant-choice-page.ts'
import { beginSignIn } from './begin-sign-in.ts'
import type { CompanySignIn } from './company-sign-ins.ts'
import { finishInteraction } from './finish-interaction.ts'
import { ended, interactionOf, type PendingRequest } from './interaction-of.ts'

interface InteractionRoute {
  Params: { uid: string }
}

/**
 * The steps of a request between `/auth` and the app's redirect: consent, then the company, then its SSO. Each form is answered
 * once, in the browser that began the request.
 */
export const interactionRoutes = (app: FastifyInstance, context: AuthorizationContext): void => {
  const { pending, signIns, issuer } = context

  const ask = async (reply: FastifyReply, request: PendingRequest): Promise<FastifyReply> => {
    const { uid, clientId, redirectUri, clientName, scopes } = request
    const only = await signIns.only()
    return sendPage(
      reply,
      consentPage({
        clientId,
        redirectUri,
        clientName,
        vendor: vendorOf(clientId),
        company: only?.tenant.name,
        signInHost: only && URL.parse(only.connection.issuer)?.host,
        scopes,
        resource: context.resource,
        days: grantSeconds / 86_400,
        action: `/interaction/${uid}`,
        csrf: await pending.formToken(uid),
      }),
    )
  }

  const askCompany = async (reply: FastifyReply, uid: string, value?: string, fault?: string) =>
    sendPage(
      reply,
      tenantChoicePage({
        value,
        fault,
        action: `/interaction/${uid}/company`,
        csrf: await pending.formToken(uid),
      }),
      fault === undefined ? 200 : 400,
    )

  const sendToCompany = async (
    reply: FastifyReply,
    { uid, again }: Pick<PendingRequest, 'uid' | 'again'>,
    signIn: CompanySignIn,
  ): Promise<FastifyReply> => {
    const url = await beginSignIn(context, reply, signIn, { purpose: 'interaction', uid, again })
    return sendPage(reply, leavingPage({ to: url.href, company: signIn.tenant.name }))
  }

  const requireToken = async (request: FastifyRequest<InteractionRoute>, form: URLSearchParams) => {
    const tokens = form.getAll('csrf')
    const fits = await pending.takeFormToken(request.params.uid, tokens[0] ?? null)
    if (!fits || tokens.length !== 1) throw ended('the token of the form')
  }

  const requireAgreed = async (uid: string): Promise<void> => {
    if (!(await pending.hasAgreed(uid))) throw ended('nobody has agreed yet')
  }

  app.get<InteractionRoute>('/interaction/:uid', async (request, reply) =>
    ask(reply, await interactionOf(context, request, reply)),
  )

  app.post<InteractionRoute>('/interaction/:uid', async (request, reply) => {
    const form = formOf(request.body)
    const asked = await interactionOf(context, request, reply)
    await requireToken(request, form)
    const { uid, clientId, interaction } = asked
    const answer = form.get('answer')
    if (answer === 'cancel') {
      await record(context, request, { event: 'oauth.consent', outcome: 'cancelled', clientId })
      await pending.end(uid, { error: 'access_denied' })
      return sendPage(reply, leavingPage({ to: `${issuer}/interaction/${uid}/done` }))
    }
    if (answer !== 'continue') throw new GatewayError('bad_request', 'Choose to continue or to cancel.')
    const wanted = knownScopes([...asked.scopes, ...form.getAll('also')])
    const others = String(interaction.params.scope ?? '')
      .split(' ')
      .filter((each) => !each.startsWith('aws:'))
    interaction.params.scope = [...wanted, ...others].filter(Boolean).join(' ')
    await interaction.persist()
    await record(context, request, {
      event: 'oauth.consent',
      outcome: 'allow',
      clientId,
      detail: wanted.join(' '),
    })
    await pending.agree(uid)
    const hinted = asked.loginHint === undefined ? undefined : await signIns.find(asked.loginHint)
    const signIn = (await signIns.only()) ?? hinted
    return signIn ? sendToCompany(reply, asked, signIn) : askCompany(reply, uid)
  })

  app.post<InteractionRoute>('/interaction/:uid/company', async (request, reply) => {
    const form = formOf(request.body)
    const asked = await interactionOf(context, request, reply)
    const { uid, clientId } = asked
    await requireToken(request, form)
    await requireAgreed(uid)
    const text = form.get('company') ?? ''
    const signIn = await signIns.find(text)
    if (signIn) return sendToCompany(reply, asked, signIn)
    await limitStrangers(context, request, 'CompaniesTriedFrom')
    await record(context, request, {
      event: 'oauth.deny',
      outcome: 'deny',
      reason: 'unknown_company',
      clientId,
      status: 400,
    })
    return askCompany(
      reply,
      uid,
      text,
      'No company of that name signs in here. Check the address, or ask your administrators.',
    )
  })

  app.get<InteractionRoute>('/interaction/:uid/done', async (request, reply) =>
    finishInteraction(context, request, reply),
  )
}
