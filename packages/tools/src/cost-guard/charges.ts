import { type CostEstimate, chargedHours, type MicroUsd } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { microUsdOf, sumOf } from './exact-usd.ts'

/** One thing that an estimate is made of. */
export interface Charge {
  /** For a person, such as `24 hours of 2 t3.micro at 0.0104 USD`. */
  readonly what: string
  /** Undefined where nobody knows. */
  readonly microUsd: MicroUsd | undefined
}

/** A day of things that are billed by the hour. */
export const dayOf = (what: string, usdPerHour: number | undefined, count = 1): Charge => ({
  what: `${chargedHours} hours of ${count} ${what}${usdPerHour === undefined ? '' : ` at ${usdPerHour} USD`}`,
  microUsd: microUsdOf(usdPerHour, chargedHours * count),
})

/** What nobody knows the price of. */
export const unpriced = (what: string): Charge => ({ what, microUsd: undefined })

/** What costs nothing, and why. */
export const free = (why: string): CostEstimate => ({ microUsd: 0, basis: why })

/** All of them together; unpriced if one of them is. */
export const estimateOf = (charges: readonly Charge[], { asOf }: Pick<PriceBook, 'asOf'>): CostEstimate => {
  const microUsd = sumOf(charges.map((each) => each.microUsd))
  if (microUsd !== undefined)
    return { microUsd, basis: `${charges.map(({ what }) => what).join('; ')}. Prices of ${asOf}.` }
  const unknown = charges.filter((each) => each.microUsd === undefined).map(({ what }) => what)
  return {
    microUsd: 'unpriced',
    basis: `No price is known: ${(unknown.length > 0 ? unknown : ['the sum']).join('; ')}.`,
  }
}
