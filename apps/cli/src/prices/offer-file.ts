import { getManyValues, isMany, none } from 'stream-chain/defs.js'
import Assembler from 'stream-json/core/assembler.js'
import { jsonParser, type Token } from 'stream-json/core/parser.js'
import { TenantFailure } from '../tenant/tenant-failure.ts'

/** What is found in an offer file: a field of its head, a product, or the on-demand terms of one. */
export interface OfferEntry {
  readonly kind: 'head' | 'product' | 'terms'
  /** Name of the field, or SKU. */
  readonly name: string
  readonly value: unknown
}

/** Far above a product or its terms; a file that has nothing else for so long is none of prices. */
const longestEntry = 2_000_000

/**
 * Reads an offer file of AWS's price list (AWS Billing User Guide, "Reading the service price list files"), which may have
 * gigabytes, and gives its entries one by one; reservations and all else are passed over. Throws `TenantFailure` for what
 * is not JSON or ends too early; `name` is what the file is called.
 */
export const readOfferFile = async (
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  found: (entry: OfferEntry) => void,
): Promise<void> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parse = jsonParser({ packValues: true, streamValues: false })
  const walk = entryWalk(found)
  const read = (text: string) => {
    const parsed = asJson(name, () => parse(text))
    if (!isMany(parsed)) return
    for (const token of getManyValues(parsed) as readonly Token[]) walk.consume(token)
  }
  let unfinished = 0
  for await (const chunk of chunks) {
    const before = walk.passed()
    read(asJson(name, () => decoder.decode(chunk, { stream: true })))
    unfinished = walk.passed() === before ? unfinished + chunk.byteLength : 0
    if (unfinished > longestEntry) throw notOffer(name, 'one entry of it is far too long')
  }
  read(asJson(name, () => decoder.decode()))
  // The parser takes this for the end of the text, which its types do not say.
  read(none as never)
}

/** A file that is none of AWS's price list; `why` completes the sentence. */
export const notOffer = (name: string, why: string, cause?: unknown): TenantFailure =>
  new TenantFailure(`${name} is no offer file of AWS's price list: ${why}.`, { cause })

const asJson = <Value>(name: string, work: () => Value): Value => {
  try {
    return work()
  } catch (cause) {
    throw notOffer(name, 'it is not JSON, or ends too early', cause)
  }
}

/** Follows the tokens and puts together what is asked for, one entry at a time. */
const entryWalk = (found: (entry: OfferEntry) => void) => {
  const keys: (string | undefined)[] = []
  let key: string | undefined
  let passed = 0
  let entry: { readonly kind: OfferEntry['kind']; readonly name: string; readonly of: Assembler } | undefined
  const finish = () => {
    if (!entry?.of.done) return
    passed++
    found({ kind: entry.kind, name: entry.name, value: entry.of.current })
    entry = undefined
  }
  return {
    /** Grows with all that was read to its end. */
    passed: () => passed,
    consume(token: Token) {
      if (entry) {
        entry.of.consume(token)
        finish()
        return
      }
      passed++
      if (token.name === 'keyValue') {
        key = token.value
        return
      }
      const starts = token.name === 'startObject' || token.name === 'startArray'
      if (token.name === 'endObject' || token.name === 'endArray') {
        keys.pop()
        return
      }
      const kind = kindAt(keys, key, starts)
      if (kind !== undefined && key !== undefined) {
        entry = { kind, name: key, of: new Assembler() }
        entry.of.consume(token)
        finish()
      } else if (starts) keys.push(keys.length === 0 ? '' : key)
    },
  }
}

const kindAt = (
  [root, first, second, third]: readonly (string | undefined)[],
  key: string | undefined,
  starts: boolean,
): OfferEntry['kind'] | undefined => {
  if (root === undefined || third !== undefined) return undefined
  if (first === undefined) return !starts && heads.has(key ?? '') ? 'head' : undefined
  if (second === undefined) return first === 'products' ? 'product' : undefined
  return first === 'terms' && second === 'OnDemand' ? 'terms' : undefined
}

const heads: ReadonlySet<string> = new Set(['formatVersion', 'offerCode', 'publicationDate'])
