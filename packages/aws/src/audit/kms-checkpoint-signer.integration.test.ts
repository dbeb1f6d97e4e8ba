import { createHash, verify } from 'node:crypto'
import { CreateAliasCommand, CreateKeyCommand, KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms'
import { expect, inject, test } from 'vitest'
import { gatewayCredentials } from '../gateway-credentials.ts'
import { openKmsSigner } from './kms-checkpoint-signer.ts'

const region = 'eu-west-1'
const keys = { accessKeyId: 'gateway', secretAccessKey: 'x' }
const kms = () => new KMSClient({ region, endpoint: inject('awsUrl'), credentials: keys })

const makeKey = async (KeySpec: 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'RSA_2048' = 'ECC_NIST_P256') => {
  const { KeyMetadata } = await kms().send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }))
  return KeyMetadata?.KeyId ?? ''
}

const open = (keyId: string) =>
  openKmsSigner({ keyId, region, endpoint: inject('awsUrl'), gatewayCredentials: gatewayCredentials(keys) })

test('signs so that the public key alone verifies, in the form of ES256', async () => {
  const id = await makeKey()
  const signer = await open(id)
  const { publicKey, keyId, arn } = signer
  // AWS answers the ARN, moto what it was asked with.
  expect(arn).toContain(id)
  expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  expect(keyId).toMatch(/^[\w-]{43}$/)
  // Often enough for numbers of several lengths.
  for (let n = 0; n < 40; n++) {
    const text = Buffer.from(`checkpoint ${n} `.repeat(200))
    const signature = await signer.sign(text)
    expect(signature).toHaveLength(64)
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', text, key, signature)).toBe(true)
    expect(verify('sha256', createHash('sha256').update(text).digest(), key, signature)).toBe(false)
  }
  signer.close()
})

test('an alias that is moved to another key while the gateway runs changes nothing', async () => {
  const [first, second] = [await makeKey(), await makeKey()]
  const AliasName = `alias/audit-${Date.now()}`
  await kms().send(new CreateAliasCommand({ AliasName, TargetKeyId: first }))
  const signer = await open(AliasName)
  await kms().send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }))
  const text = Buffer.from('checkpoint')
  const key = { key: signer.publicKey, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', text, key, await signer.sign(text))).toBe(true)
  expect(signer.arn).toContain(first)
  signer.close()
})

test.for(['ECC_NIST_P384', 'RSA_2048'] as const)('a key of spec %s is refused', async (spec) => {
  await expect(open(await makeKey(spec))).rejects.toThrow(/must be of spec ECC_NIST_P256/)
})

test('a key that is not there is refused', async () => {
  await expect(open('8f1c1f9a-0000-4000-8000-000000000000')).rejects.toThrow(
    /AUDIT_KMS_KEY_ID.*\n.*NotFoundException.*kms:GetPublicKey and kms:Sign/,
  )
})
