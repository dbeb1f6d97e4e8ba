import { generateKeyPairSync } from 'node:crypto'
import { auditKeyOf, localSigner } from '@gateway/audit'
import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const least = { TENANTS_FILE: 'tenants.yaml' }
const key = Buffer.alloc(32, 7)
const pem = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
)

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig({ ...least, ...env })
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('all there is', () => {
  const { audit } = readConfig({
    ...least,
    STATE_KEY: key.toString('base64'),
    AUDIT_FILE: '/var/log/audit.jsonl',
    AUDIT_FILE_MAX_BYTES: '1000000',
    AUDIT_FILE_DAILY: '1',
    AUDIT_FILE_KEEP: '7',
    AUDIT_STDOUT: '1',
    AUDIT_HMAC_KEY: Buffer.alloc(32, 8).toString('base64'),
    AUDIT_SIGNING_KEY: pem,
  })
  expect(audit).toEqual({
    file: { path: '/var/log/audit.jsonl', maxBytes: 1_000_000, daily: true, keep: 7 },
    stdout: true,
    hmacKey: Buffer.alloc(32, 8),
    signer: { keyId: localSigner(pem).keyId, sign: expect.any(Function) },
  })
})

test('hashes are under a key of their own, made from the state key that signs', () => {
  const STATE_KEY = [key, Buffer.alloc(32, 9)].map((each) => each.toString('base64')).join(',')
  const { audit } = readConfig({ ...least, STATE_KEY })
  expect(audit).toEqual({ stdout: true, hmacKey: auditKeyOf(key) })
  expect(audit.hmacKey?.equals(key)).toBe(false)
})

test('faults are named with nothing of the keys', () => {
  const faults = faultsOf({
    AUDIT_FILE_KEEP: '0',
    AUDIT_FILE_MAX_BYTES: '1',
    AUDIT_STDOUT: '0',
    AUDIT_HMAC_KEY: 'YzRuNHJ5',
    AUDIT_SIGNING_KEY: 'c4n4ry',
  })
  expect(faults).toMatchInlineSnapshot(`
    [
      "AUDIT_HMAC_KEY: must be base64 of at least 32 random bytes",
      "AUDIT_SIGNING_KEY: must be a private key of curve P-256, as PEM or JWK",
      "AUDIT_FILE_MAX_BYTES: says nothing without AUDIT_FILE",
      "AUDIT_FILE_KEEP: says nothing without AUDIT_FILE",
      "AUDIT_STDOUT: must be 1 without AUDIT_FILE, or what this machine answered has no record on it",
    ]
  `)
  expect(faults.join()).not.toMatch(/c4n4ry|YzRu/)
})
