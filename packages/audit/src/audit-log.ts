import type { AuditEvent, AuditLog, AuditRecord, CheckpointSigner, Measured } from '@gateway/domain'
import type { AuditLine, AuditSink } from './audit-line.ts'
import { createChains } from './chain.ts'
import { createCheckpoints } from './checkpoints.ts'
import { createFoldedRefusals, isOfStranger, mayFold } from './folded-refusals.ts'
import { createSinkQueue, type SinkQueue } from './sink-queue.ts'
import type { Bounds } from './sink-room.ts'

/** How the log is doing. */
export interface AuditHealth {
  /** `failing`: records are kept in memory, and what asks for `written` is refused. `full`: everything is. */
  readonly status: 'ok' | 'failing' | 'full'
  /** Records and checkpoints that are kept for a sink that fails. */
  readonly kept: number
}

/** An audit log of chains, with its sinks. */
export interface ChainedAuditLog extends AuditLog {
  health(): AuditHealth
  /** Ends every chain with its last checkpoint, for `ms` but at least 3 s and at most 10 s, and writes what can be written in 2 s. */
  close(ms?: number): Promise<void>
}

/** What the log is made of. */
export interface AuditLogOptions {
  /** Of the hashes, at least 32 bytes. */
  readonly key: Uint8Array
  readonly gateway: AuditRecord['gateway']
  /** Where records go, at least one of them `awaited`. */
  readonly sinks: readonly AuditSink[]
  /** Absent where nobody vouches for checkpoints. */
  readonly signer?: CheckpointSigner | undefined
  /** Takes secrets out of a line of JSON, and leaves it JSON. */
  scrub(line: string): string
  readonly now: () => number
  onFault(fields: object, message: string): void
  readonly measured?: Measured | undefined
  /** What is kept for each sink that fails; 10,000 records or 16 MiB unless given. */
  readonly bounds?: Bounds
  readonly retryMs?: number
  readonly slowMs?: number
  readonly checkpoints?: {
    readonly everyMs?: number
    readonly everyRecords?: number
    readonly retryMs?: number
  }
}

const defaultBounds: Bounds = { records: 10_000, bytes: 16 * 1024 * 1024 }
const signMs = { least: 3_000, most: 10_000 }
const flushMs = 2_000

/**
 * Opens the log. An event is taken once every awaited sink has its record, so that a process that is killed leaves a record of
 * whatever it answered. While a sink fails its records are kept and tried again each second: reading goes on, and what changes
 * something (`written`) does not begin. A record that got its place in the chain is kept even where its call was refused.
 */
export const createAuditLog = (options: AuditLogOptions): ChainedAuditLog => {
  const { sinks, gateway, signer, now, onFault, measured } = options
  const { bounds = defaultBounds, retryMs = 1_000, slowMs = 5_000 } = options
  const link = createChains(options)
  const queues = sinks.map((sink) => createSinkQueue(sink, { bounds, retryMs, slowMs, measured, onFault }))
  const emit = (line: AuditLine): void => {
    for (const queue of queues) queue.push(line)
  }
  const { instance } = gateway
  const checkpoints = createCheckpoints({
    ...options.checkpoints,
    instance,
    signer,
    now,
    emit,
    onFault,
    measured,
  })
  /** Calls whose begin has its place in the chain, and whose end has none yet. */
  const begun = new Set<string>()
  const folded = createFoldedRefusals()
  let closed = false

  const refuse = (sink: AuditSink, cause: unknown): never => {
    measured?.({ of: 'audit', sink: sink.name, outcome: 'refused', count: 1 })
    throw new Error('the audit sink failed', { cause })
  }

  const put = (event: AuditEvent): void => {
    const record = link(event)
    const { tenantId, seq, text } = record
    const whose = tenantId !== undefined ? { tenantId } : isOfStranger(event) && { stranger: true as const }
    emit({ ...whose, instance, seq, text })
    checkpoints.cover(record)
  }

  const unfold = (): void => {
    if (folded.size() > 0 && !queues.some((queue) => queue.fault()))
      for (const event of folded.take()) put(event)
  }
  const unfolding = setInterval(unfold, retryMs).unref()

  /** What has no room for a record, or does not do what it asks for. */
  const unfit = (event: AuditEvent, written: boolean): SinkQueue | undefined => {
    const whose = { tenantId: event.tenant_id, stranger: isOfStranger(event) }
    return queues.find((queue) => !queue.fits(whose, begun.size) || (written && queue.fault()))
  }

  return {
    async append(event, how) {
      const written = how?.written === true
      if (closed) throw new Error('the audit log is closed')
      const { call_id } = event
      const begins = event.event === 'tool.begin'
      // What AWS was asked to change is on record to its end, whoever has filled the room.
      const ends = !begins && call_id !== undefined && begun.delete(call_id)
      const queue = ends ? undefined : unfit(event, written)
      if (queue && !(mayFold(event) && !written)) refuse(queue.sink, queue.fault())
      if (queue) {
        measured?.({ of: 'audit', sink: queue.sink.name, outcome: 'folded', count: 1 })
        return folded.add(event)
      }
      if (begins && call_id !== undefined) begun.add(call_id)
      put(event)
      await Promise.all(queues.map((each) => (written ? each.written() : each.taken())))
    },
    health() {
      const kept = queues.reduce((sum, queue) => sum + queue.kept(), 0)
      if (queues.some((queue) => queue.isFull(begun.size))) return { status: 'full', kept }
      return { status: queues.some((queue) => queue.fault()) ? 'failing' : 'ok', kept }
    },
    async close(ms = 0) {
      if (closed) return
      closed = true
      clearInterval(unfolding)
      for (const event of folded.take()) put(event)
      const missing = await checkpoints.close(Math.min(signMs.most, Math.max(signMs.least, ms)))
      if (missing > 0)
        onFault({ count: missing }, 'the last checkpoints of chains of the audit log are missing')
      const lost = await Promise.all(queues.map((queue) => queue.close(flushMs)))
      const lines = lost.reduce((sum, each) => sum + each, 0)
      if (lines > 0) onFault({ lines }, 'lines of the audit log were not written')
    },
  }
}
