import { createPublicKey } from 'node:crypto'
import { errors } from 'oidc-provider'

/** Algorithms by which clients may sign (`private_key_jwt`). */
export const clientAlgorithms: readonly string[] = ['RS256', 'PS256', 'ES256']

/** One public key of a client, with no members but those that a signature is checked by. */
export type ClientKey = Readonly<Record<string, string>>

const mostKeys = 10

/**
 * The keys of a JSON Web Key Set (RFC 7517) by which a client's signatures may be checked: RSA of 2,048 bits and more, and
 * P-256; others are left out. Throws `invalid_client_metadata` for what is no such set, has none of them, or holds a secret.
 */
export const clientKeys = (set: unknown): { keys: ClientKey[] } => {
  const keys: unknown = set !== null && typeof set === 'object' && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) {
    throw new errors.InvalidClientMetadata(`jwks has to be a key set of 1 to ${mostKeys} keys`)
  }
  const usable = keys.flatMap(usableKey)
  if (usable.length === 0) {
    throw new errors.InvalidClientMetadata('jwks has no key for RS256, PS256 or ES256')
  }
  return { keys: usable }
}

/** Members of keys that nobody but their owner may know (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const members = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

const usableKey = (key: unknown): ClientKey[] => {
  if (key === null || typeof key !== 'object')
    throw new errors.InvalidClientMetadata('jwks has what is no key')
  if (secretMembers.some((name) => Object.hasOwn(key, name))) {
    throw new errors.InvalidClientMetadata(
      'jwks has a secret or private key, which has to stay with the client',
    )
  }
  const known = Object.entries(key).filter(([name]) => members.includes(name))
  if (!known.every((entry): entry is [string, string] => isShortText(entry[1]))) return []
  const clean: ClientKey = Object.fromEntries(known)
  if (clean.use !== undefined && clean.use !== 'sig') return []
  if (clean.alg !== undefined && !clientAlgorithms.includes(clean.alg)) return []
  return isStrong(clean) ? [clean] : []
}

const isStrong = (jwk: ClientKey): boolean => {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails = {} } = createPublicKey({
      key: { ...jwk },
      format: 'jwk',
    })
    const { modulusLength = 0, namedCurve } = asymmetricKeyDetails
    if (asymmetricKeyType === 'rsa') {
      return modulusLength >= 2_048 && modulusLength <= 8_192 && jwk.alg !== 'ES256'
    }
    return namedCurve === 'prime256v1' && (jwk.alg === undefined || jwk.alg === 'ES256')
  } catch {
    return false
  }
}

const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && /^[\x20-\x7e]{1,2048}$/.test(value)
