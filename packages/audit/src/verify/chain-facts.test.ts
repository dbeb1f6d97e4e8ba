import { expect, test } from 'vitest'
import { openChain } from './chain-facts.ts'

test('a chain of very many checkpoints takes no longer than its length', () => {
  const count = 60_000
  const options = { publicKeys: [], hmacKeys: new Map(), closed: false, partial: false }
  const chain = openChain('acme', 'one', options)
  const hash = '0'.repeat(64)
  const begun = performance.now()
  for (let seq = 1; seq <= count; seq++) {
    chain.addCheckpoint({
      ts: '2026-11-27T12:00:00.000Z',
      first_seq: seq,
      last_seq: seq,
      last_hash: hash,
      count: 1,
      records_sha256: hash,
      prev_checkpoint_hash: hash,
      keyId: undefined,
      signature: 'unknown',
      asWritten: true,
      hash: String(seq).padStart(64, '0'),
    })
  }
  for (let seq = 1; seq <= count; seq++) {
    const gateway = { instance: 'one', version: '1' }
    const frame = {
      schema_version: 1,
      ts: '2026-11-27T12:00:00.000Z',
      event: 'tool.call',
      outcome: 'allow',
    } as const
    const record = { ...frame, request_id: 'r', gateway, seq, prev_hash: hash, key_id: 'k1', hash }
    chain.addRecord({ record, text: '{}', asWritten: true, file: 'f', line: seq })
  }
  expect(chain.report()).toMatchObject({ records: count, unproven: count, first_bad_range: [1, 1] })
  // Each checkpoint compared with each other would take more than ten times as long.
  expect(performance.now() - begun).toBeLessThan(5_000)
})
