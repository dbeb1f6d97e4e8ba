import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Bytes of the longest line that is read; the longest record has a small part of it. */
export const longestLine = 1_000_000

/** One line of a file. */
export interface Line {
  /** Without the line feed; undefined where the line is longer than `longestLine`. */
  readonly bytes: Buffer | undefined
  /** False where the file ends before a line feed. */
  readonly isWhole: boolean
}

/**
 * The lines of a file, plain or gzip, some at a time, of its first `bytes` if given; never more in memory than one line and one
 * chunk. Throws what the file system or gzip says.
 */
export async function* readLines(file: string, bytes?: number): AsyncGenerator<readonly Line[]> {
  const packed = await isGzip(file)
  if (bytes === 0) return
  const raw = createReadStream(file, {
    highWaterMark: 262_144,
    ...(bytes !== undefined && { end: bytes - 1 }),
  })
  const source = packed ? pipeline(raw, createGunzip(), () => undefined) : raw
  let rest: Buffer[] = []
  let length = 0
  const take = (piece: Buffer, isWhole: boolean): Line => {
    const bytes = length + piece.length > longestLine ? undefined : Buffer.concat([...rest, piece])
    rest = []
    length = 0
    return { bytes, isWhole }
  }
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const lines: Line[] = []
    let from = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      lines.push(take(chunk.subarray(from, end), true))
      from = end + 1
    }
    const piece = chunk.subarray(from)
    // Of a line that is too long already, only its length is kept.
    if (length + piece.length <= longestLine) rest.push(Buffer.from(piece))
    else rest = []
    length += piece.length
    if (lines.length > 0) yield lines
  }
  if (length > 0) yield [take(Buffer.alloc(0), false)]
}

const lineFeed = 10

const isGzip = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}
