import { write } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { AuditLine, AuditSink } from './audit-line.ts'

const writeTo = promisify(write)

/** POSIX lets no other writer of a pipe into a write of at most so many bytes: log lines go to the same place. */
const pipeBytes = 4_096

/**
 * All lines on standard output, checkpoints between records. A reader that stands still makes a write wait, and neither the
 * process nor its end.
 */
export const stdoutSink = (fd = 1): AuditSink => {
  // Node makes a pipe one that does not wait when it opens the stream, which happens when it is first asked for. A write that
  // waits would keep a thread from ending, and the process with it.
  if (fd === 1) void process.stdout
  let done = 0
  let closed = false
  return {
    name: 'stdout',
    awaited: true,
    async write(lines) {
      const bytes = Buffer.from(lines.map(({ text }) => text).join(''))
      const ends = piecesOf(lines)
      while (done < bytes.length) {
        if (closed) throw new Error('standard output was closed before it had room')
        const end = ends.find((each) => each > done) ?? bytes.length
        done += await writeSome(fd, bytes.subarray(done, end))
      }
      done = 0
    },
    async close() {
      closed = true
    },
  }
}

/** Where each piece of whole lines ends that fits into one write, or is one line that does not. */
const piecesOf = (lines: readonly AuditLine[]): number[] => {
  const ends: number[] = []
  let [start, end] = [0, 0]
  for (const { text } of lines) {
    const next = end + Buffer.byteLength(text)
    if (next - start > pipeBytes && end > start) {
      ends.push(end)
      start = end
    }
    end = next
  }
  return [...ends, end]
}

/** Bytes written; none when the reader of a pipe has no room just now. */
const writeSome = async (fd: number, bytes: Uint8Array): Promise<number> => {
  try {
    return (await writeTo(fd, bytes)).bytesWritten
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    await sleep(10)
    return 0
  }
}
