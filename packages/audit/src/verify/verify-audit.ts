import type { KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { AuditReport, ChainReport } from './audit-report.ts'
import { type ChainFacts, openChain } from './chain-facts.ts'
import { worstOf } from './chain-verdict.ts'
import { foundCheckpoint } from './checkpoint-list.ts'
import { type FilePieces, inOrder, piecesOf } from './files-in-order.ts'
import { chainNameOf, foundLineOf } from './found-line.ts'
import { readLines } from './read-lines.ts'

/** What is verified, and with what. */
export interface VerifyOptions {
  /** Files of records, of checkpoints, or of both; plain or gzip, in any order. */
  readonly files: readonly string[]
  /** Of curve P-256. */
  readonly publicKeys: readonly KeyObject[]
  /** Keys of the hashes, by name. */
  readonly hmacKeys: ReadonlyMap<string, Uint8Array>
  /** Whether every chain has to be there from its first record to the checkpoint of an ordered end. */
  readonly closed: boolean
  /** Whether older files may be gone: what is before the first record of a chain is not missed. */
  readonly partial: boolean
}

/**
 * Reads all files twice, checkpoints first and then records, and says what of them is proven and what is wrong. Memory grows
 * with the number of chains and checkpoints, never with that of records. Throws where a file cannot be read.
 */
export const verifyAudit = async (options: VerifyOptions): Promise<AuditReport> => {
  const chains = new Map<string, ChainFacts>()
  const chainOf = (tenantId: string | undefined, instance: string): ChainFacts => {
    const name = chainNameOf(tenantId, instance)
    const chain = chains.get(name) ?? openChain(tenantId, instance, options)
    chains.set(name, chain)
    return chain
  }
  const files = await readCheckpoints(options.files, options.publicKeys, chainOf)
  const counts = { lines: 0, foreign: 0, torn: 0, too_long: 0 }
  // What a gateway writes from now on has checkpoints that were not read.
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  for (const [i, file] of files.entries()) await readRecords(file, sizes[i], { chainOf, counts })
  const reports = [...chains.keys()].sort().flatMap((name) => chains.get(name)?.report() ?? [])
  const sum = (of: (chain: ChainReport) => number) => reports.reduce((all, chain) => all + of(chain), 0)
  const proven = sum((chain) => chain.proven_by_signature + chain.proven_by_hash)
  const worst = worstOf(reports.map(({ verdict }) => verdict))
  return {
    verdict: worst === 'verified' && proven === 0 ? 'unproven' : worst,
    files,
    ...counts,
    records: sum(({ records }) => records),
    checkpoints: sum(({ checkpoints }) => checkpoints),
    proven_by_signature: sum((chain) => chain.proven_by_signature),
    proven_by_hash: sum((chain) => chain.proven_by_hash),
    unproven: sum(({ unproven }) => unproven),
    chains: reports,
  }
}

type ChainOf = (tenantId: string | undefined, instance: string) => ChainFacts

/** Reads all files for their checkpoints, which come to their chains in the order of the files; gives that order. */
const readCheckpoints = async (
  files: readonly string[],
  keys: readonly KeyObject[],
  chainOf: ChainOf,
): Promise<readonly string[]> => {
  const pieces: FilePieces[] = []
  const found = new Map<string, (() => void)[]>()
  for (const file of new Set(files)) {
    const adds: (() => void)[] = []
    found.set(file, adds)
    const onCheckpoint: Parameters<typeof piecesOf>[1] = ({ signed, ...line }) => {
      const { tenant_id, instance } = signed.checkpoint
      const checkpoint = foundCheckpoint(signed, { ...line, keys })
      adds.push(() => chainOf(tenant_id, instance).addCheckpoint(checkpoint))
    }
    pieces.push(await piecesOf(file, onCheckpoint))
  }
  const ordered = inOrder(pieces)
  for (const file of ordered) for (const add of found.get(file) ?? []) add()
  return ordered
}

interface Counts {
  lines: number
  foreign: number
  torn: number
  too_long: number
}

const readRecords = async (
  file: string,
  size: number | undefined,
  { chainOf, counts }: { readonly chainOf: ChainOf; readonly counts: Counts },
): Promise<void> => {
  let number = 0
  for await (const lines of readLines(file, size)) {
    for (const { bytes, isWhole } of lines) {
      number++
      counts.lines++
      if (!bytes) {
        counts.too_long++
        continue
      }
      const line = foundLineOf(bytes)
      if (line.kind === 'record') {
        const { tenant_id, gateway } = line.record
        chainOf(tenant_id, gateway.instance).addRecord({ ...line, file, line: number })
      } else if (line.kind === 'foreign') {
        if (isWhole) counts.foreign++
        else counts.torn++
      }
    }
  }
}
