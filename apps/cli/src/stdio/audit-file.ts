import { open } from 'node:fs/promises'
import { type AuditLog, ConfigurationError } from '@gateway/domain'

/** An audit log that closes. */
export interface AuditFile extends AuditLog {
  close(): Promise<void>
}

/**
 * An audit log of one JSON line per event at the end of `file`; without a file nothing is written. An event that cannot
 * be written is refused, and with it the call that it tells of. Throws `ConfigurationError` if the file does not open.
 */
export const openAuditFile = async (file: string | undefined): Promise<AuditFile> => {
  if (file === undefined) return { append: async () => {}, close: async () => {} }
  const handle = await open(file, 'a', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError('The command line', [
      `--audit: cannot be opened (${cause.code ?? 'unknown'})`,
    ])
  })
  let last: Promise<unknown> = Promise.resolve()
  return {
    append(event) {
      // One after the other: concurrent writes of one handle may mix their lines.
      const written = last.then(() => handle.appendFile(`${JSON.stringify(event)}\n`))
      last = written.catch(() => undefined)
      return written
    },
    async close() {
      await last
      await handle.close()
    },
  }
}
