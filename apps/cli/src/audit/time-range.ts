/** From one time to another, both included, in milliseconds since 1970; each side may be open. */
export interface TimeRange {
  readonly from?: number
  readonly to?: number
}

/** A point in time as people write it: ISO 8601, UTC unless it says otherwise, or a while ago (`30m`, `1h`, `7d`). */
export const timeIn = (text: string, now: number): number | undefined => {
  const ago = /^(\d{1,6})(s|m|h|d)$/.exec(text)
  if (ago) return now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs]
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (!iso) return undefined
  const time = Date.parse(iso[1] !== undefined && iso[4] === undefined ? `${text}Z` : text)
  return Number.isNaN(time) ? undefined : time
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Whether a time of a record is within; one that is no time is in no range. */
export const isWithin = (ts: string, { from, to }: TimeRange): boolean => {
  if (from === undefined && to === undefined) return true
  const time = Date.parse(ts)
  return time >= (from ?? Number.NEGATIVE_INFINITY) && time <= (to ?? Number.POSITIVE_INFINITY)
}
