import type { FlatPrices } from './flat-prices.ts'

/** A price that is not what it was; `was` or `is` is absent where there is none. USD. */
export interface PriceChange {
  readonly price: string
  readonly was?: number
  readonly is?: number
}

/** What differs between two tables. */
export interface PriceChanges {
  readonly added: readonly PriceChange[]
  readonly removed: readonly PriceChange[]
  readonly dearer: readonly PriceChange[]
  readonly cheaper: readonly PriceChange[]
  readonly same: number
}

/** Compares two tables. */
export const priceChanges = (before: FlatPrices, after: FlatPrices): PriceChanges => {
  const both = [...after].flatMap(([price, is]) => {
    const was = before.get(price)
    return was === undefined ? [] : [{ price, was, is }]
  })
  const dearer = both.filter(({ was, is }) => is > was)
  const cheaper = both.filter(({ was, is }) => is < was)
  return {
    added: [...after].flatMap(([price, is]) => (before.has(price) ? [] : [{ price, is }])),
    removed: [...before].flatMap(([price, was]) => (after.has(price) ? [] : [{ price, was }])),
    dearer,
    cheaper,
    same: both.length - dearer.length - cheaper.length,
  }
}

/** Lines of each kind that are printed; JSON has all of them. */
const mostLines = 40

/** The changes as lines: the counts first. */
export const changeLines = ({ same, ...changes }: PriceChanges): string[] => {
  const counts = Object.entries(changes).map(([kind, { length }]) => `${length} ${kind}`)
  const lines = Object.entries(changes).flatMap(([kind, list]) => {
    if (list.length === 0) return []
    const shown = list.slice(0, mostLines)
    const width = Math.max(...shown.map(({ price }) => price.length))
    const more = list.length - shown.length
    return [
      `${kind}:`,
      ...shown.map(({ price, was, is }) => `  ${price.padEnd(width)}  ${stepOf(was, is)}`),
      ...(more > 0 ? [`  and ${more} more (--json tells all)`] : []),
    ]
  })
  return [`Prices: ${[...counts, `${same} unchanged`].join(', ')}.`, ...lines]
}

const stepOf = (was: number | undefined, is: number | undefined): string => {
  if (was === undefined || is === undefined) return usd(was ?? is ?? 0)
  const percent = (is / was - 1) * 100
  return `${usd(was)} -> ${usd(is)} (${percent > 0 ? '+' : ''}${percent.toFixed(1)} %)`
}

/** Ten digits after the point at most, and none of them a zero at the end. */
const usd = (price: number): string => price.toFixed(10).replace(/\.?0+$/, '')
