/** Calls of one tenant and day whose reservations are noted; those of further calls stay charged as they were reserved. */
export const maxNotedCalls = 50_000

/** Seconds that a day of spending is kept: until an hour after the next one, so that whatever began in it can be settled. */
export const dayLifeSeconds = 49 * 3600

/** Milliseconds of a day. */
export const dayMs = 86_400_000

/** Such as `2026-11-27` of the days since 1970. */
export const dayText = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10)

/** Days since 1970; throws RangeError for what is no day. */
export const dayNumber = (day: string): number => {
  const number = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) / dayMs : Number.NaN
  if (!Number.isInteger(number)) throw new RangeError('a day must be given as 2026-11-27')
  return number
}

/** Throws RangeError for what is no whole number from 0 to 2^53 - 1. */
export const assertMicroUsd = (...amounts: readonly number[]): void => {
  for (const amount of amounts) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      throw new RangeError('micro-dollars must be a whole number from 0 to 2^53 - 1')
    }
  }
}

/** What is thrown where the sum of a day would be no exact number any more; it is left as it was. */
export const sumTooLarge = (): RangeError => new RangeError('the sum of a day would be above 2^53 - 1')
