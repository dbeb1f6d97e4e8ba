import { z } from 'zod'

const limit = 262_144

/** What a function is sent; a string is JSON text, which goes as it is. */
export const payload = z
  .unknown()
  .optional()
  .refine(isJson, 'a string must be JSON text')
  .refine((value) => Buffer.byteLength(payloadText(value) ?? '') <= limit, `must be at most ${limit} bytes`)
  .describe('JSON; a string is JSON text')

/** A payload as it is sent; undefined for none. */
export const payloadText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value)

function isJson(value: unknown): boolean {
  if (typeof value !== 'string') return true
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}
