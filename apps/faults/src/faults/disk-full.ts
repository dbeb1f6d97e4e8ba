import { execFile } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AuditFolder, type Fault, Skipped } from '../fault.ts'

const run = promisify(execFile)
const ballast = 'ballast'

/** A file system of its own for the audit files, which is small. */
const openSmallFolder = async (folder: string): Promise<AuditFolder> => {
  const path = join(folder, 'audit')
  await mkdir(path)
  await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'faults', path]).catch((cause: unknown) => {
    throw new Skipped('a small file system can be mounted by root only, on Linux', { cause })
  })
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path])
    },
  }
}

/** No room is left for the audit files of both replicas. */
export const diskFull: Fault = {
  name: 'disk-full',
  what: 'the disk of the audit files is full, and has room again at the end',
  openAuditFolder: openSmallFolder,
  async strike({ auditFolder }) {
    const path = join(auditFolder, ballast)
    await fill(path)
    return () => rm(path)
  },
}

/** Writes until there is no room, not even for one byte. */
const fill = async (path: string): Promise<void> => {
  await using file = await open(path, 'w')
  for (let size = 1024 * 1024; size >= 1; ) {
    try {
      const { bytesWritten } = await file.write(Buffer.alloc(size))
      if (bytesWritten < size) size = Math.floor(size / 2)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      size = Math.floor(size / 2)
    }
  }
}
