import { type FileHandle, open, stat } from 'node:fs/promises'
import { foundLineOf } from '@gateway/audit'
import type { AuditRecord } from '@gateway/domain'
import { TenantFailure } from '../tenant/tenant-failure.ts'

/** A file that grows, and that is put aside and begun anew now and then. */
export interface FollowedFile {
  /** Records since the last time. */
  more(): Promise<AuditRecord[]>
  close(): Promise<void>
}

const chunkBytes = 1_048_576

/** Follows a file from its present end. Throws `TenantFailure` where it cannot be read. */
export const followFile = async (path: string): Promise<FollowedFile> => {
  let handle = await open(path, 'r').catch((thrown: NodeJS.ErrnoException) => {
    throw new TenantFailure(`${path} cannot be read (${thrown.code ?? 'unknown'}).`, { exitCode: 2 })
  })
  let at = await endOfLastLine(handle)
  let rest: Buffer = Buffer.alloc(0)

  const readOn = async (records: AuditRecord[]): Promise<void> => {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at)
      if (bytesRead === 0) return
      at += bytesRead
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(10) + 1
      rest = bytes.subarray(end)
      // Nothing of ours is so long.
      if (rest.length > chunkBytes) rest = Buffer.alloc(0)
      records.push(...recordsIn(bytes.subarray(0, end)))
    }
  }

  return {
    async more() {
      const records: AuditRecord[] = []
      await readOn(records)
      const there = await stat(path).catch(() => undefined)
      const own = await handle.stat()
      if (there && (there.ino !== own.ino || there.dev !== own.dev)) {
        // What was written between the two looks is still in the old one.
        await readOn(records)
        const next = await open(path, 'r').catch(() => undefined)
        if (!next) return records
        await handle.close()
        handle = next
        at = 0
        rest = Buffer.alloc(0)
        await readOn(records)
      } else if (own.size < at) {
        at = 0
        rest = Buffer.alloc(0)
      }
      return records
    },
    close: () => handle.close(),
  }
}

/** A line that is half there yet is one of those to come. */
const endOfLastLine = async (handle: FileHandle): Promise<number> => {
  const { size } = await handle.stat()
  const from = Math.max(0, size - chunkBytes)
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, from)
  return from + buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
}

const recordsIn = (bytes: Buffer): AuditRecord[] => {
  const records: AuditRecord[] = []
  let from = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    const line = foundLineOf(bytes.subarray(from, end))
    if (line.kind === 'record') records.push(line.record)
    from = end + 1
  }
  return records
}
