import { isUtf8 } from 'node:buffer'

/** First bytes of a body, and whether there were more. */
export interface BodyStart {
  readonly bytes: Buffer
  readonly more: boolean
}

/** Reads at most `limit` bytes and stops the download there. */
export const readStart = async (body: AsyncIterable<Uint8Array>, limit: number): Promise<BodyStart> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop destroys the stream, and with it the rest of the download.
    if (length > limit) break
  }
  const bytes = Buffer.concat(chunks)
  return { bytes: bytes.subarray(0, limit), more: bytes.length > limit }
}

/** The bytes as text, or undefined if they are not UTF-8 text; a character cut at the end is left out. */
export const textOf = ({ bytes, more }: BodyStart): string | undefined => {
  if (bytes.includes(0)) return undefined
  for (let cut = 0; cut <= (more ? 3 : 0); cut++) {
    const whole = bytes.subarray(0, bytes.length - cut)
    if (isUtf8(whole)) return whole.toString('utf8')
  }
  return undefined
}
