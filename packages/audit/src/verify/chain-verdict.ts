import type { AuditReport } from './audit-report.ts'
import type { RecordCounts } from './chain-check.ts'

/** The gateway makes a checkpoint after so many records, or after a minute. */
const checkpointEvery = { records: 1_000, ms: 60_000 }

/** What may stand outside of all checkpoints in an untouched log: one period, and while its checkpoint is being signed. */
const longestOpen = { records: checkpointEvery.records * 1.1, ms: checkpointEvery.ms * 2 }

interface Proof {
  readonly counts: RecordCounts
  /** Whether a key of the hashes was given. */
  readonly hasHmacKey: boolean
  /** Whether any checkpoint of the chain has a good signature. */
  readonly hasSigned: boolean
}

/**
 * Why a chain without faults is not proven all the same; undefined where it is. Who has no key of the hashes cannot tell a forged
 * record from a true one but by signatures, so all but the short open end of a process that runs or was killed must be signed.
 */
export const unprovenBecause = ({ counts, hasHmacKey, hasSigned }: Proof): string | undefined => {
  const { records, signed, unproven, afterCheckpoints: after, afterCheckpointsMs: ms } = counts
  if (hasHmacKey) return unproven > 0 ? `${recordsAre(unproven)} proven by none of the keys` : undefined
  if (signed === 0 && (records > 0 || !hasSigned)) return 'no good signature covers anything of it'
  const before = unproven - after
  if (before > longestOpen.records) return `${recordsAre(before)} before the first checkpoint that is there`
  // A time that cannot be read was not written by the gateway.
  const isShort = after === 0 || (after <= longestOpen.records && ms <= longestOpen.ms)
  return isShort
    ? undefined
    : `${recordsAre(after)} behind the last good checkpoint, more than the gateway leaves without one`
}

const recordsAre = (count: number): string => (count === 1 ? '1 record is' : `${count} records are`)

type Verdict = AuditReport['verdict']

/** The worst of several; nothing at all proves nothing. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  (['tampered', 'unproven'] as const).find((each) => verdicts.includes(each)) ??
  (verdicts.length > 0 ? 'verified' : 'unproven')

/** Whether the checkpoint after the last one has not come for so long that the person should know. */
export const isOverdue = ({ afterCheckpoints: after, afterCheckpointsMs: ms }: RecordCounts): boolean =>
  after > 2 * checkpointEvery.records || ms > 5 * checkpointEvery.ms
