import { boundedText } from './bounded-text.ts'
import { invalidArguments } from './invalid-arguments.ts'

/** Input field of a point in time; `timeOf` reads it. */
export const timeInput = boundedText(40)

/**
 * Milliseconds of a time as people and models write it: ISO 8601, in UTC where it names no zone, or relative to now.
 * Throws where it is neither.
 */
export const timeOf = (field: string, text: string, now: number): number => {
  const relative = /^now$|^-(\d{1,6})([smhdw])$/.exec(text)
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  const absolute = iso ? Date.parse(text.includes('T') && !iso[4] ? `${text}Z` : text) : Number.NaN
  const time = relative ? now - Number(relative[1] ?? 0) * (unitMs[relative[2] ?? 's'] ?? 0) : absolute
  // No service of AWS knows a time before 1970.
  if (Number.isNaN(time) || time < 0) {
    throw invalidArguments(`${field}: must be a time such as 2026-01-02T03:04:05Z, -3h or now`)
  }
  return time
}

/** Start and end of a span; throws where it is empty or has not begun. */
export const spanOf = (
  { start, end }: Readonly<Record<'start' | 'end', readonly [field: string, text: string]>>,
  now: number,
): { readonly from: number; readonly to: number } => {
  const from = timeOf(...start, now)
  const to = timeOf(...end, now)
  if (from >= to) throw invalidArguments(`${start[0]}: must be before ${end[0]}`)
  if (from > now) throw invalidArguments(`${start[0]}: is in the future`)
  return { from, to }
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
