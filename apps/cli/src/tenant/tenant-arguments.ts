import { tenantSchema } from '@gateway/domain'
import { type Options, readWords, type ValuesOf } from '../option-words.ts'
import {
  everyTenantOption,
  type TenantCommandName,
  type TenantCommands,
  tenantCommands,
} from './tenant-commands.ts'
import { tenantUsage, usageOf } from './tenant-usage.ts'

type Every = ValuesOf<typeof everyTenantOption>

/** Values of the options of one command, its own and those that every command has. */
export type TenantValues<Name extends TenantCommandName> = ValuesOf<TenantCommands[Name]['options']> & Every

/** What `aws-mcp tenant` is asked for. `account` is the alias, and empty for commands that have none. */
export type TenantArguments = {
  [Name in TenantCommandName]: {
    readonly command: Name
    readonly tenant: string
    readonly account: string
    readonly values: TenantValues<Name>
  }
}[TenantCommandName]

export type ReadTenantWords =
  | { readonly asked: TenantArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Reads the words after `aws-mcp tenant`. */
export const readTenantWords = ([first, ...words]: readonly string[]): ReadTenantWords => {
  if (first === undefined) return fault('tenant needs a command', tenantUsage)
  if (first === '--help' || first === '-h') return { command: 'help', usage: tenantUsage }
  if (first.startsWith('-')) return fault('the options of tenant come after its command', tenantUsage)
  if (!isCommand(first)) return fault(`unknown command tenant ${first}`, tenantUsage)
  const { operands } = tenantCommands[first]
  const usage = usageOf(first)
  const options: Options = { ...tenantCommands[first].options, ...everyTenantOption }
  const read = readWords(words, options)
  if ('fault' in read) return fault(read.fault, usage)
  if (read.values.help) return { command: 'help', usage }
  const missing = operands[read.operands.length]
  if (missing !== undefined) return fault(`${first} needs ${nouns[missing]}`, usage)
  const spare = read.operands[operands.length]
  if (spare !== undefined) return fault(`unexpected argument ${spare}`, usage)
  const wrong = operands.find((_, i) => !alias.safeParse(read.operands[i]).success)
  if (wrong !== undefined) return fault(`${nouns[wrong]} is 1-32 of a-z, 0-9 and -`, usage)
  const both = read.given.find((name) => read.given.includes(`no-${name}`))
  if (both !== undefined) return fault(`--${both} and --no-${both} exclude each other`, usage)
  const [tenant = '', account = ''] = read.operands
  return { asked: { command: first, tenant, account, values: read.values } as unknown as TenantArguments }
}

const nouns = { tenant: 'the id of a tenant', account: 'the alias of an account' } as const

/** One shape for ids and aliases; nothing else gets into the path of a request. */
const alias = tenantSchema.shape.id

const isCommand = (text: string): text is TenantCommandName => Object.hasOwn(tenantCommands, text)

const fault = (text: string, usage: string): ReadTenantWords => ({ command: 'fault', fault: text, usage })
