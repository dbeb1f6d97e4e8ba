import type { MicroUsd } from '@gateway/domain'

/**
 * Micro-dollars of `units / per` at a price in US dollars, rounded up and reckoned in whole numbers: a sum of floating point may be a
 * cent less than it is. Undefined where there is no price, or what it comes to is no amount that a ledger could hold.
 */
export const microUsdOf = (
  usd: number | undefined,
  units: number | bigint,
  per: number | bigint = 1,
): MicroUsd | undefined => {
  if (usd === undefined || !(usd >= 0 && usd <= dearest)) return undefined
  // Prices have far fewer than twelve decimals.
  const total = BigInt(Math.round(usd * 1e12)) * BigInt(units)
  const divisor = BigInt(per) * 1_000_000n
  return amountOf((total + divisor - 1n) / divisor)
}

/** Undefined where one of them is, or the sum is no amount that a ledger could hold. */
export const sumOf = (amounts: readonly (MicroUsd | undefined)[]): MicroUsd | undefined => {
  let sum = 0n
  for (const amount of amounts) {
    if (amount === undefined) return undefined
    sum += BigInt(amount)
  }
  return amountOf(sum)
}

/** US dollars of the dearest unit that is believed. */
const dearest = 1_000_000

const amountOf = (microUsd: bigint): MicroUsd | undefined =>
  microUsd >= 0n && microUsd <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(microUsd) : undefined
