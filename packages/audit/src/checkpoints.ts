import { createHash } from 'node:crypto'
import type { CheckpointSigner, Measured, SignedCheckpoint } from '@gateway/domain'
import type { AuditLine } from './audit-line.ts'
import { canonicalJson } from './canonical-json.ts'
import { type LinkedRecord, noHash } from './chain.ts'
import { checkpointOf, type Range } from './checkpoint-range.ts'
import { within } from './within.ts'

/** What makes the checkpoints of all chains of a process. */
export interface Checkpoints {
  /** Takes a record into the range of the next checkpoint of its chain. */
  cover(record: LinkedRecord): void
  /** Makes the last checkpoint of every chain within `ms`, and none later; resolves to how many are missing. */
  close(ms: number): Promise<number>
}

/** How checkpoints are made. */
export interface CheckpointOptions {
  readonly instance: string
  /** Absent where there is no key: then they are made, and nobody vouches for them. */
  readonly signer?: CheckpointSigner | undefined
  readonly now: () => number
  emit(line: AuditLine): void
  /** Told once for each time that signing begins to fail. */
  onFault(fields: object, message: string): void
  readonly measured?: Measured | undefined
  readonly everyMs?: number
  readonly everyRecords?: number
  readonly retryMs?: number
}

/** Signatures that are waited for at once: a service that signs has quotas. */
const atOnce = 8
/** The same when the process ends, which leaves little time. */
const atOnceAtEnd = 32
const signMs = 10_000

/**
 * A checkpoint of a chain each `everyMs` in which it grew, and for each `everyRecords`. A signature that fails is tried again
 * after `retryMs`, over what has come by then: records wait for none.
 */
export const createCheckpoints = (options: CheckpointOptions): Checkpoints => {
  const { instance, signer, now, emit, onFault, measured } = options
  const { everyMs = 60_000, everyRecords = 1_000, retryMs = 5_000 } = options
  const ranges = new Map<string | undefined, Range>()
  const waiting = new Set<Range>()
  let signing = 0
  let failing = false
  let closing = false
  let closed = false

  const settle = (range: Range, text: string, signed: SignedCheckpoint): void => {
    const { tenantId } = range
    emit({
      ...(tenantId !== undefined && { tenantId }),
      instance,
      checkpoint: signed,
      text: `${canonicalJson(signed)}\n`,
    })
    const { last_seq } = signed.checkpoint
    range.previous = createHash('sha256').update(text).digest('hex')
    range.firstSeq = last_seq + 1
    range.running = range.lastSeq > last_seq ? range.beyond : undefined
    range.dueAt = now() + everyMs
  }

  /** Whether it was made. */
  const make = async (range: Range, final = false): Promise<boolean> => {
    const checkpoint = checkpointOf(range, { instance, at: now(), final })
    const text = canonicalJson(checkpoint)
    if (!signer) {
      settle(range, text, { checkpoint })
      return true
    }
    range.beyond = createHash('sha256')
    try {
      const signature = await within(signMs, signer.sign(Buffer.from(text)))
      if (closed) return false
      const { keyId: key_id } = signer
      settle(range, text, { checkpoint, key_id, signature: Buffer.from(signature).toString('base64url') })
      failing = false
      measured?.({ of: 'audit-checkpoint', outcome: 'signed' })
      return true
    } catch (err) {
      range.dueAt = range.retryAt = now() + retryMs
      if (!failing) onFault({ err }, 'checkpoints of the audit log cannot be signed')
      failing = true
      measured?.({ of: 'audit-checkpoint', outcome: 'failed' })
      return false
    } finally {
      range.beyond = undefined
    }
  }

  const next = (): void => {
    for (const range of waiting) {
      if (signing >= atOnce) return
      waiting.delete(range)
      signing++
      // Never rejects.
      range.signing = make(range).then(() => {
        range.signing = undefined
        signing--
        due(range)
        next()
      })
    }
  }

  const due = (range: Range): void => {
    if (closing || !range.running || range.signing) return
    const many = range.lastSeq - range.firstSeq + 1 >= everyRecords
    if (now() < (many ? range.retryAt : range.dueAt)) return
    waiting.add(range)
    next()
  }

  const timer = setInterval(
    () => {
      for (const range of ranges.values()) due(range)
    },
    Math.min(1_000, everyMs, retryMs),
  ).unref()

  return {
    cover({ tenantId, seq, hash, text }) {
      let range = ranges.get(tenantId)
      if (!range) {
        range = rangeFrom(tenantId, seq)
        ranges.set(tenantId, range)
      }
      if (!range.running) {
        range.running = createHash('sha256')
        range.dueAt = now() + everyMs
      }
      range.running.update(text)
      range.beyond?.update(text)
      range.lastSeq = seq
      range.lastHash = hash
      if (seq - range.firstSeq + 1 >= everyRecords) due(range)
    },
    async close(ms) {
      closing = true
      clearInterval(timer)
      waiting.clear()
      // From the end: what has records that no checkpoint tells of comes first.
      const left = [...ranges.values()].sort((a, b) => Number(!!a.running) - Number(!!b.running))
      let missing = left.length
      const finish = async (): Promise<void> => {
        for (let range = left.pop(); range && !closed; range = left.pop()) {
          await range.signing
          if (!closed && (await make(range, true))) missing--
        }
      }
      await within(ms, Promise.all(Array.from({ length: atOnceAtEnd }, finish))).catch(() => undefined)
      closed = true
      return missing
    },
  }
}

const rangeFrom = (tenantId: string | undefined, firstSeq: number): Range => ({
  tenantId,
  firstSeq,
  lastSeq: firstSeq,
  lastHash: noHash,
  running: undefined,
  beyond: undefined,
  dueAt: 0,
  retryAt: 0,
  previous: noHash,
  signing: undefined,
})
