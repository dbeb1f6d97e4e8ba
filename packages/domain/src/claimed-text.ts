import { redactText } from './redact-text.ts'

/**
 * What a client says of itself, fit for a record: one line of at most `most` characters, of which none controls a terminal
 * or is unseen, and without what looks like a secret.
 */
export const claimedText = (text: string, most: number): string => {
  const start = text.slice(0, most)
  return redactText(plain.test(start) ? start : start.toWellFormed().replace(unseen, ' ').trim())
}

const plain = /^[!-~]+(?: [!-~]+)*$/
const unseen = /[\p{C}\p{Zl}\p{Zp}]+/gu
