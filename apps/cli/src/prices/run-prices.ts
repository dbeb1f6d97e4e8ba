import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigurationError } from '@gateway/domain'
import { type PriceTable, readPriceTable, shippedPriceTable } from '@gateway/tools'
import { oneLine, printable, printableJson } from '../tenant/printable.ts'
import { TenantFailure } from '../tenant/tenant-failure.ts'
import { writeWholeFile } from '../write-whole-file.ts'
import { type NewTable, newTable } from './new-table.ts'
import { askApi, fetchFiles, type ListsAsked, readFiles } from './offer-sources.ts'
import { changeLines, priceChanges } from './price-changes.ts'
import { priceCollector, type ReadPrices } from './price-collector.ts'
import type { PricesArguments } from './prices-arguments.ts'

/** The process around `aws-mcp prices`. */
export interface PricesProcess {
  readonly asked: PricesArguments
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that files are relative to. */
  readonly folder: string
  /** Milliseconds since the epoch. */
  now(): number
  stdout(text: string): void
  stderr(text: string): void
}

/** Refreshes the table of prices; gives the exit code: 0, or 1 where nothing was written. */
export const runPrices = async (own: PricesProcess): Promise<number> => {
  try {
    await refresh(own)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof TenantFailure) && !(thrown instanceof ConfigurationError)) throw thrown
    const issues = thrown instanceof TenantFailure ? thrown.issues.map((issue) => `\n  - ${issue}`) : []
    own.stderr(`aws-mcp: ${printable(`${thrown.message}${issues.join('')}`)}\nNo table was written.\n`)
    return 1
  }
}

const refresh = async (own: PricesProcess): Promise<void> => {
  const { asked, env, folder } = own
  const name = asked.out ?? (env.PRICE_TABLE_FILE || 'aws-prices.json')
  const file = resolve(folder, name)
  const former = await formerTable(file, name)
  const read = await readLists(own, former)
  const made = newTable(former, read)
  const doubts = [...made.doubts, ...fromTheFuture(read, own.now())]
  tell(own, name, read, made)
  if (doubts.length > 0 && !asked.force) {
    throw new TenantFailure('The prices are hard to believe; where they are right all the same: --force', {
      issues: doubts,
    })
  }
  for (const doubt of doubts) own.stderr(`aws-mcp: written because of --force: ${doubt}\n`)
  // It is no secret, and a gateway runs as another user.
  await writeWholeFile(file, `${JSON.stringify(made.table, undefined, 2)}\n`, { name, mode: 0o644 })
  own.stderr(`${oneLine(name)} is written.\n`)
}

const formerTable = async (file: string, name: string): Promise<PriceTable> => {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw new TenantFailure(`${name} cannot be read (${thrown.code ?? 'unknown'}).`)
  })
  return text === undefined ? shippedPriceTable : readPriceTable(text, name)
}

const readLists = async (own: PricesProcess, former: PriceTable): Promise<ReadPrices> => {
  const { asked, env, folder, stderr } = own
  const { from, offers } = asked
  const collector = priceCollector(asked.regions && new Set(asked.regions))
  const lists: ListsAsked = {
    offers,
    regions: asked.regions ?? Object.keys(former.regions),
    reading: (offer, region) => stderr(`reading ${offer} of ${region}\n`),
  }
  const endpoint = env.AWS_ENDPOINT_URL
  if (from.kind === 'files') await readFiles(collector, from.files, folder)
  else if (from.kind === 'url') await fetchFiles(collector, from.url, lists)
  else await askApi(collector, { ...from, ...(endpoint && { endpoint }) }, lists)
  return collector.read()
}

/** A list of tomorrow would never grow old. */
const fromTheFuture = ({ lists }: ReadPrices, now: number): string[] => {
  const tomorrow = new Date(now + 86_400_000).toISOString().slice(0, 10)
  return lists.flatMap(({ offer, region, publishedOn }) =>
    publishedOn > tomorrow ? [`${offer} of ${region} says that it was published on ${publishedOn}.`] : [],
  )
}

const tell = ({ asked, stdout }: PricesProcess, file: string, read: ReadPrices, made: NewTable): void => {
  const changes = priceChanges(made.before, made.after)
  if (asked.json) {
    stdout(
      `${printableJson({ file, lists: read.lists, ...changes, doubled: read.doubled, doubts: made.doubts })}\n`,
    )
    return
  }
  const doubled = read.doubled.length
  const lines = [
    ...read.lists.map(
      ({ offer, region, publishedOn }) => `${offer} of ${region}, published on ${publishedOn}`,
    ),
    ...changeLines(changes),
    ...(doubled > 0
      ? [`Of ${doubled} there were two prices, and the higher one was taken: ${read.doubled[0]}`]
      : []),
  ]
  stdout(`${lines.map(printable).join('\n')}\n`)
}
