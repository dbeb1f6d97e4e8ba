import { readWords, type ValuesOf } from '../option-words.ts'
import { everyTenantOption } from '../tenant/tenant-commands.ts'
import { everyCommand } from '../tenant/tenant-usage.ts'

/** What `aws-mcp keys` is asked for. */
export interface KeysArguments {
  readonly command: 'list' | 'rotate'
  readonly values: ValuesOf<typeof everyTenantOption>
}

export type ReadKeysWords =
  | { readonly asked: KeysArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Help of `aws-mcp keys`. */
export const keysUsage = `Usage: aws-mcp keys COMMAND [options]

The keys that sign the tokens of a gateway's authorization server.

Commands
  list      the published keys: the one that signs, the next one, and old ones while their tokens live
  rotate    make the next key, which signs once every replica and every cache knows it; nobody is signed out

${everyCommand}
Ends with 0, 1 for a failure, 2 for a wrong command line.
`

/** Reads the words after `aws-mcp keys`. */
export const readKeysWords = ([first, ...words]: readonly string[]): ReadKeysWords => {
  if (first === undefined) return fault('keys needs a command')
  if (first === '--help' || first === '-h') return { command: 'help', usage: keysUsage }
  if (first.startsWith('-')) return fault('the options of keys come after its command')
  if (first !== 'list' && first !== 'rotate') return fault(`unknown command keys ${first}`)
  const read = readWords(words, everyTenantOption)
  if ('fault' in read) return fault(read.fault)
  if (read.values.help) return { command: 'help', usage: keysUsage }
  const [spare] = read.operands
  if (spare !== undefined) return fault(`unexpected argument ${spare}`)
  return { asked: { command: first, values: read.values } }
}

const fault = (text: string): ReadKeysWords => ({ command: 'fault', fault: text, usage: keysUsage })
