import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeChain, writerKeys } from '../testing/chain-writer.ts'
import type { AuditReport } from './audit-report.ts'
import { readLines } from './read-lines.ts'
import { verifyAudit } from './verify-audit.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-verdict-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const keys = writerKeys()

/** As a customer does it: with the public key and nothing else, unless more is given. */
const verify = (contents: readonly (readonly string[])[], more: object = {}): Promise<AuditReport> => {
  const named = contents.map((lines) => {
    const file = join(folder, `${files++}.jsonl`)
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
    return file
  })
  const byPublicKey = { publicKeys: [keys.publicKey], hmacKeys: new Map(), closed: false, partial: false }
  return verifyAudit({ ...byPublicKey, files: named, ...more })
}

const allowed = (lines: readonly string[]) =>
  lines.map((line) => line.replace('"outcome":"deny"', '"outcome":"allow"'))

const good = writeChain(keys, { tenantId: 'acme', instance: 'one', ranges: [3], isFinal: true })
const many = writeChain(keys, { tenantId: 'globex', instance: 'one', ranges: Array(60).fill(30) })

describe('by the public key alone, beside a chain that is good', () => {
  const invented = writeChain(
    { ...keys, hmac: Buffer.alloc(32, 99) },
    { tenantId: 'initech', instance: 'evil', ranges: [], behind: 50 },
  )
  test.each([
    ['a chain without its checkpoints, rewritten', allowed(many.records), []],
    ['an invented chain', invented.records, []],
    [
      'a chain cut after its first checkpoint, rewritten from there on',
      [...many.records.slice(0, 30), ...allowed(many.records.slice(30, 1_700))],
      many.checkpoints.slice(0, 1),
    ],
    [
      'two minutes without a checkpoint',
      many.records
        .slice(0, 32)
        .map((line, i) => (i === 31 ? line.replace('"ts":"2027', '"ts":"2028') : line)),
      many.checkpoints.slice(0, 1),
    ],
    [
      'a time that nobody can read',
      many.records.slice(0, 32).map((line, i) => (i === 31 ? line.replace('"ts":"2027', '"ts":"x') : line)),
      many.checkpoints.slice(0, 1),
    ],
  ])('%s is not proven', async (_, records, checkpoints) => {
    const report = await verify([good.records, good.checkpoints, records, checkpoints])
    expect(report.verdict).toBe('unproven')
    const [acme, other] = report.chains
    expect([acme?.verdict, other?.verdict, other?.faults]).toEqual(['verified', 'unproven', []])
    expect(other?.notes[0]).toMatch(/^not proven: /)
  })

  test('the short end of a process that runs stays proven, with a note, and `closed` refuses it', async () => {
    const running = writeChain(keys, { tenantId: 'globex', instance: 'one', ranges: [30], behind: 1_000 })
    const log = [good.records, good.checkpoints, running.records, running.checkpoints]
    expect(await verify(log)).toMatchObject({
      verdict: 'verified',
      chains: [
        { verdict: 'verified', notes: [] },
        {
          verdict: 'verified',
          notes: [
            'open end: the process was killed or still runs; 1000 records after the last checkpoint, which no key proves that was given',
          ],
        },
      ],
    })
    expect(await verify(log, { closed: true })).toMatchObject({
      verdict: 'tampered',
      chains: [{ verdict: 'verified' }, { verdict: 'tampered', faults: [{ kind: 'not_whole' }] }],
    })
  })

  test('of a log whose oldest files are gone, no more than one range may be without its checkpoint', async () => {
    const partial = { partial: true }
    const [, ...later] = many.checkpoints
    expect((await verify([many.records.slice(10), later], partial)).verdict).toBe('verified')
    const forged = [...allowed(many.records.slice(0, 1_200)), ...many.records.slice(1_200)]
    expect(await verify([forged, many.checkpoints.slice(40)], partial)).toMatchObject({ verdict: 'unproven' })
  })
})

test('what a gateway writes while its log is read is not read: its checkpoints were not there yet', async () => {
  const file = join(folder, 'live.jsonl')
  const lines = (from: number, to?: number) => many.records.slice(from, to).map((line) => `${line}\n`)
  writeFileSync(file, [...lines(0, 60), ...many.checkpoints.slice(0, 2).map((line) => `${line}\n`)].join(''))
  const { size } = statSync(file)
  const read: number[] = []
  for await (const some of readLines(file, size)) {
    read.push(some.length)
    appendFileSync(file, lines(60).join(''))
  }
  expect(read).toEqual([62])
})

test('what is tampered with is worse than what is not proven', async () => {
  const report = await verify([good.records.slice(1), good.checkpoints, many.records])
  expect([report.verdict, ...report.chains.map(({ verdict }) => verdict)]).toEqual([
    'tampered',
    'tampered',
    'unproven',
  ])
})

test('the key of the hashes proves what no signature covers', async () => {
  const hmacKeys = new Map([['k1', keys.hmac]])
  expect((await verify([many.records], { hmacKeys })).verdict).toBe('verified')
  const forged = await verify([allowed(many.records)], { hmacKeys })
  expect(forged).toMatchObject({ verdict: 'tampered', chains: [{ first_bad_seq: 3 }] })
})
