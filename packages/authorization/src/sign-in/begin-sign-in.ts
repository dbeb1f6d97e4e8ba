import type { FastifyReply } from 'fastify'
import type { AuthorizationContext } from '../context.ts'
import type { CompanySignIn } from './company-sign-ins.ts'
import { type BegunStep, randomSecret } from './pending.ts'
import { setStateCookie } from './state-cookie.ts'

/** Begins a sign-in at a company's SSO, in this browser only; the URL to send it to. Rejects with `unavailable`. */
export const beginSignIn = async (
  { upstream, pending, issuer }: Pick<AuthorizationContext, 'upstream' | 'pending' | 'issuer'>,
  reply: FastifyReply,
  signIn: CompanySignIn,
  { again = false, ...step }: Pick<BegunStep, 'purpose' | 'uid'> & { readonly again?: boolean },
): Promise<URL> => {
  const state = randomSecret()
  const { url, begun } = await upstream.begin(signIn, { state, again })
  const { tenant, connection } = signIn
  await pending.begin(state, {
    ...step,
    tenantId: tenant.id,
    issuer: connection.issuer,
    pins: connection.pins,
    ...begun,
  })
  setStateCookie(reply, state, new URL(issuer).protocol === 'https:')
  return url
}
