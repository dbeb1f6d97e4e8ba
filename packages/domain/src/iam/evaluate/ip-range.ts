/** An address with the number of its leading bits that count; an address of one host has all of them. */
export interface IpRange {
  readonly bits: bigint
  readonly prefix: number
  /** Of the family: 32 or 128. */
  readonly size: number
}

/** Reads an address or a range in CIDR notation (RFC 4632, RFC 4291 2.2 and 2.3); undefined for what is none. */
export const ipRangeOf = (text: string): IpRange | undefined => {
  const [, address = '', prefixText] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const found = address.includes(':') ? sixOf(address) : fourOf(address)
  if (found === undefined) return undefined
  const size = address.includes(':') ? 128 : 32
  const prefix = prefixText === undefined ? size : Number(prefixText)
  if (prefix > size) return undefined
  // An IPv4 address in the clothes of IPv6 (RFC 4291 2.5.5.2), as sockets of both families say it.
  if (size === 128 && prefix >= 96 && found >> 32n === 0xffffn)
    return { bits: found & 0xffff_ffffn, prefix: prefix - 96, size: 32 }
  return { bits: found, prefix, size }
}

/** Whether `address` lies in `range`, of which the bits of the host do not count. */
export const inRange = (range: IpRange, address: IpRange): boolean => {
  if (range.size !== address.size || address.prefix < range.prefix) return false
  const host = BigInt(range.size - range.prefix)
  return range.bits >> host === address.bits >> host
}

const fourOf = (text: string): bigint | undefined => {
  const bytes = text.split('.')
  if (bytes.length !== 4) return undefined
  let bits = 0n
  for (const byte of bytes) {
    // A leading zero is octal to some.
    if (!/^(0|[1-9]\d{0,2})$/.test(byte) || Number(byte) > 255) return undefined
    bits = (bits << 8n) | BigInt(byte)
  }
  return bits
}

const sixOf = (text: string): bigint | undefined => {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const dotted = last?.at(-1)
  if (dotted?.includes('.')) {
    const four = fourOf(dotted)
    if (four === undefined) return undefined
    last?.splice(-1, 1, (four >> 16n).toString(16), (four & 0xffffn).toString(16))
  }
  const given = groups.flat().length
  if (halves.length === 2 ? given > 7 : given !== 8) return undefined
  const zeros = Array.from({ length: 8 - given }, () => '0')
  const all = [...(groups[0] ?? []), ...zeros, ...(groups[1] ?? [])]
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}
