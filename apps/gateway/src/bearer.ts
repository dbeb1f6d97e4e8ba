import { GatewayError } from '@gateway/domain'
import { headerValues } from './header-values.ts'

/** A token that has the shape of one; nothing in it is verified yet. */
export interface TokenShape {
  readonly issuer: string
  readonly header: Readonly<Record<string, unknown>>
}

/**
 * The bearer token of a request (RFC 6750 section 2.1), from the raw headers: Node keeps the first of several
 * `Authorization` headers silently, so they are counted here.
 */
export const bearerToken = (rawHeaders: readonly string[]): string => {
  const values = headerValues(rawHeaders, 'authorization')
  if (values.length > 1) throw new GatewayError('bad_request', 'Send exactly one Authorization header.')
  const value = values[0]
  // The scheme alone, without a token or with a wrong separator, is a refused token and not a missing one.
  if (value === undefined || !/^bearer(?![!#$%&'*+.^_`|~\w-])/i.test(value)) {
    throw new GatewayError('missing_token', 'Send a bearer token in the Authorization header.')
  }
  if (value.length > 8192 || !/^bearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/i.test(value)) {
    throw refused('shape')
  }
  return value.slice('bearer '.length)
}

/**
 * Reads header and payload before any cryptography and refuses what no issuer of ours writes: other JOSE header
 * members that name keys, dates that are not integers, an issuer or key id that cannot be one.
 */
export const tokenShape = (token: string): TokenShape => {
  const [first = '', second = ''] = token.split('.')
  const header = jsonObject(first)
  const payload = jsonObject(second)
  if (!header || !payload) throw refused('not JSON objects')
  if (keyMembers.some((name) => name in header)) throw refused('header names a key')
  if (typeof header.kid !== 'string' || !keyIdShape.test(header.kid)) throw refused('kid')
  if (!isDate(payload.exp) || !isDate(payload.iat)) throw refused('dates')
  if (payload.nbf !== undefined && !isDate(payload.nbf)) throw refused('dates')
  const { aud, iss } = payload
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audiences.length === 0 || !audiences.every((each) => typeof each === 'string')) throw refused('aud')
  if (typeof iss !== 'string') throw refused('iss')
  return { issuer: iss, header }
}

/** The refusal of a token: one text for every cause; the cause is for the audit log. */
export const refused = (cause: string): GatewayError =>
  new GatewayError('invalid_token', 'The access token is not valid. Sign in again.', { cause })

/** Key ids that issuers write, the widest of them; one is compared and looked up, and nothing else. */
export const keyIdShape = /^[A-Za-z0-9._~:+/=@-]{1,128}$/

/** Whole seconds within the years of JavaScript's `Date`: fast-jwt throws a RangeError for later and earlier ones. */
const isDate = (claim: unknown): boolean =>
  Number.isInteger(claim) && Number(claim) >= 0 && Number(claim) <= 253_402_300_799

const keyMembers = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64']

const jsonObject = (segment: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
