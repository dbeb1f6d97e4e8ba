import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { CheckpointSigner } from '@gateway/domain'
import { keyThumbprint } from './key-thumbprint.ts'

/**
 * A signer with a private key of curve P-256, as PEM or JWK text; its id is the thumbprint of the key (RFC 7638). Throws for what
 * is no such key, with a message that has nothing of the text.
 */
export const localSigner = (text: string): CheckpointSigner => {
  const key = privateKeyOf(text)
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('must be a private key of curve P-256')
  }
  const keyId = keyThumbprint(createPublicKey(key))
  return { keyId, sign: async (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }) }
}

const privateKeyOf = (text: string): KeyObject => {
  try {
    return text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
      : createPrivateKey(text)
  } catch {
    // The cause may quote the key.
    throw new TypeError('must be a private key of curve P-256, as PEM or JWK')
  }
}
