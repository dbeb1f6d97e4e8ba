import { createHmac, timingSafeEqual } from 'node:crypto'

/** The MAC of a text, base64url; what was signed for one purpose is nothing for another. */
export const macOf = (key: Buffer, purpose: string, text: string): string =>
  createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url')

/** Whether one of `keys` made the MAC. */
export const isMacOf = (
  keys: readonly Buffer[],
  purpose: string,
  { text, mac }: { text: string; mac: string },
): boolean => keys.some((key) => equal(mac, macOf(key, purpose, text)))

/** Compared as text: decoding would accept other spellings of the same bytes. */
const equal = (given: string, right: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
