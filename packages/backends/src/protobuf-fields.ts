type Fields = ReadonlyMap<number, readonly Buffer[]>

/** The fields of a message by their number, each with the bytes of its values (Protocol Buffers, "Encoding"). */
export const fieldsOf = (message: Buffer): Fields => {
  const fields = new Map<number, Buffer[]>()
  let at = 0
  const varint = (): { value: number; bytes: Buffer } => {
    const from = at
    let value = 0
    for (let power = 1; ; power *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new RangeError('the message ends in a number')
      value += (byte & 0x7f) * power
      if (byte < 0x80) return { value, bytes: message.subarray(from, at) }
    }
  }
  const next = (length: number): Buffer => {
    at += length
    if (at > message.length) throw new RangeError('the message ends in a field')
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const { value: tag } = varint()
    const wire = tag % 8
    const value =
      wire === 0 ? varint().bytes : wire === 1 ? next(8) : wire === 5 ? next(4) : next(varint().value)
    const number = Math.floor(tag / 8)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields
}

/** The last value of a field, empty where there is none. */
export const lastOf = (fields: Fields, number: number): Buffer =>
  fields.get(number)?.at(-1) ?? Buffer.alloc(0)

/** A field of text. */
export const textOf = (fields: Fields, number: number): string => lastOf(fields, number).toString('utf8')

/** A field of a small integer; 0 where there is none. */
export const numberOf = (fields: Fields, number: number): number =>
  lastOf(fields, number).reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0)
