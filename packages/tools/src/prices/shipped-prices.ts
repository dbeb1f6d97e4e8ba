import type { PriceBook } from './price-book.ts'
import { priceBookOf } from './price-book-of.ts'
import table from './price-table.json' with { type: 'json' }
import { checkedPriceTable, type PriceTable } from './price-table.ts'

/** The table that comes with the program. */
export const shippedPriceTable: PriceTable = checkedPriceTable(table, 'The table of prices')

/** Its prices; their note says of which day they are, and nothing of how old that is. */
export const shippedPrices: PriceBook = priceBookOf(shippedPriceTable)
