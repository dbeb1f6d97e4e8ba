import type { AuditEvent, AuditRecord, Measure } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { createAuditLog } from './audit-log.ts'

const openLog = (bounds?: { records: number; bytes: number }) => {
  const records: AuditRecord[] = []
  const measures: Measure[] = []
  let fails = true
  const log = createAuditLog({
    key: Buffer.alloc(32, 1),
    gateway: { instance: 'i', version: '1' },
    sinks: [
      {
        name: 'file',
        awaited: true,
        async write(lines) {
          if (fails) throw new Error('ENOSPC')
          for (const { text, checkpoint } of lines) if (!checkpoint) records.push(JSON.parse(text))
        },
        close: async () => undefined,
      },
    ],
    scrub: (line) => line,
    now: Date.now,
    onFault: () => undefined,
    measured: (measure) => measures.push(measure),
    retryMs: 20,
    ...(bounds && { bounds }),
  })
  const outcome = (event: AuditEvent, how?: { written: true }) =>
    log.append(event, how).then(
      () => 'kept',
      (error: Error) => error.message,
    )
  const works = (does: boolean) => {
    fails = !does
  }
  return { log, records, measures, outcome, works }
}

const stranger = (n: number, code: 'missing_token' | 'invalid_token' = 'missing_token'): AuditEvent => ({
  schema_version: 1,
  ts: new Date(Date.UTC(2026, 0, 2, 3, 4, 0) + n * 10).toISOString(),
  event: 'auth.deny',
  outcome: 'deny',
  reason_code: code,
  request_id: `stranger-${n}`,
})

const call = (tenant_id: string, changes: Partial<AuditEvent> = {}): AuditEvent => ({
  schema_version: 1,
  ts: '2026-01-02T03:04:05.678Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: 'r',
  tenant_id,
  ...changes,
})

test('strangers cannot fill the room of tenants, and none of their refusals is lost', async () => {
  const { log, records, measures, outcome, works } = openLog()
  for (let n = 0; n < 12_000; n++) {
    expect(await outcome(stranger(n, n % 3 === 0 ? 'invalid_token' : 'missing_token'))).toBe('kept')
  }
  // A tenth, and their checkpoint.
  expect(log.health()).toEqual({ status: 'failing', kept: 1_001 })
  expect(await outcome(call('acme'))).toBe('kept')
  expect(await outcome(call('globex'))).toBe('kept')
  // What is no refusal is never folded, nor what an operator does.
  const registered = { ...stranger(1), event: 'oauth.register', outcome: 'allow' } as const
  expect(await outcome(registered)).toBe('the audit sink failed')
  expect(await outcome({ ...stranger(1), event: 'admin.stop', admin: {} })).toBe('kept')
  works(true)
  await vi.waitFor(() => expect(records.filter(({ folded }) => folded)).not.toEqual([]))
  const folded = records.filter((record) => record.folded)
  // Two reasons, over the two minutes that were left.
  expect(folded).toHaveLength(4)
  const count = folded.reduce((sum, record) => sum + (record.folded?.count ?? 0), 0)
  expect(records.filter((record) => record.event === 'auth.deny' && !record.folded).length + count).toBe(
    12_000,
  )
  expect(folded.find(({ reason_code }) => reason_code === 'missing_token')).toMatchObject({
    event: 'auth.deny',
    outcome: 'deny',
    request_id: 'stranger-1000',
    folded: { first_ts: stranger(1_000).ts },
  })
  const measured = measures.filter((each) => each.of === 'audit' && each.outcome === 'folded')
  expect(measured).toHaveLength(11_000)
  await log.close()
})

test('what was folded is on record when the log is closed', async () => {
  const { log, records, outcome, works } = openLog({ records: 20, bytes: 1_000_000 })
  for (let n = 0; n < 10; n++) await outcome(stranger(n))
  works(true)
  await log.close()
  expect(records.map(({ folded }) => folded?.count)).toEqual([undefined, undefined, 8])
})

test('one tenant leaves room for others, by records and by bytes', async () => {
  for (const detail of ['', 'x'.repeat(10_000)]) {
    const { log, outcome } = openLog({ records: 100, bytes: detail === '' ? 10_000_000 : 1_000_000 })
    const keptOf = async (tenant: string) => {
      let kept = 0
      while (kept < 200 && (await outcome(call(tenant, { detail }))) === 'kept') kept++
      return kept
    }
    const first = await keptOf('acme')
    expect(first).toBeGreaterThan(40)
    expect(first).toBeLessThan(60)
    expect(await keptOf('globex')).toBeGreaterThan(20)
    expect(await keptOf('initech')).toBeGreaterThan(20)
    expect(log.health().status).toBe('full')
    await log.close()
  }
})

test('the end of a change that has begun is kept, whoever has filled the room meanwhile', async () => {
  const { log, records, outcome, works } = openLog({ records: 10, bytes: 1_000_000 })
  works(true)
  const begin = (call_id: string) => call('acme', { event: 'tool.begin', call_id })
  for (const id of ['a', 'b']) expect(await outcome(begin(id), { written: true })).toBe('kept')
  works(false)
  // Two of the ten places are for the ends.
  const others = await Promise.all(Array.from({ length: 12 }, (_, n) => outcome(call(`tenant-${n}`))))
  expect(others.filter((each) => each === 'kept')).toHaveLength(8)
  expect(log.health().status).toBe('full')
  expect(await outcome(begin('c'), { written: true })).toBe('the audit sink failed')
  for (const call_id of ['a', 'b']) expect(await outcome(call('acme', { call_id }))).toBe('kept')
  // Neither one that never began, nor a second end.
  for (const call_id of ['a', 'c'])
    expect(await outcome(call('acme', { call_id }))).toBe('the audit sink failed')
  works(true)
  await log.close()
  expect(records.filter(({ call_id }) => call_id).map(({ event, call_id }) => `${event} ${call_id}`)).toEqual(
    ['tool.begin a', 'tool.begin b', 'tool.call a', 'tool.call b'],
  )
})
