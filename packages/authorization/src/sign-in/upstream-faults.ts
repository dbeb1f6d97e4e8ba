import { GatewayError } from '@gateway/domain'

/** The refusal of what an SSO answered: one sentence for every cause, which is for the audit log. */
export const refused = (cause: string): GatewayError =>
  new GatewayError(
    'sign_in_refused',
    'The answer of your company\u2019s sign-in cannot be accepted. Try again.',
    { cause },
  )

/** For what only an operator can mend. */
export const misconfigured = (cause: string): GatewayError =>
  new GatewayError(
    'unavailable',
    'The sign-in of your company is not set up completely. Tell your administrator.',
    {
      cause,
      details: { retryAfterSeconds: 60 },
    },
  )

/** What is wrong with an answer is a refusal; no answer, or one of a broken server, is an outage. */
export const unreachable = (thrown: unknown): never => {
  if (thrown instanceof GatewayError) throw thrown
  const code = errorCode(thrown)
  const refusal = oauthErrorIn(thrown)
  // It does not know the gateway: no person can mend that by trying again.
  if (/^(invalid|unauthorized)_client$/.test(refusal)) throw misconfigured(`the SSO answered ${refusal}`)
  const outage =
    thrown instanceof TypeError ||
    /TIMEOUT|NETWORK|ERR_JOSE_GENERIC|RESPONSE_IS_NOT_CONFORM|RESPONSE_IS_NOT_JSON/.test(code)
  if (!outage) throw refused(code || 'an answer that is not valid')
  throw new GatewayError(
    'unavailable',
    'The sign-in of your company cannot be reached just now. Try again in a moment.',
    {
      cause: code || 'unreachable',
      details: { retryAfterSeconds: 5 },
    },
  )
}

/** The error of a token endpoint (RFC 6749 section 5.2). */
const oauthErrorIn = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'error' in thrown ? String(thrown.error) : ''

const errorCode = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : ''
