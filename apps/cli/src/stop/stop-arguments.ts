import { type StopTarget, tenantSchema } from '@gateway/domain'
import { type Options, readWords, type ValuesOf } from '../option-words.ts'
import { everyTenantOption } from '../tenant/tenant-commands.ts'
import { stopUsage } from './stop-usage.ts'

/** What is stopped, as the command line names it: a person by id, or by issuer and subject. */
export type NamedTarget =
  | Exclude<StopTarget, { kind: 'principal' }>
  | ({ readonly kind: 'principal'; readonly tenantId: string } & (
      | { readonly principalId: string }
      | { readonly issuer: string; readonly subject: string }
    ))

type Values = ValuesOf<typeof everyTenantOption>

/** What `aws-mcp stop` and `aws-mcp resume` are asked for. */
export type StopArguments =
  | { readonly command: 'list'; readonly values: Values }
  | {
      readonly command: 'stop'
      readonly target: NamedTarget
      readonly reason: string
      readonly values: Values
    }
  | { readonly command: 'resume'; readonly target: NamedTarget; readonly values: Values }

export type ReadStopWords =
  | { readonly asked: StopArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

const targetOptions = {
  tenant: { noun: 'the id of a tenant' },
  issuer: { noun: 'the issuer of a person' },
  subject: { noun: 'the subject of a person' },
} as const satisfies Options

/** Options of `aws-mcp stop`, beside those of every command for operators; `resume` has all but `reason`. */
export const stopOptions = { ...targetOptions, reason: { noun: 'some words' } } as const satisfies Options

/** Reads the words after `aws-mcp stop` or `aws-mcp resume`. */
export const readStopWords = (
  command: 'stop' | 'resume',
  [first, ...words]: readonly string[],
): ReadStopWords => {
  if (first === undefined) return fault(`${command} needs what to ${command}`)
  if (first === '--help' || first === '-h') return { command: 'help', usage: stopUsage }
  if (first.startsWith('-')) return fault(`the options of ${command} come after what it is about`)
  if (command === 'resume' && first === 'list')
    return fault('resume lists nothing: aws-mcp stop list shows what is stopped')
  const listing = command === 'stop' && first === 'list'
  const own: Options = listing ? {} : command === 'stop' ? stopOptions : targetOptions
  const read = readWords(words, { ...own, ...everyTenantOption })
  if ('fault' in read) return fault(read.fault)
  const values = read.values as Values & Given
  if (values.help) return { command: 'help', usage: stopUsage }
  if (listing) {
    const [spare] = read.operands
    return spare === undefined
      ? { asked: { command: 'list', values } }
      : fault(`unexpected argument ${spare}`)
  }
  const target = targetOf(first, read.operands, values)
  if (typeof target === 'string') return fault(`${command} ${target}`)
  if (command === 'resume') return { asked: { command, target, values } }
  const { reason } = values
  if (reason === undefined) return fault('stop needs --reason, which whoever is stopped is shown')
  return { asked: { command, target, reason, values } }
}

interface Given {
  readonly tenant?: string
  readonly issuer?: string
  readonly subject?: string
  readonly reason?: string
}

/** What is named, or what is wrong with it. */
const targetOf = (
  kind: string,
  operands: readonly string[],
  { tenant, issuer, subject }: Given,
): NamedTarget | string => {
  const byName = kind === 'principal' && (issuer !== undefined || subject !== undefined)
  const [name, spare] = kind === 'writes' || byName ? [undefined, operands[0]] : operands
  if (!Object.hasOwn(nouns, kind)) return `knows no ${kind}: it is writes, tool, tenant or principal`
  if (spare !== undefined) return `${kind} has an unexpected argument ${spare}`
  if (name === undefined && kind !== 'writes' && !byName) return `${kind} needs ${nouns[kind as Kind]}`
  if (kind !== 'principal' && (issuer ?? subject) !== undefined) {
    return `${kind} has no --issuer and --subject: they are of a principal`
  }
  if (kind === 'tenant' && tenant !== undefined) return 'tenant has no --tenant: name it behind it'
  const tenantId = kind === 'tenant' ? name : tenant
  if (tenantId !== undefined && !tenantSchema.shape.id.safeParse(tenantId).success) {
    return `${kind} needs the id of a tenant, which is 1-32 of a-z, 0-9 and -`
  }
  const ofTenant = tenantId === undefined ? {} : { tenantId }
  if (kind === 'writes') return { kind, ...ofTenant }
  if (kind === 'tool') return { kind, tool: name ?? '', ...ofTenant }
  if (tenantId === undefined) return 'principal needs --tenant: the same person may be of several'
  if (kind === 'tenant') return { kind, tenantId }
  if (!byName) return { kind: 'principal', tenantId, principalId: name ?? '' }
  if (issuer === undefined || subject === undefined) {
    return 'principal needs --issuer and --subject together, or the id alone'
  }
  return { kind: 'principal', tenantId, issuer, subject }
}

type Kind = StopTarget['kind']

const nouns: Readonly<Record<Kind, string>> = {
  writes: 'nothing',
  tool: 'the name of a tool',
  tenant: 'the id of a tenant',
  principal: 'an id (user.id in audit events), or --issuer and --subject',
}

const fault = (text: string): ReadStopWords => ({ command: 'fault', fault: text, usage: stopUsage })
