import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import type { AuditEvent, CheckpointSigner, Measure, SignedCheckpoint } from '@gateway/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditLine } from './audit-line.ts'
import { canonicalJson } from './canonical-json.ts'
import { createChains, type LinkedRecord } from './chain.ts'
import { localSigner } from './checkpoint-signer.ts'
import { type CheckpointOptions, createCheckpoints } from './checkpoints.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signer = localSigner(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00.000Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const open = (options: Partial<CheckpointOptions> = {}) => {
  const lines: AuditLine[] = []
  const faults: string[] = []
  const checkpoints = createCheckpoints({
    instance: 'i',
    signer,
    now: Date.now,
    emit: (line) => lines.push(line),
    onFault: (_, message) => faults.push(message),
    ...options,
  })
  const link = createChains({
    key: Buffer.alloc(32, 7),
    gateway: { instance: 'i', version: '1' },
    scrub: (line) => line,
  })
  const records: LinkedRecord[] = []
  const add = (count: number, tenant_id: string | undefined = 'acme') => {
    for (let n = 0; n < count; n++) {
      const record = link({ ...event, ...(tenant_id && { tenant_id }) })
      records.push(record)
      checkpoints.cover(record)
    }
  }
  const signed = () => lines.map(({ checkpoint }) => checkpoint as SignedCheckpoint)
  const ranges = () =>
    signed().map(({ checkpoint: { tenant_id, first_seq, last_seq, final } }) =>
      [tenant_id, first_seq, last_seq, ...(final ? ['final'] : [])].join(' '),
    )
  return { checkpoints, lines, faults, records, add, signed, ranges }
}

const event: AuditEvent = {
  schema_version: 1,
  ts: '2026-01-01T00:00:00.000Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: 'r',
}

/** What the checkpoints of a chain must be, said once more. */
const expectGood = (
  signed: readonly SignedCheckpoint[],
  records: readonly LinkedRecord[],
  key: KeyObject = publicKey,
) => {
  let previous = '0'.repeat(64)
  let next = 1
  for (const { checkpoint, signature = '' } of signed) {
    const { first_seq, last_seq } = checkpoint
    const covered = records.filter(({ seq }) => seq >= first_seq && seq <= last_seq)
    const text = canonicalJson(checkpoint)
    expect(checkpoint).toMatchObject({
      first_seq: next,
      count: covered.length,
      last_hash: records.find(({ seq }) => seq === last_seq)?.hash,
      records_sha256: createHash('sha256')
        .update(covered.map(({ text }) => text).join(''))
        .digest('hex'),
      prev_checkpoint_hash: previous,
    })
    const bytes = Buffer.from(signature, 'base64url')
    expect(bytes).toHaveLength(64)
    expect(verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true)
    previous = createHash('sha256').update(text).digest('hex')
    next = last_seq + 1
  }
}

test('after so many records, after a minute in which there were any, and at the end', async () => {
  const { checkpoints, lines, records, add, signed, ranges } = open({ everyRecords: 10 })
  add(10)
  await vi.advanceTimersByTimeAsync(0)
  expect(ranges()).toEqual(['acme 1 10'])
  add(3)
  await vi.advanceTimersByTimeAsync(59_000)
  expect(ranges()).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(ranges()).toEqual(['acme 1 10', 'acme 11 13'])
  await vi.advanceTimersByTimeAsync(300_000)
  expect(ranges()).toHaveLength(2)
  add(1)
  await checkpoints.close(5_000)
  expect(ranges()).toEqual(['acme 1 10', 'acme 11 13', 'acme 14 14 final'])
  expectGood(signed(), records)
  expect(lines[0]).toEqual({
    tenantId: 'acme',
    instance: 'i',
    checkpoint: signed()[0],
    text: `${canonicalJson(signed()[0] as SignedCheckpoint)}\n`,
  })
})

test('a chain that ends with nothing new still says that nothing follows', async () => {
  const { checkpoints, records, add, signed, ranges } = open({ everyRecords: 2 })
  add(2)
  await vi.advanceTimersByTimeAsync(0)
  await checkpoints.close(5_000)
  expect(ranges()).toEqual(['acme 1 2', 'acme 3 2 final'])
  expectGood(signed(), records)
})

test('chains have checkpoints of their own', async () => {
  const { checkpoints, records, add, signed } = open()
  for (const tenant of ['acme', 'globex', '', 'acme']) add(1, tenant)
  await checkpoints.close(5_000)
  for (const tenant of ['acme', 'globex', undefined]) {
    const own = signed().filter(({ checkpoint }) => checkpoint.tenant_id === tenant)
    expect(own).toHaveLength(1)
    expectGood(
      own,
      records.filter(({ tenantId }) => tenantId === tenant),
    )
  }
})

test('records that come while one is signed belong to the next', async () => {
  const asked: PromiseWithResolvers<void>[] = []
  const slow: CheckpointSigner = {
    keyId: signer.keyId,
    async sign(text) {
      const turn = Promise.withResolvers<void>()
      asked.push(turn)
      await turn.promise
      return signer.sign(text)
    },
  }
  const { checkpoints, records, add, signed, ranges } = open({ signer: slow, everyRecords: 5 })
  add(8)
  asked.shift()?.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(ranges()).toEqual(['acme 1 5'])
  add(1)
  const closed = checkpoints.close(5_000)
  await vi.advanceTimersByTimeAsync(0)
  asked.shift()?.resolve()
  await closed
  expect(ranges()).toEqual(['acme 1 5', 'acme 6 9 final'])
  expectGood(signed(), records)
})

test('a signer that fails is tried again, over what has come by then', async () => {
  let works = false
  const measures: Measure[] = []
  const flaky: CheckpointSigner = {
    keyId: signer.keyId,
    sign: (text) => (works ? signer.sign(text) : Promise.reject(new Error('away'))),
  }
  const { checkpoints, records, faults, add, signed, ranges } = open({
    signer: flaky,
    everyRecords: 5,
    measured: (measure) => measures.push(measure),
  })
  for (let n = 0; n < 12; n++) {
    add(1)
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect([ranges(), faults]).toEqual([[], ['checkpoints of the audit log cannot be signed']])
  works = true
  await vi.advanceTimersByTimeAsync(6_000)
  expect(ranges()).toEqual(['acme 1 12'])
  const told = (outcome: string) => measures.filter((each) => 'outcome' in each && each.outcome === outcome)
  expect(told('failed').length).toBeGreaterThan(0)
  expect(told('signed')).toEqual([{ of: 'audit-checkpoint', outcome: 'signed' }])
  add(2)
  await checkpoints.close(5_000)
  expectGood(signed(), records)
})

test('a signer that never answers holds nothing up for ever', async () => {
  const { faults, add, ranges } = open({
    signer: { keyId: 'k', sign: () => new Promise(() => {}) },
    everyRecords: 1,
  })
  add(1)
  await vi.advanceTimersByTimeAsync(11_000)
  expect([ranges(), faults]).toEqual([[], ['checkpoints of the audit log cannot be signed']])
})

test('without a key they are made, and say that nobody vouches for them', async () => {
  const { checkpoints, add, signed } = open({ signer: undefined })
  add(1)
  await checkpoints.close(5_000)
  expect(signed()).toEqual([{ checkpoint: expect.objectContaining({ count: 1, final: true }) }])
})

test('keys are taken as PEM and as JWK and named by their thumbprint; others are refused with nothing of them', () => {
  const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }))
  expect(localSigner(jwk).keyId).toBe(signer.keyId)
  expect(createPublicKey(privateKey).equals(publicKey)).toBe(true)
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => String(key.export({ type, format: 'pem' }))
  for (const text of ['c4n4ry', '{"kty":"c4n4ry"}', '{c4n4ry', pem(other, 'pkcs8'), pem(publicKey, 'spki')]) {
    const failure = (() => {
      try {
        return localSigner(text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(failure).toBeInstanceOf(TypeError)
    expect(`${(failure as Error).stack} ${(failure as Error).cause}`).not.toContain('c4n4ry')
  }
})
