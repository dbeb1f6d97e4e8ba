import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '@gateway/domain'
import type { PriceBook } from './price-book.ts'
import { priceBookOf } from './price-book-of.ts'
import { type PriceTable, readPriceTable } from './price-table.ts'
import { shippedPriceTable } from './shipped-prices.ts'

/**
 * The prices of a file, or without one those that come with the program; `now` is in milliseconds since the epoch. Throws
 * `ConfigurationError` for a file that cannot be used, whose faults name the setting: estimates never fall back on other
 * prices than those that an operator has named.
 */
export const openPriceBook = async (
  file: string | undefined,
  { now, setting = 'PRICE_TABLE_FILE' }: { readonly now: number; readonly setting?: string },
): Promise<PriceBook> =>
  priceBookOf(file === undefined ? shippedPriceTable : await tableIn(file, setting), { now })

const tableIn = async (file: string, setting: string): Promise<PriceTable> => {
  const refused = (faults: readonly string[]) =>
    new ConfigurationError(
      'The table of prices',
      faults.map((fault) => `${setting}: ${fault}`),
    )
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refused([`cannot be read (${cause.code ?? 'unknown'})`])
  })
  try {
    return readPriceTable(text, 'The table')
  } catch (thrown) {
    throw thrown instanceof ConfigurationError ? refused(thrown.faults) : thrown
  }
}
