import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type CheckpointSigner, ConfigurationError } from '@gateway/domain'
import type { SdkOutput } from '../service-modules.ts'
import { refusalOf } from './own-fault.ts'
import { type OwnPlace, openOwnService } from './own-service.ts'
import { rawSignatureOf } from './raw-signature.ts'

/** Which key signs. */
export interface KmsSignerOptions extends OwnPlace {
  /** Id, ARN or alias (`alias/…`) of a key of spec ECC_NIST_P256 that signs and verifies. */
  readonly keyId: string
}

/** A signer whose key nobody can read. */
export interface KmsCheckpointSigner extends CheckpointSigner {
  /** As KMS answers it: of the key itself, whatever an alias points to later. */
  readonly arn: string
  /** PEM (RFC 7468 section 13), for those who verify. */
  readonly publicKey: string
  close(): void
}

/**
 * A signer with a key in AWS KMS, as the gateway itself; its `keyId` is the thumbprint of the public key (RFC 7638), as for a key in
 * a file. Throws `ConfigurationError` where the key cannot be used, and as it is where KMS cannot be reached. Not verified against
 * real AWS: moto judges no policy.
 */
export const openKmsSigner = async (options: KmsSignerOptions): Promise<KmsCheckpointSigner> => {
  const kms = await openOwnService('kms', options)
  try {
    const { arn, key } = await publicKeyOf(await kms.send('GetPublicKey', { KeyId: options.keyId }))
    return {
      arn,
      publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
      keyId: thumbprintOf(key),
      async sign(text) {
        const { Signature } = await kms.send('Sign', {
          KeyId: arn,
          Message: text,
          // Up to 4,096 bytes (KMS API, Sign), and a checkpoint has some hundreds.
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        })
        if (!(Signature instanceof Uint8Array) || !verify('sha256', text, key, Signature)) {
          throw new Error('KMS answered a signature that is not of this key')
        }
        return rawSignatureOf(Signature)
      },
      close: () => kms.close(),
    }
  } catch (thrown) {
    kms.close()
    const refusal = refusalOf(thrown)
    if (refusal === undefined) throw thrown
    throw new ConfigurationError('AUDIT_KMS_KEY_ID', [
      `AWS refused the key (${refusal}): see that it exists in ${options.region}, and that its policy and the gateway's role allow kms:GetPublicKey and kms:Sign on it`,
    ])
  }
}

/** By the key itself and by what KMS says of it. */
const publicKeyOf = ({ KeyId, KeyUsage, SigningAlgorithms, PublicKey }: SdkOutput) => {
  if (typeof KeyId !== 'string' || !(PublicKey instanceof Uint8Array)) {
    throw new Error('KMS answered without a public key')
  }
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
  const signs = KeyUsage === undefined || KeyUsage === 'SIGN_VERIFY'
  const algorithms = Array.isArray(SigningAlgorithms) ? SigningAlgorithms : []
  const isP256 = key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  if (!isP256 || !signs || !algorithms.includes('ECDSA_SHA_256')) {
    throw new ConfigurationError('AUDIT_KMS_KEY_ID', [
      'the key must be of spec ECC_NIST_P256 and usage SIGN_VERIFY: make one, since neither can be changed',
    ])
  }
  return { arn: KeyId, key }
}

const thumbprintOf = (key: KeyObject): string => {
  const { crv, kty, x, y } = key.export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
