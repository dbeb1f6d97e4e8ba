import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { writeChain, writerKeys } from '../testing/chain-writer.ts'
import { verifyAudit } from './verify-audit.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'audit-properties-'))
afterAll(() => rmSync(folder, { recursive: true }))

const keys = writerKeys()

interface Log {
  readonly records: readonly Buffer[]
  readonly checkpoints: readonly Buffer[]
}

const logs = fc
  .record({
    ranges: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    isFinal: fc.boolean(),
    tenantId: fc.constantFrom('acme', undefined),
  })
  .map(({ tenantId, ...chain }): Log => {
    const { records, checkpoints } = writeChain(keys, {
      ...chain,
      ...(tenantId && { tenantId }),
      instance: 'i',
    })
    return {
      records: records.map((line) => Buffer.from(line)),
      checkpoints: checkpoints.map((line) => Buffer.from(line)),
    }
  })

const joined = (lines: readonly Buffer[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))

const verdictOf = async ({ records, checkpoints }: Log, by: 'signature' | 'hash') => {
  const files = [join(folder, 'log'), join(folder, 'log.checkpoints')]
  writeFileSync(files[0] ?? '', joined(records))
  writeFileSync(files[1] ?? '', joined(checkpoints))
  const report = await verifyAudit({
    files,
    publicKeys: by === 'signature' ? [keys.publicKey] : [],
    hmacKeys: new Map(by === 'hash' ? [['k1', keys.hmac]] : []),
    closed: false,
    partial: false,
  })
  return report.verdict
}

/** What anybody who can write files may do to lines; each leaves them other than they were. */
const mutations = {
  flip: (lines, at, byte) => {
    const line = Buffer.from(lines[at] ?? '')
    const place = byte % line.length
    line[place] = (line[place] ?? 0) ^ (1 + (byte % 255))
    return lines.toSpliced(at, 1, line)
  },
  remove: (lines, at) => lines.toSpliced(at, 1),
  swap: (lines, at, byte) => {
    const other = (at + 1 + (byte % Math.max(1, lines.length - 1))) % lines.length
    return lines.with(at, lines[other] ?? Buffer.of()).with(other, lines[at] ?? Buffer.of())
  },
  twice: (lines, at, byte) => lines.toSpliced(byte % (lines.length + 1), 0, lines[at] ?? Buffer.of()),
  cut: (lines, at) => lines.slice(0, at),
} satisfies Record<string, (lines: Buffer[], at: number, byte: number) => Buffer[]>

const names = Object.keys(mutations) as (keyof typeof mutations)[]

test.each(names.flatMap((name) => [[name, 'signature'] as const, [name, 'hash'] as const]))(
  'records: %s is found by the %s, wherever it is done',
  async (name, by) => {
    await fc.assert(
      fc.asyncProperty(logs, fc.nat(), fc.nat(), async (log, at, byte) => {
        expect(await verdictOf(log, by)).toBe('verified')
        const records = mutations[name]([...log.records], at % log.records.length, byte)
        fc.pre(!joined(records).equals(joined(log.records)))
        expect(await verdictOf({ ...log, records }, by)).toBe('tampered')
      }),
      { numRuns: 60 },
    )
  },
)

test.each(names)('checkpoints: %s is found by the signature, or leaves an open end', async (name) => {
  await fc.assert(
    fc.asyncProperty(logs, fc.nat(), fc.nat(), async (log, at, byte) => {
      const checkpoints = mutations[name]([...log.checkpoints], at % log.checkpoints.length, byte)
      fc.pre(!joined(checkpoints).equals(joined(log.checkpoints)))
      const verdict = await verdictOf({ ...log, checkpoints }, 'signature')
      // What is gone at the end, and a line that is none any more there, look like a process that was killed.
      const isCut = checkpoints.every(
        (line, i) =>
          log.checkpoints[i]?.equals(line) || (i === log.checkpoints.length - 1 && line[0] !== undefined),
      )
      if (!isCut || name === 'twice') expect(verdict).toBe('tampered')
      else expect(['tampered', 'verified', 'unproven']).toContain(verdict)
    }),
    { numRuns: 60 },
  )
})
