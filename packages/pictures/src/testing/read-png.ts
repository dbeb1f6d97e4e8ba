import { inflateSync } from 'node:zlib'

/** The pixels of a PNG as this package writes it. */
export const readPng = (base64: string) => {
  const bytes = Buffer.from(base64, 'base64')
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  const rows = inflateSync(Buffer.concat(parts))
  const pixel = (x: number, y: number) => [
    ...rows.subarray(y * (width * 3 + 1) + 1 + x * 3, y * (width * 3 + 1) + 4 + x * 3),
  ]
  /** How many pixels have exactly this colour, in the part between these corners. */
  const count = (
    colour: readonly number[],
    [left, top]: readonly [number, number] = [0, 0],
    [right, bottom]: readonly [number, number] = [width, height],
  ): number => {
    let found = 0
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) if (pixel(x, y).join() === colour.join()) found += 1
    }
    return found
  }
  return { signature: bytes.toString('hex', 0, 8), width, height, bytes: rows.length, pixel, count }
}
