/** The ECDSA signature of a 256-bit curve, as DER (RFC 3279 section 2.2.3), as r and s of 32 bytes each; throws for anything else. */
export const rawSignatureOf = (der: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(der)
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) throw notDer()
  const [r, end] = integerAt(bytes, 2)
  const [s, last] = integerAt(bytes, end)
  if (last !== bytes.length) throw notDer()
  return Buffer.concat([r, s])
}

const integerAt = (bytes: Buffer, start: number): readonly [number: Buffer, end: number] => {
  const length = bytes[start + 1] ?? 0
  const end = start + 2 + length
  if (bytes[start] !== 0x02 || length === 0 || end > bytes.length) throw notDer()
  // A zero in front keeps the sign of a number whose first bit is set.
  const digits = bytes.subarray(bytes[start + 2] === 0 ? start + 3 : start + 2, end)
  if (digits.length > 32) throw notDer()
  return [Buffer.concat([Buffer.alloc(32 - digits.length), digits]), end]
}

const notDer = (): Error => new Error('not a DER signature of a 256-bit curve')
