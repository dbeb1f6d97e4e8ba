import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The end of one file, where whole lines are written. */
export interface FileAppender {
  /** Whether it is a file, and no pipe or device. */
  readonly regular: boolean
  /** Bytes it has, as far as is known. */
  size(): number
  /** When it was last written before it was opened, as milliseconds of the epoch. */
  since(): number
  /**
   * Writes `bytes`, which are whole lines. After a rejection it is called with the same bytes again and goes on where it came to;
   * after `settle`, with others.
   */
  write(bytes: Uint8Array): Promise<void>
  settle(): void
  /** Opens what is at the path now, and leaves the file that was. */
  reopen(): Promise<void>
  close(): Promise<void>
}

interface Opened {
  readonly handle: FileHandle
  readonly id: string
  readonly regular: boolean
  readonly since: number
  size: number
  /** Whether its last line has no end, as a process leaves it that was killed. */
  torn: boolean
}

const lineFeed = 10

/** How often it is looked at whether somebody moved the file. */
const lookMs = 1_000

/**
 * Opens `path` for its owner alone, folders included. A last line that was never finished gets its end first, so that nothing is
 * glued to it; a file that was moved away (logrotate) is left for a new one.
 */
export const openAppender = async (path: string): Promise<FileAppender> => {
  await mkdir(dirname(path), { recursive: true })
  let file = await openEnd(path)
  let done = 0
  let failed = false
  let lookedAt = performance.now()

  const reopen = async (): Promise<void> => {
    const next = await openEnd(path)
    const { handle } = file
    file = next
    await handle.datasync().catch(() => undefined)
    await handle.close()
  }

  const look = async (bytes: Uint8Array): Promise<void> => {
    if (!file.regular || (!failed && performance.now() - lookedAt < lookMs)) return
    lookedAt = performance.now()
    const there = await stat(path).catch(() => undefined)
    const begun = () => {
      done = done === 0 ? 0 : bytes.lastIndexOf(lineFeed, done - 1) + 1
    }
    if (!there || idOf(there) !== file.id) {
      await reopen()
      // A line that was begun in the other file is written whole.
      begun()
    } else if (there.size !== file.size) {
      // Another process writes here too, or somebody emptied it.
      file.size = there.size
      if (done > 0 && bytes[done - 1] !== lineFeed) {
        file.torn = (await lastByteOf(path, there.size)) !== lineFeed
        begun()
      }
    }
  }

  return {
    get regular() {
      return file.regular
    },
    size: () => file.size,
    since: () => file.since,
    async write(bytes) {
      try {
        await look(bytes)
        if (file.torn) {
          file.size += (await file.handle.write('\n')).bytesWritten
          file.torn = false
        }
        while (done < bytes.length) {
          const { bytesWritten } = await file.handle.write(bytes, done, bytes.length - done, null)
          done += bytesWritten
          file.size += bytesWritten
        }
        failed = false
      } catch (error) {
        failed = true
        throw error
      }
    },
    settle() {
      done = 0
    },
    reopen,
    async close() {
      if (file.regular) await file.handle.datasync().catch(() => undefined)
      await file.handle.close()
    },
  }
}

const openEnd = async (path: string): Promise<Opened> => {
  const handle = await open(path, 'a', 0o600)
  try {
    const found = await handle.stat()
    const regular = found.isFile()
    const torn = regular && found.size > 0 && (await lastByteOf(path, found.size)) !== lineFeed
    return { handle, id: idOf(found), regular, since: found.mtimeMs, size: found.size, torn }
  } catch (error) {
    await handle.close()
    throw error
  }
}

const idOf = ({ dev, ino }: { dev: number; ino: number }): string => `${dev}:${ino}`

const lastByteOf = async (path: string, size: number): Promise<number | undefined> => {
  const handle = await open(path, constants.O_RDONLY)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
    return bytesRead === 1 ? buffer[0] : lineFeed
  } finally {
    await handle.close()
  }
}
