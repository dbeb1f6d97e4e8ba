import type { Connection, TenantDirectory } from '@gateway/domain'
import {
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  type JWTVerifyGetKey,
  errors as jose,
  jwtVerify,
} from 'jose'
import { errors } from 'oidc-provider'
import { canonicalResource } from '../clients/resource-alias.ts'

/** What assertions are checked by. */
export interface AssertionDependencies {
  /** Our issuer identifier. */
  readonly issuer: string
  /** Our canonical resource. */
  readonly resource: string
  readonly directory: Pick<TenantDirectory, 'issuedBy'>
  /** Keys of the connection's issuer; rejects with jose's `JWKSNoMatchingKey` for one it does not have. */
  keysOf(connection: Connection): JWTVerifyGetKey
  /** In milliseconds. */
  now(): number
}

const longestLifeSeconds = 300

/** Seconds by which clocks may differ. */
export const skewSeconds = 5

/** The claims of an assertion that is signed by the one connection which it names. */
export const verifiedAssertion = async (
  assertion: string,
  { directory, keysOf, now }: AssertionDependencies,
) => {
  const { header, payload } = decoded(assertion)
  if (header.typ !== 'oauth-id-jag+jwt') throw refused('typ')
  if (typeof header.kid !== 'string' || header.kid === '' || header.kid.length > 128) throw refused('kid')
  if (['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'].some((name) => Object.hasOwn(header, name))) {
    throw refused('header')
  }
  const { iss } = payload
  if (!isName(iss, 2_048)) throw refused('iss')
  const those = await orUnavailable(() => directory.issuedBy(iss))
  // Not verified yet, but what is verified next is the same payload, with the keys of this very connection.
  const [issued, ...others] = those.filter(
    ({ connection: { idJag, pins } }) =>
      idJag &&
      Object.entries(pins).every(([name, value]) => Object.hasOwn(payload, name) && payload[name] === value),
  )
  if (!issued || others.length > 0) throw refused('iss or pins')
  const { algorithms, issuer } = issued.connection
  if (!algorithms.some((name) => name === header.alg)) throw refused('alg')
  const key = await orUnavailable(
    () => keysOf(issued.connection)(header, { payload: '', signature: '' }),
    isUnknownKey,
  )
  try {
    const options = { algorithms, issuer, clockTolerance: skewSeconds, currentDate: new Date(now()) }
    const result = await jwtVerify(assertion, key, options)
    return { issued, claims: result.payload }
  } catch (cause) {
    throw refused('signature or time', cause)
  }
}

const decoded = (assertion: string) => {
  if (assertion.length > 8_192 || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(assertion)) throw refused('no JWT')
  try {
    const { alg = '', ...header } = decodeProtectedHeader(assertion)
    return { header: { alg, ...header }, payload: decodeJwt(assertion) }
  } catch (cause) {
    throw refused('no JWT', cause)
  }
}

/** `jti` and `exp` of claims that are for this client and us, for minutes. */
export const checkedClaims = (
  claims: JWTPayload,
  clientId: string,
  { issuer, resource, now }: AssertionDependencies,
) => {
  const { aud, exp, iat, jti, sub } = claims
  if (aud !== issuer) throw refused('aud')
  if (claims.client_id !== clientId) throw refused('client_id')
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) throw refused('exp or iat')
  const [end, start] = [exp as number, iat as number]
  if (end - start > longestLifeSeconds || end <= start) throw refused('life')
  if (start > now() / 1000 + skewSeconds) throw refused('iat')
  if (!isName(sub)) throw refused('sub')
  if (!isName(jti)) throw refused('jti')
  // Good only with the proof of a key, which nobody asks for here (RFC 7800).
  if ('cnf' in claims) throw refused('cnf')
  if (Array.isArray(claims.resource) || canonicalResource(claims.resource, resource) === undefined) {
    throw new errors.InvalidTarget('The assertion is for another resource')
  }
  return { jti, exp: end }
}

/** Whether a claim is a text that may name something. */
export const isName = (value: unknown, longest = 255): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest

/** The same for every cause, which is for the log alone. */
export const refused = (detail: string, cause?: unknown) => new errors.InvalidGrant({ detail, cause })

const isUnknownKey = (thrown: unknown): boolean =>
  thrown instanceof jose.JWKSNoMatchingKey || thrown instanceof jose.JWKSMultipleMatchingKeys

/** What is answered; a failure that is no refusal is nobody's fault who asks. */
export const orUnavailable = async <Result>(
  ask: () => Result | Promise<Result>,
  isRefusal: (thrown: unknown) => boolean = () => false,
): Promise<Result> => {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof errors.OIDCProviderError) throw cause
    if (isRefusal(cause)) throw refused('unknown key', cause)
    const error = new errors.TemporarilyUnavailable('Try again in a few seconds', { cause })
    error.status = error.statusCode = 503
    throw error
  }
}
