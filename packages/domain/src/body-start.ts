import { isUtf8 } from 'node:buffer'

/** The start of a body. */
export interface BodyStart {
  readonly bytes: Buffer
  /** Whether the body goes on. */
  readonly more: boolean
}

/** Reads at most `limit` bytes of a body, and ends its download there. */
export const readStart = async (body: AsyncIterable<Uint8Array>, limit: number): Promise<BodyStart> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop destroys the stream, and with it the rest of the download.
    if (length > limit) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), more: length > limit }
}

/**
 * The bytes as text, or undefined if they are not UTF-8 text. Where more bytes follow, a character cut at the end is left
 * out; one that is all there is makes no text, or reading on would never get past it.
 */
export const bodyText = ({ bytes, more }: BodyStart): string | undefined => {
  if (bytes.includes(0)) return undefined
  for (let cut = 0; cut <= (more ? Math.min(3, bytes.length - 1) : 0); cut++) {
    const whole = bytes.subarray(0, bytes.length - cut)
    if (isUtf8(whole)) return whole.toString('utf8')
  }
  return undefined
}
