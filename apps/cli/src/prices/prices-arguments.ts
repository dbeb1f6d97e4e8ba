import { type Options, readWords, type ValuesOf } from '../option-words.ts'
import { isOffer, type Offer, offers } from './offer-products.ts'

const options = {
  file: { noun: 'a file', many: true },
  url: { noun: 'a URL' },
  api: {},
  profile: { noun: 'a name' },
  region: { noun: 'a region', many: true },
  offer: { noun: 'an offer', many: true },
  out: { noun: 'a file' },
  force: {},
  json: {},
  help: { short: 'h' },
} as const satisfies Options

/** Where AWS serves its price list to everybody. */
export const publicPriceList = 'https://pricing.us-east-1.amazonaws.com'

/** What `aws-mcp prices refresh` is asked for. */
export interface PricesArguments {
  readonly from:
    | { readonly kind: 'files'; readonly files: readonly string[] }
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'api'; readonly profile?: string }
  /** Absent where nothing narrows them. */
  readonly regions?: readonly string[]
  readonly offers: readonly Offer[]
  readonly out?: string
  readonly force: boolean
  readonly json: boolean
}

export type ReadPricesWords =
  | { readonly asked: PricesArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Help of `aws-mcp prices`. */
export const pricesUsage = `Usage: aws-mcp prices refresh [options]

Writes a table of list prices (on demand, Linux) from AWS's price list, and says what has changed: what estimates and
budgets of the gateway and of stdio go by once PRICE_TABLE_FILE names the file. What was read replaces what the table
had of the same offer and region; the rest is kept, and a price that is not known is never taken for free.

  --file FILE         an offer file that was fetched before, as AWS serves it (index.json; several: again)
  --url URL           fetch the offer files from here (default ${publicPriceList}; https)
  --api               ask the Pricing API (pricing:GetProducts) with your own AWS credentials
    --profile NAME    profile of your AWS configuration for --api (else what the AWS SDK finds by itself)
  --region REGION     only these (several: with commas, or again; else all of a file, or those of the table)
  --offer OFFER       only these of ${Object.keys(offers).slice(0, 4).join(', ')},
                      ${Object.keys(offers).slice(4).join(', ')} (not with --file)
  --out FILE          the table, which is also what the new prices are compared with (else PRICE_TABLE_FILE, else
                      ./aws-prices.json; where there is none yet, with the table of this program)
  --force             write it though it is hard to believe: most of a region gone, ten times the price, older
  --json              print the changes as JSON

Nothing is written unless all was read and can be believed. A file of AmazonEC2 has hundreds of megabytes; it is read
as a stream. Behind a proxy start it with NODE_USE_ENV_PROXY=1 and HTTPS_PROXY (Node 24), or fetch the files yourself.
Files were made after AWS's documentation; it was not verified against AWS's own.

Ends with 0, 1 where nothing was written, 2 for a wrong command line.
`

/** Reads the words after `aws-mcp prices`. */
export const readPricesWords = ([first, ...words]: readonly string[]): ReadPricesWords => {
  if (first === undefined) return fault('prices needs a command')
  if (first === '--help' || first === '-h') return { command: 'help', usage: pricesUsage }
  if (first.startsWith('-')) return fault('the options of prices come after its command')
  if (first !== 'refresh') return fault(`unknown command prices ${first}`)
  const read = readWords(words, options)
  if ('fault' in read) return fault(read.fault)
  const { values, operands } = read
  if (values.help) return { command: 'help', usage: pricesUsage }
  const [spare] = operands
  if (spare !== undefined) return fault(`unexpected argument ${spare}`)
  return askedOf(values)
}

const askedOf = (values: ValuesOf<typeof options>): ReadPricesWords => {
  const { file, url, api, profile, region, offer, out, force, json } = values
  if ([file, url, api || undefined].filter((each) => each !== undefined).length > 1)
    return fault('--file, --url and --api are each a source of its own: give one of them')
  if (profile !== undefined && !api) return fault('--profile is only used with --api')
  if (offer && file) return fault('--offer is not for files, which say by themselves what they are')
  const foreign = offer?.find((each) => !isOffer(each))
  if (foreign !== undefined)
    return fault(`there is no offer ${foreign}, only ${Object.keys(offers).join(', ')}`)
  const wrong = region?.find((each) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(each))
  if (wrong !== undefined) return fault(`${wrong} is no region such as eu-west-1`)
  const base = url ?? publicPriceList
  if (!isBase(base)) return fault('--url must be https, without user, query or fragment')
  return {
    asked: {
      from: file
        ? { kind: 'files', files: file }
        : api
          ? { kind: 'api', ...(profile !== undefined && { profile }) }
          : { kind: 'url', url: base.replace(/\/+$/, '') },
      ...(region && { regions: [...new Set(region)] }),
      offers: offer ? [...new Set(offer.filter(isOffer))] : Object.keys(offers).filter(isOffer),
      ...(out !== undefined && { out }),
      force,
      json,
    },
  }
}

/** Prices that anybody on the way could have written would be spent by; a server of this machine is for tests. */
const isBase = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || url.username || url.password || url.search || text.includes('#')) return false
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  )
}

const fault = (text: string): ReadPricesWords => ({ command: 'fault', fault: text, usage: pricesUsage })
