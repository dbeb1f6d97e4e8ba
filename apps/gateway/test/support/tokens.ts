import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export type Algorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'PS256' | 'EdDSA'

/** A key pair with the id under which its issuer publishes it. */
export interface SigningKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** As it stands in a key set. */
  readonly jwk: Readonly<Record<string, unknown>>
}

const curves: Partial<Record<Algorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** A fresh key pair. */
export const signingKey = (alg: Algorithm, kid: string): SigningKey => {
  const namedCurve = curves[alg]
  const { privateKey, publicKey } = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : alg === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
  }
}

/** The same pair under another algorithm. */
export const withAlgorithm = (key: SigningKey, alg: Algorithm): SigningKey => ({ ...key, alg })

/** Signs as `alg` says (RFC 7518). */
export const signatureOf = ({ alg, privateKey }: SigningKey, input: string): Buffer => {
  const data = Buffer.from(input)
  const digest = `sha${alg.slice(2)}`
  if (alg === 'EdDSA') return sign(null, data, privateKey)
  if (alg.startsWith('ES')) return sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  if (alg === 'RS256') return sign(digest, data, privateKey)
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants
  return sign(digest, data, { key: privateKey, padding, saltLength })
}

/** A segment of a token: JSON of a value, or a text as it is. */
export const segment = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** A compact token of any header and payload, under any signature. */
export const compact = (
  header: unknown,
  payload: unknown,
  signature: (input: string) => Buffer | string,
): string => {
  const input = `${segment(header)}.${segment(payload)}`
  const signed = signature(input)
  return `${input}.${typeof signed === 'string' ? signed : signed.toString('base64url')}`
}
