import { createHmac } from 'node:crypto'
import type { AuditRecord } from '@gateway/domain'
import { canonicalJson } from '../canonical-json.ts'
import type { AuditFault } from './audit-report.ts'
import { type FoundCheckpoint, nothingBefore } from './checkpoint-list.ts'
import { createRangeCheck } from './range-check.ts'

/** A record where it was found. */
export interface FoundRecord {
  readonly record: AuditRecord
  /** Its canonical JSON. */
  readonly text: string
  readonly asWritten: boolean
  readonly file: string
  readonly line: number
}

/** What the records of a chain were found to be. */
export interface RecordCounts {
  readonly records: number
  readonly firstSeq: number | undefined
  readonly lastSeq: number | undefined
  readonly signed: number
  readonly hashed: number
  /** Records whose hash nobody could compute and that are in no range with a good signature. */
  readonly unproven: number
  readonly afterCheckpoints: number
  /** Between the oldest and the newest of them, in milliseconds. */
  readonly afterCheckpointsMs: number
  readonly keyIds: readonly string[]
}

/** Follows the records of one chain, as they come. */
export interface ChainCheck {
  add(found: FoundRecord): void
  /** Once, when all are there. */
  end(): RecordCounts
}

interface ChainCheckOptions {
  /** In the order of their ranges. */
  readonly checkpoints: readonly FoundCheckpoint[]
  /** Keys of the hashes, by name. */
  readonly hmacKeys: ReadonlyMap<string, Uint8Array>
  /** Whether ranges that begin before the first record are nothing to complain of. */
  readonly partial: boolean
  onFault(fault: AuditFault): void
}

/** Checks `seq`, the link and the hash of each record, and the ranges of checkpoints. */
export const createChainCheck = (options: ChainCheckOptions): ChainCheck => {
  const { hmacKeys, partial, onFault } = options
  let checkpoints = options.checkpoints
  let ranges = createRangeCheck(checkpoints, onFault)
  let next: number | undefined
  let before: string | undefined
  const gaps: [number, number][] = []
  const keyIds = new Set<string>()
  let [records, firstSeq, hashed, neither, after] = [0, 0, 0, 0, 0]
  let [afterFrom, afterTo] = [Number.NaN, Number.NaN]

  const begin = (first: number): number => {
    firstSeq = first
    if (partial) {
      checkpoints = checkpoints.filter(({ first_seq }) => first_seq >= first)
      ranges = createRangeCheck(checkpoints, onFault)
      return first
    }
    const named = checkpoints[0]?.first_seq
    if (named === undefined || first < named) {
      if (named !== undefined) {
        onFault(spanFault('checkpoint', first, named - 1, 'no checkpoint tells of', 'though of later ones'))
      }
      return first
    }
    return named
  }

  const isStray = ({ record: { seq }, file, line }: FoundRecord, expected: number): boolean => {
    if (seq >= expected) return false
    const gap = gaps.find(([from, to]) => from <= seq && seq <= to)
    const text = gap
      ? `record ${seq} stands behind record ${expected - 1}`
      : `record ${seq} is there again behind record ${expected - 1}`
    onFault({ kind: gap ? 'out_of_place' : 'twice', first_seq: seq, last_seq: seq, text, file, line })
    return true
  }

  const checkHash = ({ record, file, line }: FoundRecord, isSigned: boolean): void => {
    const { hash, seq } = record
    const key = hmacKeys.get(record.key_id)
    if (!key) {
      if (!isSigned) neither++
      return
    }
    if (hash === linkHash(record, key)) hashed++
    else {
      const text = `record ${seq} is not what its hash tells of`
      onFault({ kind: 'changed', first_seq: seq, last_seq: seq, text, file, line })
    }
  }

  const countAfter = ({ seq, ts }: AuditRecord): void => {
    const last = checkpoints.at(-1)
    if (last && seq <= last.last_seq) return
    after++
    const time = Date.parse(ts)
    if (Number.isNaN(afterFrom)) afterFrom = time
    afterTo = time
    if (!last?.final) return
    const text = `record ${seq} stands behind the last checkpoint of its chain, which says that none follows`
    onFault({ kind: 'after_end', first_seq: seq, last_seq: seq, text })
  }

  return {
    add(found) {
      const { record, text, asWritten, file, line } = found
      const { seq } = record
      records++
      if (next === undefined) {
        next = begin(seq)
        if (next === 1) before = nothingBefore
      }
      if (!asWritten) {
        const told = `record ${seq} is not written as the gateway writes it`
        onFault({ kind: 'rewritten', first_seq: seq, last_seq: seq, text: told, file, line })
      }
      if (isStray(found, next)) return
      if (seq > next) {
        if (gaps.length < 1_000) gaps.push([next, seq - 1])
        onFault({ ...spanFault('missing', next, seq - 1, '', 'not where it should be'), file, line })
        before = undefined
      }
      if (before !== undefined && record.prev_hash !== before) {
        const told =
          seq === 1 ? 'record 1 names one before it' : `record ${seq} does not follow on record ${seq - 1}`
        onFault({ kind: 'link', first_seq: seq, last_seq: seq, text: told, file, line })
      }
      keyIds.add(record.key_id)
      checkHash(found, ranges.add(record, text))
      countAfter(record)
      before = record.hash
      next = seq + 1
    },
    end() {
      const lastSeq = next === undefined ? undefined : next - 1
      const told = checkpoints.at(-1)?.last_seq ?? 0
      const from = next ?? checkpoints[0]?.first_seq ?? 1
      if (told >= from)
        onFault(spanFault('missing', from, told, '', 'not there, though a checkpoint tells of it'))
      ranges.upTo(Number.POSITIVE_INFINITY)
      return {
        records,
        firstSeq: records === 0 ? undefined : firstSeq,
        lastSeq,
        signed: ranges.signed(),
        hashed,
        unproven: neither,
        afterCheckpoints: after,
        afterCheckpointsMs: after === 0 ? 0 : afterTo - afterFrom,
        keyIds: [...keyIds].sort(),
      }
    },
  }
}

const spanFault = (
  kind: AuditFault['kind'],
  from: number,
  to: number,
  verb: string,
  rest: string,
): AuditFault => {
  const which = from === to ? `record ${from}` : `records ${from} to ${to}`
  const text = verb === '' ? `${which} ${from === to ? 'is' : 'are'} ${rest}` : `${verb} ${which}, ${rest}`
  return { kind, first_seq: from, last_seq: to, text }
}

/** The hash that a record should have. */
const linkHash = ({ hash: _, ...record }: AuditRecord, key: Uint8Array): string =>
  createHmac('sha256', key).update(record.prev_hash).update(canonicalJson(record)).digest('hex')
