import type { SignedCheckpoint } from '@gateway/domain'

/** One line of the log on its way to the sinks: a record, or a checkpoint. */
export interface AuditLine {
  /** Absent where it belongs to no tenant. */
  readonly tenantId?: string
  /** Set where it is of somebody that nobody knows. */
  readonly stranger?: true
  readonly instance: string
  /** Of a record. */
  readonly seq?: number
  /** Set in the line of a checkpoint. */
  readonly checkpoint?: SignedCheckpoint
  /** Canonical JSON and a line feed. */
  readonly text: string
}

/** Where lines go. */
export interface AuditSink {
  readonly name: 'stdout' | 'file' | 's3'
  /** Whether calls wait until it has their record; for those of this machine. */
  readonly awaited: boolean
  /** Milliseconds in which lines are gathered before a write; none unless given. */
  readonly gatherMs?: number
  /**
   * Resolves when the lines would outlive the process. One call at a time, in the order of the lines; after one that rejected,
   * the next has the very same lines again, and the sink knows how far it came with them.
   */
  write(lines: readonly AuditLine[]): Promise<void>
  close(): Promise<void>
}
