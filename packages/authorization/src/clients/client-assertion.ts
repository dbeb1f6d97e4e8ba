import { errors } from 'oidc-provider'

/** Seconds for which an assertion of a client may be good; its `jti` is remembered for so long. */
const longestLife = 600

/**
 * What oidc-provider leaves open of an assertion by which a client authenticates (RFC 7523 section 3): that it is good for
 * minutes only, and for nobody beside us. `now` in milliseconds; throws `invalid_client`.
 */
export const checkClientAssertion = (claims: Readonly<Record<string, unknown>>, now: number): void => {
  const { aud, exp, iat, jti, sub, iss } = claims
  const seconds = now / 1000
  if (Array.isArray(aud) && aud.length !== 1) throw new errors.InvalidClientAuth('several audiences')
  if (!Number.isSafeInteger(exp) || (exp as number) > seconds + longestLife) {
    throw new errors.InvalidClientAuth('good for too long')
  }
  if (iat !== undefined && (!Number.isSafeInteger(iat) || (iat as number) > seconds + 5)) {
    throw new errors.InvalidClientAuth('issued in the future')
  }
  if (typeof jti !== 'string' || jti.length > 256)
    throw new errors.InvalidClientAuth('jti is too long or no text')
  if (sub !== iss) throw new errors.InvalidClientAuth('iss and sub differ')
}
