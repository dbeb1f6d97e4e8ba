import type { Measured } from '@gateway/domain'
import type { AuditLine, AuditSink } from './audit-line.ts'
import { type Bounds, createSinkRoom, type SinkRoom } from './sink-room.ts'
import { within } from './within.ts'

/** The lines of one sink that it does not have yet. */
export interface SinkQueue {
  readonly sink: AuditSink
  push(line: AuditLine): void
  /** Resolves when the sink has the line that was pushed last, or failed and it is kept; at once where nobody waits for it. */
  taken(): Promise<void> | undefined
  /** Resolves when the sink has it; rejects when it failed, and it is kept. */
  written(): Promise<void> | undefined
  fault(): Error | undefined
  /** Whether a record more may be kept, see `SinkRoom`. */
  fits(whose: Parameters<SinkRoom['fits']>[0], ends: number): boolean
  isFull(ends?: number): boolean
  kept(): number
  /** Tries once more what is kept, for at most `ms`; gives how many lines the sink never got. */
  close(ms: number): Promise<number>
}

export interface QueueOptions {
  readonly bounds: Bounds
  readonly retryMs: number
  /** A write that takes longer counts as a fault until it ends. */
  readonly slowMs: number
  readonly measured?: Measured | undefined
  onFault(fields: object, message: string): void
}

/** What a sink that gathers lines gets at once. */
const gatheredBytes = 1024 * 1024

interface Waiters {
  readonly taken: PromiseWithResolvers<void>
  written?: PromiseWithResolvers<void>
}

/** Lines in their order, one write at a time: what comes meanwhile is the next one, so that calls share writes under load. */
export const createSinkQueue = (sink: AuditSink, options: QueueOptions): SinkQueue => {
  const { bounds, retryMs, slowMs, measured, onFault } = options
  const lines: AuditLine[] = []
  const room = createSinkRoom(bounds)
  /** How many of them, from the first, are being written or were not written by a write that failed. */
  let sent = 0
  let waiters: Waiters | undefined
  let writing: Promise<void> | undefined
  let cancel: (() => void) | undefined
  let fault: Error | undefined
  let closed = false

  const count = (outcome: 'written' | 'failed' | 'kept', number: number) =>
    measured?.({ of: 'audit', sink: sink.name, outcome, count: number })

  const fail = (error: unknown, waiting: Waiters | undefined): void => {
    const first = fault === undefined
    fault = error instanceof Error ? error : new Error('the sink failed', { cause: error })
    if (first) {
      onFault({ err: fault, sink: sink.name }, 'the audit log cannot be written')
      count('kept', lines.length)
    }
    for (const each of [waiting, waiters]) {
      each?.taken.resolve()
      each?.written?.reject(fault)
    }
    waiters = undefined
  }

  const write = async (): Promise<void> => {
    const waiting = waiters
    waiters = undefined
    if (sent === 0) sent = lines.length
    const slow = setTimeout(() => fail(new Error('the audit sink is too slow'), waiting), slowMs)
    try {
      await sink.write(lines.slice(0, sent))
      for (const line of lines.splice(0, sent)) room.remove(line)
      count('written', sent)
      sent = 0
      fault = undefined
      waiting?.taken.resolve()
      waiting?.written?.resolve()
    } catch (error) {
      count('failed', sent)
      fail(error, waiting)
    } finally {
      clearTimeout(slow)
    }
  }

  const start = (): void => {
    cancel = undefined
    // Never rejects.
    writing = write().then(() => {
      writing = undefined
      plan()
    })
  }

  /** Enough for a write, however long lines are gathered. */
  const isPlenty = (): boolean => room.bytes() >= gatheredBytes || lines.length * 4 >= bounds.records

  const plan = (): void => {
    if (cancel || writing || closed || lines.length === 0) return
    const ms = fault ? retryMs : sink.gatherMs
    if (ms) {
      const timer = setTimeout(start, ms).unref()
      cancel = () => clearTimeout(timer)
    } else {
      const turn = setImmediate(start)
      cancel = () => clearImmediate(turn)
    }
  }

  const waited = (): Waiters => {
    waiters ??= { taken: Promise.withResolvers() }
    return waiters
  }

  return {
    sink,
    push(line) {
      lines.push(line)
      room.add(line)
      if (fault) count('kept', 1)
      if (cancel && !fault && sink.gatherMs && isPlenty()) {
        cancel()
        start()
      } else plan()
    },
    taken: () => (fault || !sink.awaited ? undefined : waited().taken.promise),
    written() {
      if (fault) return Promise.reject(fault)
      if (!sink.awaited) return undefined
      const each = waited()
      each.written ??= Promise.withResolvers()
      return each.written.promise
    },
    fault: () => fault,
    fits: (whose, ends) => room.fits(whose, { ends, failing: fault !== undefined }),
    isFull: (ends = 0) => room.isFull(ends),
    kept: () => (fault ? lines.length : 0),
    async close(ms) {
      closed = true
      cancel?.()
      const flush = async (): Promise<void> => {
        await writing
        for (let tries = 0; lines.length > 0 && tries < 2; tries++) await write()
      }
      await within(ms, flush()).catch(() => fail(new Error('the audit log was closed'), undefined))
      await within(ms, sink.close()).catch(() => undefined)
      return lines.length
    },
  }
}
