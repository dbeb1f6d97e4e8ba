import type { NormalizedSchema } from '@smithy/core/schema'
import { NumericValue } from '@smithy/core/serde'
import { isRecord, kindOf, quoted } from './issues.ts'
import { type Placement, placementFault } from './placement.ts'

/** A value as the SDK takes it, or what is wrong with it. */
export type Reading = { readonly value: unknown } | { readonly problem: string }

/** Reads a value that has no parts: text, number, boolean, time or bytes. */
export const readSimple = (schema: NormalizedSchema, given: unknown, place: Placement): Reading => {
  if (schema.isBlobSchema()) return schema.isStreaming() ? readContent(given) : readBytes(given)
  if (schema.isTimestampSchema()) return readTime(schema, given)
  if (schema.isBooleanSchema())
    return typeof given === 'boolean' ? { value: given } : wrong('true or false', given)
  if (schema.isNumericSchema()) return readNumber(given)
  if (schema.isBigIntegerSchema()) return readBig(given, /^-?\d{1,1000}$/, BigInt)
  if (schema.isBigDecimalSchema())
    return readBig(given, /^-?\d{1,500}(\.\d{1,500})?$/, (text) => new NumericValue(text, 'bigDecimal'))
  if (typeof given !== 'string') return wrong('a string', given)
  const problem = placementFault(given, place)
  return problem === undefined ? { value: given } : { problem }
}

const wrong = (wanted: string, given: unknown): Reading => ({
  problem: `must be ${wanted}, not ${kindOf(given)}`,
})

const readNumber = (given: unknown): Reading => {
  if (typeof given !== 'number') return wrong('a number', given)
  if (!Number.isFinite(given)) return { problem: 'must be a finite number' }
  // Beyond 2^53 JSON has already lost digits, so another number would be sent than was meant.
  const inexact = Number.isInteger(given) && !Number.isSafeInteger(given)
  return inexact
    ? { problem: 'is an integer beyond 2^53, which JSON cannot carry exactly' }
    : { value: given }
}

const readBig = (given: unknown, form: RegExp, read: (text: string) => unknown): Reading => {
  if (typeof given === 'number') {
    const reading = readNumber(given)
    if ('problem' in reading) return reading
  } else if (typeof given !== 'string') return wrong('a number, or its digits as a string', given)
  const digits = String(given)
  return form.test(digits) ? { value: read(digits) } : { problem: 'must be a number in plain digits' }
}

const readTime = (schema: NormalizedSchema, given: unknown): Reading => {
  if (typeof given !== 'string') return wrong('a time as a string', given)
  const time = timeOf(given)
  if (time) return { value: time }
  const repeated = schema.getMergedTraits().sensitive ? '' : `, not ${quoted(given)}`
  return { problem: `must be a time such as 2026-01-31T00:00:00Z${repeated}` }
}

/** RFC 3339 section 5.6, with a zone: without one it would be a guess which instant is meant. */
const timeOf = (text: string): Date | undefined => {
  const parts = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+-]\d\d:\d\d)$/.exec(text)
  if (!parts) return undefined
  const [, date = '', clock = '', zone = ''] = parts
  const time = new Date(`${date}T${clock.slice(0, 12)}${zone.toUpperCase()}`)
  const day = new Date(`${date}T00:00:00Z`)
  const valid = !Number.isNaN(time.getTime()) && !Number.isNaN(day.getTime())
  // 2026-02-30 would otherwise be the second of March.
  return valid && day.toISOString().startsWith(date) ? time : undefined
}

const readBytes = (given: unknown): Reading => {
  if (typeof given === 'string') return fromBase64(given)
  return isRecord(given) && Object.keys(given).join() === 'text'
    ? fromText(given.text)
    : wrong('base64, or {"text": "…"} for text', given)
}

const readContent = (given: unknown): Reading => {
  const keys = isRecord(given) ? Object.keys(given).join() : ''
  if (isRecord(given) && keys === 'text') return fromText(given.text)
  if (isRecord(given) && keys === 'base64' && typeof given.base64 === 'string')
    return fromBase64(given.base64)
  return { problem: 'must be {"text": "…"} or {"base64": "…"}' }
}

const fromText = (text: unknown): Reading => {
  if (typeof text !== 'string') return { problem: 'must have a string as its text' }
  return text.isWellFormed()
    ? { value: Buffer.from(text, 'utf8') }
    : { problem: 'is not well-formed Unicode' }
}

const fromBase64 = (text: string): Reading => {
  const bytes = Buffer.from(text, 'base64')
  // Node skips what is not base64; only what comes out as it went in was.
  return bytes.toString('base64') === text
    ? { value: bytes }
    : { problem: 'must be base64 with padding; for text write {"text": "…"}' }
}
