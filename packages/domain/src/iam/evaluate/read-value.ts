import { Buffer } from 'node:buffer'

/** Reads a number of a policy or a request; undefined for what is none, or more than a number here can hold exactly. */
export const numberOf = (text: string): number | undefined => {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined
}

const w3cDate =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d))?)?$/

/**
 * Reads a time in the forms of W3C's profile of ISO 8601, or in seconds since 1970; milliseconds since 1970. Undefined for
 * what is none, for a time of day without its zone, and for four digits, which are a year to some and seconds to others.
 */
export const timeOf = (text: string): number | undefined => {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const seconds = /^\d{4}$/.test(text) ? undefined : numberOf(text)
    return seconds === undefined ? undefined : seconds * 1000
  }
  const [
    found,
    year,
    month,
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '0',
    zone = 'Z',
  ] = w3cDate.exec(text) ?? []
  if (found === undefined) return undefined
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const at = Date.parse(iso)
  // Dates that do not exist would be taken for the days after them.
  if (Number.isNaN(at) || new Date(at).toISOString() !== iso.replace('Z', '.000Z')) return undefined
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? []
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return at + Number(`0.${fraction}`) * 1000 - offset * 60_000
}

/** Reads `true` or `false`, in any case. */
export const truthOf = (text: string): boolean | undefined => {
  const lower = text.toLowerCase()
  return lower === 'true' || (lower === 'false' ? false : undefined)
}

/** Reads base64 (RFC 4648 section 4), with or without its padding; the bytes as hexadecimal digits. */
export const bytesOf = (text: string): string | undefined => {
  const digits = text.replace(/={1,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  if (digits.length !== text.length && text.length % 4 !== 0) return undefined
  return Buffer.from(digits, 'base64').toString('hex')
}
