import { createHmac } from 'node:crypto'
import type { AuditEvent, AuditRecord } from '@gateway/domain'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { createChains } from './chain.ts'
import { auditKeyId } from './hmac-key.ts'

const key = Buffer.alloc(32, 7)
const gateway = { instance: 'instance-1', version: '1.2.3' }
const open = (scrub = (line: string) => line) => createChains({ key, gateway, scrub })
const event = (changes: Partial<AuditEvent> = {}): AuditEvent => ({
  schema_version: 1,
  ts: '2026-01-01T00:00:00.000Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: 'request-1',
  tenant_id: 'acme',
  ...changes,
})
const recordOf = ({ text }: { text: string }): AuditRecord => JSON.parse(text)
const hashOf = ({ hash: _, ...record }: AuditRecord): string =>
  createHmac('sha256', key).update(record.prev_hash).update(canonicalJson(record)).digest('hex')

test('each record follows on the one before, and a line is its canonical JSON', () => {
  const link = open()
  let before = '0'.repeat(64)
  for (let seq = 1; seq <= 5; seq++) {
    const linked = link(event({ request_id: `request-${seq}`, detail: 'é "\\ \u2028' }))
    const record = recordOf(linked)
    expect(linked.text).toBe(`${canonicalJson(record)}\n`)
    expect(record).toEqual({
      ...event({ request_id: `request-${seq}`, detail: 'é "\\ \u2028' }),
      seq,
      gateway,
      prev_hash: before,
      key_id: auditKeyId(key),
      hash: hashOf(record),
    })
    expect(linked).toMatchObject({ tenantId: 'acme', seq, hash: record.hash })
    before = record.hash
  }
})

test('a tenant has a chain of its own, and so has what belongs to none', () => {
  const link = open()
  const { tenant_id: _, ...nobody } = event()
  const seen = [
    event(),
    event({ tenant_id: 'globex' }),
    nobody,
    event(),
    nobody,
    event({ tenant_id: 'globex' }),
  ]
    .map(link)
    .map(recordOf)
  expect(seen.map(({ tenant_id, seq }) => [tenant_id, seq])).toEqual([
    ['acme', 1],
    ['globex', 1],
    [undefined, 1],
    ['acme', 2],
    [undefined, 2],
    ['globex', 2],
  ])
  for (const [first, second] of [
    [0, 3],
    [1, 5],
    [2, 4],
  ] as const)
    expect(seen[second]?.prev_hash).toBe(seen[first]?.hash)
})

test('members that are called like those of the chain change nothing', () => {
  const args = { hash: 'a'.repeat(64), gateway, prev_hash: '', key_id: 'x' }
  const record = recordOf(
    open()(
      event({ mcp: { era: 'modern', method: 'tools/call', args_redacted: args }, detail: '"hash":"",' }),
    ),
  )
  expect(record.mcp?.args_redacted).toEqual(args)
  expect(record.hash).toBe(hashOf(record))
})

test('secrets are gone before the hash is made', () => {
  const record = recordOf(
    open((line) => line.replaceAll('s3cret', '[gone]'))(event({ detail: 'the s3cret' })),
  )
  expect(record.detail).toBe('the [gone]')
  expect(record.hash).toBe(hashOf(record))
})

test('a scrubber that leaves no JSON is asked again, for each text', () => {
  const scrub = (text: string) => text.replaceAll('1234567890123456', '[gone]')
  const record = recordOf(
    open(scrub)(event({ detail: 'token=1234567890123456', duration_ms: 1234567890123456 })),
  )
  expect(record.detail).toBe('token=[gone]')
  expect(record.hash).toBe(hashOf(record))
})

test('nobody keeps an event out by what it says', () => {
  const args = { '\udfff': '\ud800', n: Number.NaN }
  const record = recordOf(
    open()(event({ detail: 'a\ud800', mcp: { era: 'modern', method: 'm', args_redacted: args } })),
  )
  expect(record.detail).toBe('a\ufffd')
  expect(record.mcp?.args_redacted).toEqual({ '\ufffd': '\ufffd', n: null })
  expect(record.hash).toBe(hashOf(record))
})

test('a line is one line, whatever is in it', () => {
  const nasty = 'a\r\nb\u001b[2J\u0000{"outcome":"allow"}\n'
  const { text } = open()(event({ detail: nasty }))
  expect(text.trimEnd()).not.toMatch(/\p{Cc}/u)
  expect(recordOf({ text }).detail).toBe(nasty)
})
