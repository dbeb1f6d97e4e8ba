import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEvent, AuditRecord, Measure } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import type { AuditLine, AuditSink } from './audit-line.ts'
import { type AuditLogOptions, createAuditLog } from './audit-log.ts'
import { openFileSink } from './file-sink.ts'

const event = (n: number, changes: Partial<AuditEvent> = {}): AuditEvent => ({
  schema_version: 1,
  ts: '2026-01-02T03:04:05.678Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: `request-${n}`,
  tenant_id: 'acme',
  ...changes,
})

const openLog = (sinks: readonly AuditSink[], options: Partial<AuditLogOptions> = {}) => {
  const measures: Measure[] = []
  const faults: string[] = []
  const log = createAuditLog({
    key: Buffer.alloc(32, 7),
    gateway: { instance: 'i', version: '1' },
    sinks,
    scrub: (line) => line,
    now: Date.now,
    onFault: (_, message) => faults.push(message),
    measured: (measure) => measures.push(measure),
    retryMs: 20,
    ...options,
  })
  const measured = () =>
    measures.flatMap((each) => (each.of === 'audit' ? `${each.sink} ${each.outcome} ${each.count}` : []))
  return { log, faults, measured }
}

/** A sink whose writes a test lets through or fails, one by one or all. */
const testSink = (options: Partial<AuditSink> = {}) => {
  const got: AuditLine[] = []
  const writes: number[] = []
  let outcome: () => Promise<void> = async () => {}
  const sink: AuditSink = {
    name: 'file',
    awaited: true,
    async write(lines) {
      writes.push(lines.length)
      await outcome()
      got.push(...lines)
    },
    close: async () => {},
    ...options,
  }
  const set = (next: () => Promise<void>) => {
    outcome = next
  }
  const requests = () =>
    got.flatMap(({ text, checkpoint }) => (checkpoint ? [] : JSON.parse(text).request_id))
  return { sink, got, writes, set, requests }
}

const openFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-log-'))
  const path = join(folder, 'audit.jsonl')
  const records = async (): Promise<AuditRecord[]> =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { path, records, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

const failing = () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }))
const endFilesAt = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
afterEach(() => endFilesAt('unlimited'))

const outcomeOf = (promise: Promise<void>) =>
  promise.then(
    () => 'taken',
    (error: Error) => error.message,
  )

test('one write at a time: what comes meanwhile is the next one', async () => {
  const { sink, writes, set, requests } = testSink()
  const gate = Promise.withResolvers<void>()
  set(() => gate.promise)
  const { log } = openLog([sink])
  const first = [log.append(event(1)), log.append(event(2))]
  await vi.waitFor(() => expect(writes).toEqual([2]))
  const later = [3, 4, 5].map((n) => log.append(event(n)))
  let answered = false
  void first[0]?.then(() => {
    answered = true
  })
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect([answered, writes]).toEqual([false, [2]])
  gate.resolve()
  await Promise.all([...first, ...later])
  expect(writes).toEqual([2, 3])
  expect(requests()).toEqual([1, 2, 3, 4, 5].map((n) => `request-${n}`))
  await log.close()
})

test('calls wait for every sink of this machine, and for no other', async () => {
  const gate = Promise.withResolvers<void>()
  const [file, bucket] = [testSink(), testSink({ name: 's3', awaited: false })]
  bucket.set(() => gate.promise)
  const { log } = openLog([file.sink, bucket.sink])
  await log.append(event(1))
  await log.append(event(2), { written: true })
  expect([file.requests(), bucket.requests()]).toEqual([['request-1', 'request-2'], []])
  gate.resolve()
  await log.close()
  expect(bucket.requests()).toEqual(['request-1', 'request-2'])
})

test('while a sink fails reading goes on, changes are refused, and beyond the bound everything is', async () => {
  const { sink, set, requests } = testSink()
  const { log, faults, measured } = openLog([sink], { bounds: { records: 4, bytes: 1_000_000 } })
  // Each of a tenant of its own, so that none has more than its share.
  const of = (n: number) => event(n, { tenant_id: `tenant-${n}` })
  await log.append(event(1), { written: true })
  set(failing)
  // The first to meet the fault is kept all the same.
  expect(await outcomeOf(log.append(event(2), { written: true }))).toBe('no room')
  expect(log.health()).toEqual({ status: 'failing', kept: 1 })
  expect(await outcomeOf(log.append(event(3)))).toBe('taken')
  await expect(log.append(event(0), { written: true })).rejects.toMatchObject({
    message: 'the audit sink failed',
    cause: { code: 'ENOSPC' },
  })
  for (const n of [4, 5]) await log.append(of(n))
  expect(log.health()).toEqual({ status: 'full', kept: 4 })
  expect(await outcomeOf(log.append(event(0)))).toBe('the audit sink failed')
  expect(await outcomeOf(log.append(event(0), { written: true }))).toBe('the audit sink failed')
  set(async () => {})
  await vi.waitFor(() => expect(log.health()).toEqual({ status: 'ok', kept: 0 }))
  await log.append(event(6), { written: true })
  await log.close()
  expect(requests()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `request-${n}`))
  expect(faults).toEqual(['the audit log cannot be written'])
  expect(new Set(measured())).toEqual(
    new Set([
      'file written 1',
      'file failed 1',
      'file kept 1',
      'file refused 1',
      expect.stringMatching(/file written/),
    ]),
  )
})

test('what was not written is given again as it was, and what came meanwhile after it', async () => {
  const { sink, writes, set, requests } = testSink()
  const { log } = openLog([sink])
  set(failing)
  await Promise.all([log.append(event(1)), log.append(event(2))])
  for (const n of [3, 4, 5]) await log.append(event(n))
  set(async () => {})
  await vi.waitFor(() => expect(log.health().status).toBe('ok'))
  await log.append(event(6))
  expect(writes.filter((each) => each !== 2).reduce((sum, each) => sum + each)).toBe(4)
  expect(requests()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `request-${n}`))
  await log.close()
})

test('a sink may gather lines for a while, and gets them earlier when they are many', async () => {
  const { sink, writes } = testSink({ name: 's3', awaited: false, gatherMs: 60_000 })
  const { log } = openLog([sink], { bounds: { records: 40, bytes: 1_000_000 } })
  for (let n = 1; n <= 9; n++) await log.append(event(n))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(writes).toEqual([])
  await log.append(event(10))
  await vi.waitFor(() => expect(writes).toEqual([10]))
  await log.append(event(11))
  await log.close()
  // With the checkpoint that ends the chain.
  expect(writes).toEqual([10, 2])
})

test('bytes have a bound, too', async () => {
  const { sink, set } = testSink()
  set(failing)
  const { log } = openLog([sink], { bounds: { records: 1_000, bytes: 2_000 } })
  const outcomes: string[] = []
  for (let n = 0; n < 9; n++)
    outcomes.push(await outcomeOf(log.append(event(n, { detail: 'x'.repeat(500) }))))
  expect(outcomes.filter((each) => each === 'taken').length).toBeLessThan(4)
  set(async () => {})
  await log.close()
})

test('a sink that does not answer counts as failing until it does', async () => {
  const { sink, set, requests } = testSink()
  const gate = Promise.withResolvers<void>()
  set(() => gate.promise)
  const { log } = openLog([sink], { slowMs: 30 })
  expect(await outcomeOf(log.append(event(1)))).toBe('taken')
  expect(log.health()).toEqual({ status: 'failing', kept: 1 })
  expect(await outcomeOf(log.append(event(2), { written: true }))).toBe('the audit sink failed')
  await log.append(event(3))
  gate.resolve()
  await vi.waitFor(() => expect(log.health().status).toBe('ok'))
  await log.close()
  expect(requests()).toEqual(['request-1', 'request-3'])
})

test('records and checkpoints keep their order over a fault', async () => {
  const { sink, got, set } = testSink()
  const { log } = openLog([sink], { checkpoints: { everyRecords: 2 } })
  set(failing)
  for (let n = 1; n <= 5; n++) await log.append(event(n))
  set(async () => {})
  await log.close()
  expect(got.map(({ seq, checkpoint }) => seq ?? `to ${checkpoint?.checkpoint.last_seq}`)).toEqual([
    1,
    2,
    'to 2',
    3,
    4,
    'to 4',
    5,
    'to 5',
  ])
})

test('a close writes what waits for the end of its turn, tries once more what is kept, and ends in time', async () => {
  const good = testSink()
  const first = openLog([good.sink])
  const appended = [first.log.append(event(1)), first.log.append(event(2))]
  await first.log.close()
  await Promise.all(appended)
  expect(good.requests()).toEqual(['request-1', 'request-2'])
  await expect(first.log.append(event(3))).rejects.toThrow('closed')

  const stuck = testSink()
  stuck.set(() => new Promise(() => {}))
  const second = openLog([stuck.sink], { slowMs: 10 })
  await second.log.append(event(1))
  await second.log.close()
  expect(second.faults).toContain('lines of the audit log were not written')
})

test('a full disk: calls that were taken are all in the file when there is room again, each once and in order', async () => {
  await using folder = await openFolder()
  const sink = await openFileSink({ path: folder.path, now: Date.now, onFault: () => {} })
  const { log } = openLog([sink])
  endFilesAt(2_000)
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => outcomeOf(log.append(event(n)))))
  expect(new Set(outcomes)).toEqual(new Set(['taken']))
  expect(log.health().status).toBe('failing')
  expect(await outcomeOf(log.append(event(0), { written: true }))).toBe('the audit sink failed')
  for (let n = 50; n < 100; n++) await log.append(event(n))
  endFilesAt('unlimited')
  await vi.waitFor(() => expect(log.health().status).toBe('ok'))
  await log.append(event(100), { written: true })
  await log.close()
  const records = await folder.records()
  expect(records.map(({ seq, request_id }) => [seq, request_id])).toEqual(
    Array.from({ length: 101 }, (_, n) => [n + 1, `request-${n}`]),
  )
  records.forEach((record, i) => {
    if (i > 0) expect(record.prev_hash).toBe(records[i - 1]?.hash)
  })
})

test('a process that is killed leaves a record of all that it had answered', async () => {
  await using folder = await openFolder()
  const source = `
    import { createAuditLog } from ${JSON.stringify(join(import.meta.dirname, 'audit-log.ts'))}
    import { openFileSink } from ${JSON.stringify(join(import.meta.dirname, 'file-sink.ts'))}
    import { writeSync } from 'node:fs'
    const sink = await openFileSink({ path: ${JSON.stringify(folder.path)}, now: Date.now, onFault: console.error })
    const log = createAuditLog({ key: Buffer.alloc(32), gateway: { instance: 'i', version: '1' }, sinks: [sink],
      scrub: (line) => line, now: Date.now, onFault: console.error })
    let n = 0
    for (let caller = 0; caller < 20; caller++) void (async () => {
      for (;;) {
        const request_id = 'r' + n++
        await log.append({ schema_version: 1, ts: '', event: 'tool.call', outcome: 'allow', request_id })
        writeSync(1, request_id + '\\n')
      }
    })()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let answered = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answered += text
    if (answered.length > 20_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const names = answered.split('\n').slice(0, -1)
  expect(names.length).toBeGreaterThan(1_000)
  const text = await readFile(folder.path, 'utf8')
  const written = new Set([...text.matchAll(/"request_id":"(r\d+)"/g)].map(([, id]) => id))
  expect(names.filter((name) => !written.has(name))).toEqual([])
})
