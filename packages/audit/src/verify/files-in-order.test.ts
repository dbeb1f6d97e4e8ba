import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuditLog } from '../audit-log.ts'
import { openFileSink } from '../file-sink.ts'
import { auditKeyId } from '../hmac-key.ts'
import { type FilePieces, inOrder } from './files-in-order.ts'
import { verifyAudit } from './verify-audit.ts'

const piece = (file: string, time: string, begins: Record<string, number>): FilePieces => ({
  file,
  time,
  begins: new Map(Object.entries(begins)),
})

test.each([
  ['by time where they share no chain', [piece('b', '2', { x: 1 }), piece('a', '1', { y: 9 })], ['a', 'b']],
  ['by seq where the clock went back', [piece('a', '1', { x: 5 }), piece('b', '2', { x: 1 })], ['b', 'a']],
  [
    'over several, each of which has another chain',
    [
      piece('a', '1', { x: 9 }),
      piece('b', '2', { x: 5, y: 9 }),
      piece('c', '3', { y: 5, z: 9 }),
      piece('d', '4', { z: 5 }),
    ],
    ['d', 'c', 'b', 'a'],
  ],
  [
    'each once where they go in a circle',
    [piece('a', '1', { x: 5, y: 1 }), piece('b', '2', { x: 1, y: 5 })],
    ['b', 'a'],
  ],
  ['with those of no chain', [piece('b', '2', { x: 1 }), piece('a', '', {})], ['a', 'b']],
])('files stand %s', (_, files, order) => {
  expect(inOrder(files)).toEqual(order)
})

test('many thousand files that a clock has turned around are in order in no time', () => {
  const files = Array.from({ length: 20_000 }, (_, i) =>
    piece(`${i}`, String(99_999 - i), { x: i + 1, [`of ${i >> 1}`]: i + 1 }),
  )
  const begun = performance.now()
  expect(inOrder(files)).toEqual(files.map(({ file }) => file))
  expect(performance.now() - begun).toBeLessThan(5_000)
})

test.each([-3_600_000, 3_600_000])(
  'a log whose clock was set by %i ms is as the gateway wrote it',
  async (step) => {
    const folder = await mkdtemp(join(tmpdir(), 'audit-clock-'))
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
    let time = Date.parse('2026-11-27T12:00:00Z')
    const now = () => time
    const onFault = (_: object, message: string) => expect.fail(message)
    const sink = await openFileSink({ path: join(folder, 'a.jsonl'), maxBytes: 2_000, now, onFault })
    const key = Buffer.alloc(32, 1)
    const gateway = { instance: 'i', version: '1' }
    const log = createAuditLog({ key, gateway, sinks: [sink], scrub: (line) => line, now, onFault })
    for (let n = 0; n < 30; n++) {
      time += n === 15 ? step : 10
      await log.append({
        schema_version: 1,
        ts: new Date(time).toISOString(),
        event: 'tool.call',
        outcome: 'allow',
        request_id: `r${n}`,
        tenant_id: 'acme',
      })
    }
    await log.close()
    const files = (await readdir(folder)).map((file) => join(folder, file))
    expect(files.length).toBeGreaterThan(3)
    const hmacKeys = new Map([[auditKeyId(key), key]])
    const report = await verifyAudit({ files, publicKeys: [], hmacKeys, closed: true, partial: false })
    expect(report).toMatchObject({ verdict: 'verified', records: 30 })
  },
)
