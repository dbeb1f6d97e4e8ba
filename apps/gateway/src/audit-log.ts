import type { AuditLog } from '@gateway/domain'
import { destination } from 'pino'
import { scrub } from './scrub.ts'

/** An audit log of one JSON line per event, in a file or on standard output. */
export interface AuditSink extends AuditLog {
  /** True once a write failed, for good: the process has to be started anew. */
  hasFailed(): boolean
  close(): Promise<void>
}

/**
 * Opens the sink; without `file` it is standard output. Once a write failed (a full disk, a closed pipe) every
 * further event is refused, and with it the call that it tells of.
 */
export const openAuditLog = async (file?: string): Promise<AuditSink> => {
  const stream = destination({ dest: file ?? 1, sync: false, mkdir: true, append: true, mode: 0o600 })
  let fault: Error | undefined
  stream.on('error', (error: Error) => {
    fault = error
  })
  if (file !== undefined) {
    await new Promise<void>((resolve, reject) => {
      stream.once('ready', () => resolve())
      stream.once('error', reject)
    })
  }
  return {
    async append(event) {
      if (fault) throw new Error('the audit sink failed', { cause: fault })
      stream.write(`${scrub(JSON.stringify(event))}\n`)
    },
    hasFailed: () => fault !== undefined,
    close: () =>
      new Promise((resolve) => {
        stream.once('close', () => resolve())
        // What cannot be written any more would be waited for without end.
        stream.once('error', () => stream.destroy())
        if (fault) stream.destroy()
        else stream.end()
      }),
  }
}
