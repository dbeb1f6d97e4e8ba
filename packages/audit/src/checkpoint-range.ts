import { createHash, type Hash } from 'node:crypto'
import type { AuditCheckpoint } from '@gateway/domain'

/** Records of a chain that no checkpoint tells of yet. */
export interface Range {
  readonly tenantId: string | undefined
  firstSeq: number
  lastSeq: number
  lastHash: string
  /** Over their lines; absent while there are none. */
  running: Hash | undefined
  /** The same of those that came while the checkpoint before them is signed. */
  beyond: Hash | undefined
  dueAt: number
  /** When it may be tried again after a signature that failed. */
  retryAt: number
  previous: string
  signing: Promise<void> | undefined
}

/** The checkpoint of a range; `at` in milliseconds since the epoch, `final` where no record follows. */
export const checkpointOf = (
  range: Range,
  { instance, at, final }: { readonly instance: string; readonly at: number; readonly final: boolean },
): AuditCheckpoint => ({
  schema_version: 1,
  ts: new Date(at).toISOString(),
  ...(range.tenantId !== undefined && { tenant_id: range.tenantId }),
  instance,
  first_seq: range.firstSeq,
  last_seq: range.lastSeq,
  last_hash: range.lastHash,
  count: range.lastSeq - range.firstSeq + 1,
  records_sha256: (range.running?.copy() ?? createHash('sha256')).digest('hex'),
  prev_checkpoint_hash: range.previous,
  ...(final && { final: true }),
})
