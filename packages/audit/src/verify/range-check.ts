import { createHash } from 'node:crypto'
import type { AuditRecord } from '@gateway/domain'
import type { AuditFault } from './audit-report.ts'
import { type FoundCheckpoint, shownTime } from './checkpoint-list.ts'

/** Compares the records of a chain with its checkpoints, one range after the other. */
export interface RangeCheck {
  /** A record that stands where it should, and whether a range with a good signature has it; `text` is its canonical JSON. */
  add(record: AuditRecord, text: string): boolean
  /** Ranges that end before this one are over; with none all are. */
  upTo(seq: number): void
  /** Records in good ranges with a good signature. */
  signed(): number
}

/** `checkpoints` in the order of their ranges. */
export const createRangeCheck = (
  checkpoints: readonly FoundCheckpoint[],
  onFault: (fault: AuditFault) => void,
): RangeCheck => {
  let at = 0
  let sum = createHash('sha256')
  let count = 0
  let lastHash = ''
  let signed = 0
  const close = (range: FoundCheckpoint): void => {
    const isLast = lastHash === range.last_hash || (range.count === 0 && lastHash === '')
    const isGood = count === range.count && isLast && sum.digest('hex') === range.records_sha256
    sum = createHash('sha256')
    count = 0
    at++
    if (isGood) {
      if (range.signature === 'good') signed += range.count
      return
    }
    const { first_seq, last_seq } = range
    const which =
      first_seq === last_seq ? `record ${first_seq} is` : `records ${first_seq} to ${last_seq} are`
    onFault({
      kind: 'range',
      first_seq,
      last_seq,
      text: `${which} not what the checkpoint of ${shownTime(range.ts)} tells of`,
    })
  }
  const upTo = (seq: number): void => {
    for (let range = checkpoints[at]; range && range.last_seq < seq; range = checkpoints[at]) close(range)
  }
  return {
    add(record, text) {
      upTo(record.seq)
      lastHash = record.hash
      const range = checkpoints[at]
      if (!range || record.seq < range.first_seq) return false
      sum.update(text).update('\n')
      count++
      if (record.seq === range.last_seq) close(range)
      return range.signature === 'good'
    },
    upTo,
    signed: () => signed,
  }
}
