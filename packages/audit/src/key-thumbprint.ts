import { createHash, type KeyObject } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** Thumbprint of a public key of an elliptic curve (RFC 7638), which a key of a file is called by. */
export const keyThumbprint = (publicKey: KeyObject): string => {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  return createHash('sha256').update(canonicalJson({ crv, kty, x, y })).digest('base64url')
}
