import { gunzipSync } from 'node:zlib'
import type { AuditCheckpoint } from '@gateway/domain'
import { expect, test } from 'vitest'
import type { AuditLine } from './audit-line.ts'
import { bucketSink } from './bucket-sink.ts'
import { createSinkQueue } from './sink-queue.ts'

/** A bucket in memory, as S3 does it: nothing is overwritten, and the same again is no fault. */
const memoryBucket = (trouble: (key: string, puts: number) => string | undefined = () => undefined) => {
  const objects = new Map<string, Buffer>()
  const puts: string[] = []
  return {
    objects,
    puts,
    textOf: (key: string) => {
      const body = objects.get(key) ?? Buffer.from('')
      return (key.endsWith('.gz') ? gunzipSync(body) : body).toString()
    },
    bucket: {
      async put(key: string, body: Uint8Array) {
        puts.push(key)
        const what = trouble(key, puts.length)
        if (what === 'lost before') throw new Error(what)
        const known = objects.get(key)
        if (known && !known.equals(body)) throw new Error('another object has this key')
        objects.set(key, Buffer.from(body))
        if (what === 'lost after') throw new Error(what)
      },
      async *list(prefix: string) {
        for (const key of [...objects.keys()].sort()) if (key.startsWith(prefix)) yield key
      },
      get: async (key: string) => objects.get(key) ?? Buffer.from(''),
      close() {},
    },
  }
}

const instance = 'b0b1b2b3b4b5b6b7'

const record = (
  tenantId: string | undefined,
  seq: number,
  more = {},
  ts = '2026-01-02T23:59:59.999Z',
): AuditLine => ({
  ...(tenantId !== undefined && { tenantId }),
  instance,
  seq,
  text: `${JSON.stringify({ seq, ts, ...more })}\n`,
})

const checkpoint = (tenantId: string | undefined, first_seq: number, last_seq: number): AuditLine => {
  const ts = '2026-01-03T00:00:30.000Z'
  const signed = { checkpoint: { ts, first_seq, last_seq } as AuditCheckpoint }
  return {
    ...(tenantId !== undefined && { tenantId }),
    instance,
    checkpoint: signed,
    text: `${JSON.stringify(signed)}\n`,
  }
}

const lines = [
  record('acme', 1),
  record(undefined, 1),
  record('globex', 1),
  record('acme', 2, {}, '2026-01-03T00:00:00.000Z'),
  checkpoint('acme', 1, 2),
  record('acme', 3, {}, '2026-01-03T00:00:01.000Z'),
]

test('each chain has objects of its own, by tenant, day, instance and numbers; checkpoints have others', async () => {
  const { bucket, objects, puts, textOf } = memoryBucket()
  await bucketSink({ bucket, prefix: 'audit/eu' }).write(lines)
  const day = `2026/01/02/${instance}`
  expect([...objects.keys()].sort()).toEqual([
    `audit/eu/_gateway/${day}/000000000001-000000000001.jsonl.gz`,
    `audit/eu/acme/${day}/000000000001-000000000003.jsonl.gz`,
    `audit/eu/acme/2026/01/03/${instance}/checkpoints/000000000001-000000000002.json`,
    `audit/eu/globex/${day}/000000000001-000000000001.jsonl.gz`,
  ])
  const ofAcme = lines.filter(({ tenantId, seq }) => tenantId === 'acme' && seq !== undefined)
  expect(textOf(`audit/eu/acme/${day}/000000000001-000000000003.jsonl.gz`)).toBe(
    ofAcme.map(({ text }) => text).join(''),
  )
  expect(textOf(`audit/eu/acme/2026/01/03/${instance}/checkpoints/000000000001-000000000002.json`)).toBe(
    lines[4]?.text,
  )
  // Whoever reads meanwhile never sees a checkpoint whose records are not there.
  expect(puts.at(-1)).toContain('/checkpoints/')
})

test('no object holds a line of another tenant', async () => {
  const { bucket, objects, textOf } = memoryBucket()
  const mixed = Array.from({ length: 300 }, (_, n) => {
    const tenantId = ['acme', 'acme-2', 'globex'][n % 3] ?? ''
    return record(tenantId, n + 1, { of: `${tenantId};` })
  })
  await bucketSink({ bucket, prefix: 'a' }).write(mixed)
  expect(objects.size).toBe(3)
  for (const key of objects.keys()) {
    const tenantId = key.split('/')[1]
    const told = [...textOf(key).matchAll(/"of":"([^"]+);"/g)].map(([, of]) => of)
    expect(told).toHaveLength(100)
    expect(new Set(told)).toEqual(new Set([tenantId]))
  }
})

test('an object has a mebibyte of lines at most, and the next begins with the next number', async () => {
  const { bucket, objects, textOf } = memoryBucket()
  const long = Array.from({ length: 25 }, (_, n) => record('acme', n + 1, { x: 'x'.repeat(100_000) }))
  const huge = record('acme', 26, { x: 'x'.repeat(2_000_000) })
  await bucketSink({ bucket, prefix: 'a' }).write([...long, huge])
  const keys = [...objects.keys()].sort()
  expect(keys.map((key) => key.split('/').at(-1))).toEqual([
    '000000000001-000000000010.jsonl.gz',
    '000000000011-000000000020.jsonl.gz',
    '000000000021-000000000025.jsonl.gz',
    '000000000026-000000000026.jsonl.gz',
  ])
  expect(keys.map(textOf).join('')).toBe([...long, huge].map(({ text }) => text).join(''))
})

test.for(['lost before', 'lost after'])(
  'after a fault (%s) the rest is put, and nothing twice but what failed',
  async (what) => {
    const { bucket, objects, puts } = memoryBucket((key, n) =>
      n <= 3 && key.includes('/acme/') ? what : undefined,
    )
    const sink = bucketSink({ bucket, prefix: 'a' })
    await expect(sink.write(lines)).rejects.toThrow(what)
    await sink.write(lines)
    expect(objects.size).toBe(4)
    const failed = puts.filter((key, n) => puts.indexOf(key) !== n)
    expect(failed).toEqual([`a/acme/2026/01/02/${instance}/000000000001-000000000003.jsonl.gz`])
  },
)

test('an object that somebody else has put there is never taken for ours', async () => {
  const { bucket, objects } = memoryBucket()
  const key = `a/acme/2026/01/02/${instance}/000000000001-000000000003.jsonl.gz`
  objects.set(key, Buffer.from('forged'))
  await expect(bucketSink({ bucket, prefix: 'a' }).write(lines)).rejects.toThrow('another object')
  expect(objects.get(key)?.toString()).toBe('forged')
})

const queueOf = (bucket: ReturnType<typeof memoryBucket>['bucket'], gatherMs: number) =>
  createSinkQueue(bucketSink({ bucket, prefix: 'a', gatherMs }), {
    bounds: { records: 100, bytes: 4 * 1024 * 1024 },
    retryMs: 10,
    slowMs: 5_000,
    onFault() {},
  })

test('lines are gathered, but no longer than there are many: a queue that is written is never full', async () => {
  const { bucket, objects } = memoryBucket()
  const queue = queueOf(bucket, 60_000)
  for (let n = 1; n <= 1_000; n++) {
    expect(queue.isFull()).toBe(false)
    queue.push(record('acme', n))
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(queue.fault()).toBeUndefined()
  expect(objects.size).toBeGreaterThan(5)
  expect(await queue.close(1_000)).toBe(0)
  expect(
    Array.from(objects.values(), (body) => gunzipSync(body).toString())
      .join('')
      .split('\n'),
  ).toHaveLength(1_001)
})

test('while the bucket fails the queue says so, keeps what comes up to its bound, and writes it later', async () => {
  let failing = true
  const { bucket, objects } = memoryBucket(() => (failing ? 'lost before' : undefined))
  const queue = queueOf(bucket, 1)
  queue.push(record('acme', 1))
  await expect.poll(() => queue.fault()?.message).toBe('lost before')
  await expect(queue.written()).rejects.toThrow('lost before')
  for (let n = 2; n <= 100; n++) queue.push(record('acme', n))
  expect(queue.isFull()).toBe(true)
  failing = false
  await expect.poll(() => queue.isFull()).toBe(false)
  expect(await queue.close(1_000)).toBe(0)
  expect(objects.size).toBe(2)
})
