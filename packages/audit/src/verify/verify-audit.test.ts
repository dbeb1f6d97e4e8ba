import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { type ChainOfTest, writeChain, writerKeys } from '../testing/chain-writer.ts'
import type { AuditReport } from './audit-report.ts'
import { longestLine } from './read-lines.ts'
import { type VerifyOptions, verifyAudit } from './verify-audit.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const keys = writerKeys()
const byBoth = { publicKeys: [keys.publicKey], hmacKeys: new Map([['k1', keys.hmac]]) }
const byPublicKey = { publicKeys: [keys.publicKey], hmacKeys: new Map() }
const byHash = { publicKeys: [], hmacKeys: byBoth.hmacKeys }
const byNothing = { publicKeys: [], hmacKeys: new Map() }

const fileOf = (lines: readonly string[] | Buffer): string => {
  const file = join(folder, `${files++}.jsonl`)
  writeFileSync(file, Buffer.isBuffer(lines) ? lines : lines.map((line) => `${line}\n`).join(''))
  return file
}

const verify = (
  contents: readonly (readonly string[] | Buffer)[],
  options: Partial<VerifyOptions> = byBoth,
): Promise<AuditReport> =>
  verifyAudit({ ...byNothing, closed: false, partial: false, ...options, files: contents.map(fileOf) })

const chain: ChainOfTest = { tenantId: 'acme', instance: 'one', ranges: [4, 3, 5], isFinal: true }
const whole = writeChain(keys, chain)

const changed = (line: string | undefined): string => (line ?? '').replace('"era":"modern"', '"era":"legacy"')

test('an untouched log is verified by either key, and not without one', async () => {
  const log = [whole.records, whole.checkpoints]
  expect(await verify(log, { ...byBoth, closed: true })).toMatchObject({
    verdict: 'verified',
    records: 12,
    checkpoints: 3,
    proven_by_signature: 12,
    proven_by_hash: 12,
    unproven: 0,
    chains: [
      {
        tenant_id: 'acme',
        instance: 'one',
        first_seq: 1,
        last_seq: 12,
        end: 'closed',
        notes: [],
        faults: [],
      },
    ],
  })
  expect(await verify(log, byPublicKey)).toMatchObject({ verdict: 'verified', proven_by_hash: 0 })
  expect(await verify(log, byHash)).toMatchObject({ verdict: 'verified', proven_by_signature: 0 })
  expect(await verify(log, byNothing)).toMatchObject({ verdict: 'unproven', proven_by_hash: 0, unproven: 12 })
  expect(await verify([[]])).toMatchObject({ verdict: 'unproven', records: 0 })
})

test('several chains in rotated, compressed and captured files, in any order, among other lines', async () => {
  const other = writeChain(keys, { instance: 'two', ranges: [3], behind: 2 })
  const third = writeChain(keys, { tenantId: 'globex', instance: 'one', ranges: [], behind: 1 })
  const captured = [
    'listening on 3000',
    '{"level":30,"msg":"hello"}',
    ...other.records.slice(0, 3),
    ...other.checkpoints,
    ...other.records.slice(3),
    ...third.records,
  ]
  const rotated = gzipSync(`${whole.records.slice(0, 6).join('\n')}\n`)
  const report = await verify([whole.records.slice(6), whole.checkpoints, captured, rotated])
  expect(report).toMatchObject({
    verdict: 'verified',
    records: 18,
    checkpoints: 4,
    foreign: 2,
    torn: 0,
    unproven: 0,
  })
  expect(report.chains.map(({ tenant_id, instance, end }) => [tenant_id, instance, end])).toEqual([
    ['acme', 'one', 'closed'],
    ['globex', 'one', 'open'],
    [undefined, 'two', 'open'],
  ])
  expect(report.chains[2]).toMatchObject({
    after_last_checkpoint: 2,
    notes: [
      'open end: the process was killed or still runs; 2 records after the last checkpoint, covered by the hash alone',
    ],
  })
  expect(
    (await verify([whole.records, whole.checkpoints, captured], { ...byBoth, closed: true })).verdict,
  ).toBe('tampered')
})

const [first = '', second = '', third = '', fourth = '', fifth = ''] = whole.records
const without = (at: number) => whole.records.toSpliced(at, 1)

test.each([
  ['a changed record', whole.records.with(5, changed(whole.records[5])), 6, [5, 7]],
  ['a removed record', without(5), 6, [5, 7]],
  ['the first record removed', without(0), 1, [1, 4]],
  ['the last record of a range removed', without(3), 4, [1, 4]],
  ['two swapped', [first, third, second, fourth, ...whole.records.slice(4)], 2, [1, 4]],
  [
    'two swapped over the edge of a range',
    [first, second, third, fifth, fourth, ...whole.records.slice(5)],
    4,
    [1, 4],
  ],
  ['a record twice', [first, second, second, ...whole.records.slice(2)], 2, undefined],
  [
    'a forged one instead',
    whole.records.with(2, changed(third).replace(/"hash":"../, '"hash":"00')),
    3,
    [1, 4],
  ],
  ['a forged one put in', [first, changed(second), second, ...whole.records.slice(2)], 2, [1, 4]],
  ['the tail cut', whole.records.slice(0, 9), 10, [8, 12]],
  ['all records gone', [], 1, [1, 4]],
  ['spaces within a line', whole.records.with(4, fifth.replace('":', '": ')), 5, undefined],
  [
    'a name twice',
    whole.records.with(4, fifth.replace('"outcome"', '"outcome":"error","outcome"')),
    5,
    undefined,
  ],
])('%s is found', async (_, records, seq, range) => {
  const report = await verify([records, whole.checkpoints])
  expect(report.verdict).toBe('tampered')
  expect(report.chains[0]?.first_bad_seq).toBe(seq)
  expect(report.chains[0]?.first_bad_range).toEqual(range)
  const byKey = await verify([records, whole.checkpoints], byPublicKey)
  expect(byKey.verdict).toBe('tampered')
  expect(byKey.chains[0]?.first_bad_range).toEqual(range)
})

test('records behind the last checkpoint are covered by the hash alone', async () => {
  const open = writeChain(keys, { ...chain, isFinal: false, behind: 3 })
  const forged = open.records.with(13, changed(open.records[13]))
  expect((await verify([forged, open.checkpoints])).chains[0]).toMatchObject({ first_bad_seq: 14 })
  expect(await verify([forged, open.checkpoints], byPublicKey)).toMatchObject({
    verdict: 'verified',
    unproven: 3,
  })
  const cut = await verify([open.records.slice(0, 13), open.checkpoints])
  expect(cut).toMatchObject({ verdict: 'verified', chains: [{ after_last_checkpoint: 1, end: 'open' }] })
})

describe('checkpoints', () => {
  const [one = '', two = '', three = ''] = whole.checkpoints
  const stranger = writeChain({ ...keys, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }, chain)
  test.each([
    ['the first removed', [two, three], 'checkpoint'],
    ['one removed', [one, three], 'checkpoint'],
    ['two swapped', [two, one, three], 'checkpoint'],
    ['one twice', [one, one, two, three], 'checkpoint'],
    ['a time changed', [one, two.replace('T08', 'T09'), three], 'signature'],
    ['a signature removed', [one, two.replace(/,"key_id.*"signature[^}]*/, ''), three], 'unsigned'],
    ['another signature', [one, two.replace(/"signature":"..../, '"signature":"AAAA'), three], 'signature'],
    ['another name of the key', [one, two.replace(/"key_id":"..../, '"key_id":"AAAA'), three], 'signature'],
    ['signed by another', [one, stranger.checkpoints[1] ?? '', three], 'signature'],
    ['all signed by another', stranger.checkpoints, 'signature'],
    ['spaces', [one, two.replace('":', '": '), three], 'rewritten'],
  ])('%s', async (_, checkpoints, kind) => {
    const report = await verify([whole.records, checkpoints], byPublicKey)
    expect(report.verdict).toBe('tampered')
    expect(report.chains[0]?.faults.map((fault) => fault.kind)).toContain(kind)
  })

  test('the last one removed is an open end, which `closed` refuses', async () => {
    const log = [whole.records, [one, two]]
    expect((await verify(log, byPublicKey)).chains[0]).toMatchObject({
      end: 'open',
      after_last_checkpoint: 5,
    })
    const report = await verify(log, { ...byPublicKey, closed: true })
    expect(report.chains[0]?.faults.map(({ kind }) => kind)).toEqual(['not_whole'])
  })

  test('unsigned ones are no proof', async () => {
    const { records, checkpoints } = writeChain(keys, { ...chain, unsigned: true })
    expect((await verify([records, checkpoints], byHash)).chains[0]?.notes).toEqual([
      '3 of 3 checkpoints are not signed, so they are no proof',
    ])
    expect((await verify([records, checkpoints], byPublicKey)).verdict).toBe('tampered')
  })

  test('the last one may tell of no record', async () => {
    const { records, checkpoints } = writeChain(keys, { ...chain, ranges: [4, 0] })
    const report = await verify([records, checkpoints], { ...byBoth, closed: true })
    expect(report).toMatchObject({ verdict: 'verified', proven_by_signature: 4 })
    const more = writeChain(keys, { ...chain, ranges: [4, 0], behind: 1 })
    expect((await verify([more.records, checkpoints])).chains[0]?.faults.map(({ kind }) => kind)).toContain(
      'after_end',
    )
  })

  test('one that is missing for long is told of', async () => {
    const { records } = writeChain(keys, { ...chain, ranges: [], behind: 2_001 })
    expect((await verify([records])).chains[0]?.notes).toContain(
      'a checkpoint is overdue: it was removed, or could not be signed or written',
    )
  })
})

test('where older files are gone, `partial` verifies what is left', async () => {
  const left = whole.records.slice(5)
  expect((await verify([left, whole.checkpoints], byPublicKey)).verdict).toBe('tampered')
  const report = await verify([left, whole.checkpoints], { ...byPublicKey, partial: true })
  expect(report).toMatchObject({ verdict: 'verified', proven_by_signature: 5, unproven: 2 })
  expect(report.chains[0]?.notes[0]).toBe('begins with record 6: what was before is not in these files')
})

test('records under a key that is not there prove nothing', async () => {
  const other = new Map([['k2', keys.hmac]])
  expect((await verify([whole.records], { hmacKeys: other })).verdict).toBe('unproven')
  expect((await verify([whole.records], { hmacKeys: new Map([['k1', Buffer.alloc(32, 8)]]) })).verdict).toBe(
    'tampered',
  )
})

test('a line that ends too early is told of, and one that never ends is not read', async () => {
  const torn = Buffer.from(`${whole.records.slice(0, 11).join('\n')}\n${whole.records[11]?.slice(0, 100)}`)
  expect(await verify([torn], byHash)).toMatchObject({ verdict: 'verified', records: 11, torn: 1 })
  const long = Buffer.from(`{"a":"${'x'.repeat(longestLine)}"}\n${whole.records.join('\n')}`)
  expect(await verify([long], byHash)).toMatchObject({ verdict: 'verified', records: 12, too_long: 1 })
})

test.each([
  ['half a surrogate pair', '\\ud800'],
  ['thousands of brackets', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['bytes that are no UTF-8', Buffer.from([0xff])],
])('a record with %s is none, and is missed', async (name, put) => {
  const line = whole.records[4] ?? ''
  const at = line.indexOf('"allow"')
  const value = typeof put === 'string' && name.startsWith('thousands') ? put : undefined
  const forged = Buffer.concat([
    Buffer.from(line.slice(0, at)),
    ...(value === undefined ? [Buffer.from('"'), Buffer.from(put), Buffer.from('"')] : [Buffer.from(value)]),
    Buffer.from(line.slice(at + '"allow"'.length)),
  ])
  const [before, after] = [whole.records.slice(0, 4).join('\n'), whole.records.slice(5).join('\n')]
  const log = Buffer.concat([Buffer.from(`${before}\n`), forged, Buffer.from(`\n${after}\n`)])
  const report = await verify([log, whole.checkpoints])
  expect(report).toMatchObject({ verdict: 'tampered', foreign: 1, chains: [{ first_bad_seq: 5 }] })
})

test('a file that is not there, and half of a compressed one, throw', async () => {
  await expect(
    verifyAudit({ ...byBoth, closed: false, partial: false, files: ['/nowhere'] }),
  ).rejects.toThrow('ENOENT')
  const half = gzipSync(whole.records.join('\n'))
  await expect(verify([half.subarray(0, half.length / 2)])).rejects.toThrow('unexpected end of file')
})

test('a public key read from its PEM is the same', async () => {
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  expect(
    (await verify([whole.records, whole.checkpoints], { publicKeys: [createPublicKey(pem)] })).verdict,
  ).toBe('verified')
})
