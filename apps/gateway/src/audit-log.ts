import type { AuditLog } from '@gateway/domain'
import sonicBoom from 'sonic-boom'
import { scrub } from './scrub.ts'

/** An audit log of one JSON line per event, in a file or on standard output. */
export interface AuditSink extends AuditLog {
  /** True from a failed write until one succeeds again. */
  hasFailed(): boolean
  close(): Promise<void>
}

/**
 * Opens the sink; without `file` it is standard output. Events of one turn of the event loop are written together, so
 * that under load the answers behind them leave together too, which costs far less than one by one.
 *
 * While writes fail (a full disk, a closed pipe) every further event is refused, and with it the call that it tells of.
 * What was accepted is kept and tried again every `retryMs`, so that a disk with room again ends the fault and nothing
 * accepted is lost.
 */
export const openAuditLog = async (file?: string, { retryMs = 1_000 } = {}): Promise<AuditSink> => {
  // Not pino's own destination, which drops what is written after a broken pipe without a word.
  const target = file === undefined ? { fd: 1 } : { dest: file, mkdir: true, append: true, mode: 0o600 }
  const stream = new sonicBoom.SonicBoom({ ...target, sync: false })
  let fault: Error | undefined
  let retry: NodeJS.Timeout | undefined
  stream.on('error', (error: Error) => {
    fault = error
    // An empty write makes the stream try again what it still holds.
    retry = setTimeout(() => stream.write(''), retryMs).unref()
  })
  stream.on('write', () => {
    fault = undefined
  })
  let batch: { text: string; readonly taken: PromiseWithResolvers<void> } | undefined
  const write = () => {
    if (!batch) return
    const { text, taken } = batch
    batch = undefined
    try {
      stream.write(text)
      taken.resolve()
    } catch (error) {
      taken.reject(error)
    }
  }
  if (file !== undefined) {
    await new Promise<void>((resolve, reject) => {
      stream.once('ready', () => resolve())
      stream.once('error', reject)
    })
  }
  return {
    async append(event) {
      if (fault) throw new Error('the audit sink failed', { cause: fault })
      const line = `${scrub(JSON.stringify(event))}\n`
      if (!batch) {
        batch = { text: '', taken: Promise.withResolvers() }
        setImmediate(write)
      }
      batch.text += line
      await batch.taken.promise
    },
    hasFailed: () => fault !== undefined,
    close: () =>
      new Promise((resolve) => {
        write()
        clearTimeout(retry)
        stream.once('close', () => resolve())
        // What cannot be written any more would be waited for without end.
        stream.once('error', () => stream.destroy())
        if (fault) stream.destroy()
        else stream.end()
      }),
  }
}
