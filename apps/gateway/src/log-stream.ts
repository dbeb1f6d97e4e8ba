import { writeSync } from 'node:fs'

/** Where log lines go; what pino asks of a stream. */
export interface LogStream {
  write(line: string): void
  /** Writes what is held, waiting for its reader half a second at most; pino calls it before the process ends on a fatal line. */
  flushSync(): void
}

/** Characters that are held for a reader who does not read; lines beyond them are dropped. */
const heldLength = 1024 * 1024
/** POSIX lets no other writer of a pipe into a write of at most so many bytes, and does such a write as a whole or not at all. */
const pipeBytes = 4_096
const retryMs = 20
const lastMs = 500

/**
 * Standard output, with the lines of one turn of the event loop written together: a system call for each would cost a
 * tenth of a call. A reader that stands still costs lines, which are counted in the next one that it gets, and never time.
 */
export const openLogStream = (fd = 1): LogStream => {
  // Node makes a pipe one that does not wait when it opens the stream, which happens when it is first asked for.
  if (fd === 1) void process.stdout
  const lines: string[] = []
  let length = 0
  let dropped = 0
  let planned = false
  /** What was taken from `lines` and is not written yet. */
  let piece: Buffer = Buffer.alloc(0)

  const hold = (line: string): void => {
    lines.push(line)
    length += line.length
  }

  const next = (): Buffer => {
    let [count, bytes] = [0, 0]
    for (const line of lines) {
      bytes += Buffer.byteLength(line)
      if (count > 0 && bytes > pipeBytes) break
      count++
    }
    const text = lines.splice(0, count).join('')
    length -= text.length
    return Buffer.from(text)
  }

  /** Writes what the reader has room for; false where it has none. */
  const drain = (): boolean => {
    try {
      for (;;) {
        if (piece.length === 0) piece = next()
        if (piece.length === 0) return true
        piece = piece.subarray(writeSync(fd, piece))
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false
      // Whoever read the log has gone; that is no reason to stop serving.
      piece = Buffer.alloc(0)
      lines.length = 0
      length = 0
      return true
    }
  }

  const flush = (): void => {
    planned = !drain()
    if (planned) setTimeout(flush, retryMs).unref()
  }

  const flushSync = (): void => {
    const end = performance.now() + lastMs
    while (!drain() && performance.now() < end)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }
  process.once('exit', flushSync)

  return {
    write(line) {
      if (length + line.length > heldLength) {
        dropped++
        return
      }
      if (dropped > 0) hold(droppedLine(dropped))
      dropped = 0
      hold(line)
      if (!planned) setImmediate(flush)
      planned = true
    },
    flushSync,
  }
}

const droppedLine = (dropped: number): string =>
  `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), service: 'aws-mcp-gateway', lines: dropped, msg: 'log lines were dropped, since nobody read them' })}\n`
