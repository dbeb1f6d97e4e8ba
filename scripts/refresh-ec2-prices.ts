// Writes packages/tools/src/ec2/price-table.json anew from AWS's public price list, with one's own credentials, which need
// pricing:GetProducts. NOT VERIFIED AGAINST AWS: nobody has run it there; a test reads entries of the documented shape.
// Run as node scripts/refresh-ec2-prices.ts [REGION...], then read the difference before it is committed.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { loadService } from '../packages/aws/src/service-modules.ts'
import { attributesOf, priceTable, type RegionPrices, regionPrices } from './ec2-price-list.ts'

// The SDK answers objects of its own that stand for their JSON text.
const page = z.object({ PriceList: z.array(z.coerce.string()).default([]), NextToken: z.string().optional() })

const { positionals } = parseArgs({ allowPositionals: true })
const regions = positionals.length > 0 ? positionals : ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1']
const pricing = await loadService('pricing')
// The price list of all regions is served in a few of them only.
const client = pricing.client({ region: 'us-east-1' })

const entriesOf = async (region: string): Promise<readonly string[]> => {
  const Filters = Object.entries(attributesOf(region)).map(([Field, Value]) => ({
    Type: 'TERM_MATCH',
    Field,
    Value,
  }))
  const entries: string[] = []
  let NextToken: string | undefined
  do {
    const input = { ServiceCode: 'AmazonEC2', Filters, MaxResults: 100, ...(NextToken && { NextToken }) }
    const command = pricing.command('GetProducts', input)
    const answer = page.parse(await client.send(command, { abortSignal: AbortSignal.timeout(60_000) }))
    entries.push(...answer.PriceList)
    NextToken = answer.NextToken
  } while (NextToken)
  return entries
}

const usdPerHour: Record<string, RegionPrices> = {}
for (const region of regions) {
  const prices = regionPrices(region, await entriesOf(region))
  const families = Object.keys(prices).length
  // A table that has lost a region would make all of it unpriced without a word.
  if (families === 0) throw new Error(`the price list has no prices of ${region}`)
  usdPerHour[region] = prices
  process.stdout.write(`${region}: ${families} families\n`)
}
const file = join(import.meta.dirname, '../packages/tools/src/ec2/price-table.json')
await writeFile(file, priceTable(new Date().toISOString().slice(0, 10), usdPerHour))
