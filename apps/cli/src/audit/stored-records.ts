import { foundLineOf, readLines } from '@gateway/audit'
import type { AuditRecord, SignedCheckpoint } from '@gateway/domain'
import { TenantFailure } from '../tenant/tenant-failure.ts'

/** A line of a chain as it stands in a file. */
export type StoredLine =
  | { readonly kind: 'record'; readonly record: AuditRecord; readonly bytes: Buffer }
  | { readonly kind: 'checkpoint'; readonly signed: SignedCheckpoint; readonly bytes: Buffer }

/** Lines of files, one file after the other; what is of no chain is left out. Throws `TenantFailure` for what cannot be read. */
export async function* storedLines(files: readonly string[]): AsyncGenerator<StoredLine> {
  for (const file of files) {
    try {
      for await (const lines of readLines(file)) {
        for (const { bytes } of lines) {
          if (!bytes) continue
          const line = foundLineOf(bytes)
          if (line.kind === 'record') yield { kind: 'record', record: line.record, bytes }
          else if (line.kind === 'checkpoint') yield { kind: 'checkpoint', signed: line.signed, bytes }
        }
      }
    } catch (thrown) {
      throw unreadable(thrown, file)
    }
  }
}

/** Which file cannot be read, and why; other faults are thrown on. */
export const unreadable = (thrown: unknown, file: string): unknown =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? new TenantFailure(`${file} cannot be read (${thrown.code}).`, { exitCode: 2 })
    : thrown
