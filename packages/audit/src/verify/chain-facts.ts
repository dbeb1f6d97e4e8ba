import type { KeyObject } from 'node:crypto'
import type { AuditFault, ChainReport } from './audit-report.ts'
import { type ChainCheck, createChainCheck, type FoundRecord, type RecordCounts } from './chain-check.ts'
import { isOverdue, unprovenBecause } from './chain-verdict.ts'
import { type FoundCheckpoint, faultsOfCheckpoints } from './checkpoint-list.ts'
import { createFaultList } from './fault-list.ts'

/** What is known of one chain so far: first all of its checkpoints are added, then its records. */
export interface ChainFacts {
  addCheckpoint(checkpoint: FoundCheckpoint): void
  addRecord(found: FoundRecord): void
  /** Once, when all are there. */
  report(): ChainReport
}

interface ChainOptions {
  readonly publicKeys: readonly KeyObject[]
  readonly hmacKeys: ReadonlyMap<string, Uint8Array>
  readonly closed: boolean
  readonly partial: boolean
}

/** Begins with nothing of a chain; without `tenantId` it is that of what belongs to no tenant. */
export const openChain = (
  tenantId: string | undefined,
  instance: string,
  options: ChainOptions,
): ChainFacts => {
  const { publicKeys, hmacKeys, closed, partial } = options
  const checkpoints: FoundCheckpoint[] = []
  const list = createFaultList()
  let check: ChainCheck | undefined
  const firstBad: { seq?: number; range?: readonly [number, number] } = {}
  const onFault = (fault: AuditFault): void => {
    list.add(fault)
    const { kind, first_seq, last_seq } = fault
    if (kind === 'range' || ofCheckpoints.has(kind)) {
      if (first_seq < (firstBad.range?.[0] ?? Number.POSITIVE_INFINITY))
        firstBad.range = [first_seq, last_seq]
    } else if (kind !== 'not_whole') firstBad.seq = Math.min(firstBad.seq ?? first_seq, first_seq)
  }
  const begun = (): ChainCheck => {
    check ??= createChainCheck({ checkpoints: inRanges(checkpoints), hmacKeys, partial, onFault })
    return check
  }
  return {
    addCheckpoint: (checkpoint) => void checkpoints.push(checkpoint),
    addRecord: (found) => begun().add(found),
    report() {
      for (const fault of faultsOfCheckpoints(checkpoints, publicKeys.length > 0)) onFault(fault)
      const counts = begun().end()
      const end = checkpoints.at(-1)?.final ? ('closed' as const) : ('open' as const)
      if (closed) for (const fault of wholeFaults(counts, end)) onFault(fault)
      const { faults, more } = list.read()
      const hasHmacKey = hmacKeys.size > 0
      const hasSigned = checkpoints.some(({ signature }) => signature === 'good')
      const because = faults.length > 0 ? undefined : unprovenBecause({ counts, hasHmacKey, hasSigned })
      const notes = [
        ...(because === undefined ? [] : [`not proven: ${because}`]),
        ...notesOf(counts, checkpoints, { end, hasHmacKey }),
      ]
      return {
        verdict: faults.length > 0 ? 'tampered' : because === undefined ? 'verified' : 'unproven',
        ...(tenantId !== undefined && { tenant_id: tenantId }),
        instance,
        records: counts.records,
        ...(counts.firstSeq !== undefined && { first_seq: counts.firstSeq }),
        ...(counts.lastSeq !== undefined && { last_seq: counts.lastSeq }),
        checkpoints: checkpoints.length,
        signed_by: namesIn(checkpoints.map(({ keyId }) => keyId)),
        hash_keys: counts.keyIds,
        end,
        proven_by_signature: counts.signed,
        proven_by_hash: counts.hashed,
        unproven: counts.unproven,
        after_last_checkpoint: counts.afterCheckpoints,
        notes,
        faults,
        more_faults: more,
        ...(firstBad.seq !== undefined && { first_bad_seq: firstBad.seq }),
        ...(firstBad.range && { first_bad_range: firstBad.range }),
      }
    },
  }
}

const ofCheckpoints: ReadonlySet<AuditFault['kind']> = new Set(['checkpoint', 'signature', 'unsigned'])

const namesIn = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names.filter((name) => name !== undefined))].sort()

/** By range; one that is there twice counts once, and was complained of. */
const inRanges = (checkpoints: readonly FoundCheckpoint[]): FoundCheckpoint[] => {
  // Of equal ones the first stays.
  const byHash = new Map(checkpoints.toReversed().map((each) => [each.hash, each]))
  return checkpoints
    .filter((each) => byHash.get(each.hash) === each)
    .toSorted((a, b) => a.first_seq - b.first_seq)
}

const wholeFaults = ({ firstSeq, lastSeq }: RecordCounts, end: 'closed' | 'open'): AuditFault[] => {
  const faultAt = (seq: number, text: string): AuditFault => ({
    kind: 'not_whole',
    first_seq: seq,
    last_seq: seq,
    text,
  })
  return [
    ...(firstSeq !== undefined && firstSeq > 1
      ? [faultAt(firstSeq, `the chain begins with record ${firstSeq}`)]
      : []),
    ...(end === 'open' ? [faultAt(lastSeq ?? 1, 'the chain has no checkpoint of an ordered end')] : []),
  ]
}

const notesOf = (
  counts: RecordCounts,
  checkpoints: readonly FoundCheckpoint[],
  { end, hasHmacKey }: { end: 'closed' | 'open'; hasHmacKey: boolean },
): string[] => {
  const { firstSeq, afterCheckpoints: after } = counts
  const unsigned = checkpoints.filter(({ signature }) => signature === 'none').length
  const unknown = checkpoints.filter(({ signature }) => signature === 'unknown').length
  return [
    ...(firstSeq !== undefined && firstSeq > 1
      ? [`begins with record ${firstSeq}: what was before is not in these files`]
      : []),
    ...(end === 'open'
      ? [`open end: the process was killed or still runs; ${covered(after, hasHmacKey)}`]
      : []),
    ...(isOverdue(counts)
      ? ['a checkpoint is overdue: it was removed, or could not be signed or written']
      : []),
    ...(unsigned > 0
      ? [`${unsigned} of ${checkpoints.length} checkpoints are not signed, so they are no proof`]
      : []),
    ...(unknown > 0 ? [`${unknown} signatures were not verified: no public key was given`] : []),
  ]
}

const covered = (after: number, hasHmacKey: boolean): string =>
  after === 0
    ? 'no record after the last checkpoint'
    : `${after} ${after === 1 ? 'record' : 'records'} after the last checkpoint, ${hasHmacKey ? 'covered by the hash alone' : 'which no key proves that was given'}`
