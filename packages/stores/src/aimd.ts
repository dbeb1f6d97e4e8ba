/**
 * How AWS's throttling slows a bucket down (additive increase, multiplicative decrease). Rates are in ten-thousandths of
 * the configured one, so that all of it is whole numbers here and in Lua; times are in microseconds.
 *
 * A bucket that was at its full rate has half of it for 60 s after it was throttled last, 60 % then, and 10 % more every
 * 30 s: it is at its full rate again after 180 s.
 */
export const aimd = {
  full: 10_000,
  floor: 500,
  step: 1_000,
  /** Time without a throttling after which the rate grows, and time after a halving in which there is no other. */
  hold: 60_000_000,
  stepEvery: 30_000_000,
} as const

/** The rate as it was set by the last throttling, and when that was. */
export interface Slowdown {
  readonly rate: number
  readonly halved: number
  readonly throttled: number
}

/** A bucket that was never throttled. */
export const neverSlowed: Slowdown = {
  rate: aimd.full,
  halved: Number.NEGATIVE_INFINITY,
  throttled: Number.NEGATIVE_INFINITY,
}

/** The rate in force at `at`. */
export const rateAt = ({ rate, throttled }: Slowdown, at: number): number => {
  const growing = at - throttled - aimd.hold
  if (growing < 0 || rate === aimd.full) return rate
  return Math.min(aimd.full, rate + aimd.step * (1 + Math.floor(growing / aimd.stepEvery)))
}

/** After another throttling. A burst of them is one piece of news: only the first in 60 s halves. */
export const slowedDown = (before: Slowdown, at: number): Slowdown =>
  at - before.halved < aimd.hold
    ? { ...before, throttled: at }
    : { rate: Math.max(aimd.floor, Math.floor(rateAt(before, at) / 2)), halved: at, throttled: at }

/** Microseconds between two requests at `rate`, of a bucket that has `each` of them at its full rate. */
export const microsecondsAt = (rate: number, each: number): number => Math.ceil((each * aimd.full) / rate)
