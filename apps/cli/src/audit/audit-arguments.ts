import { type Options, readWords, type ValuesOf } from '../option-words.ts'
import { auditUsage } from './audit-usage.ts'
import { type RecordFilter, readFilter } from './record-filter.ts'
import { type TimeRange, timeIn } from './time-range.ts'

const general = { json: {}, help: { short: 'h' } } as const satisfies Options

const times = { from: { noun: 'a time' }, to: { noun: 'a time' } } as const satisfies Options

const filters = {
  tenant: { noun: 'the id of a tenant' },
  user: { noun: 'an id or a subject' },
  tool: { noun: 'a name' },
  outcome: { noun: 'an outcome' },
  reason: { noun: 'a reason code' },
  event: { noun: 'an event' },
  account: { noun: 'an account id' },
  region: { noun: 'a region' },
  'request-id': { noun: 'an id' },
  'call-id': { noun: 'an id' },
  ...times,
} as const satisfies Options

const options = {
  verify: {
    'public-key': { noun: 'a file', many: true },
    'hmac-key': { noun: 'a file', many: true },
    closed: {},
    partial: {},
    ...general,
  },
  export: {
    tenant: { noun: 'the id of a tenant' },
    ...times,
    out: { noun: 'a file' },
    format: { noun: 'jsonl or csv' },
    cloudtrail: { noun: 'a file', many: true },
    ...general,
  },
  tail: { ...filters, follow: { short: 'f' }, lines: { noun: 'a number' }, ...general },
  query: { ...filters, limit: { noun: 'a number' }, ...general },
} as const satisfies Readonly<Record<string, Options>>

type Command = keyof typeof options

interface Common {
  /** As the person wrote them; none means where they are by themselves. */
  readonly files: readonly string[]
  readonly json: boolean
}

/** What `aws-mcp audit` is asked for. */
export type AuditArguments =
  | (Common & {
      readonly command: 'verify'
      readonly publicKeys: readonly string[]
      readonly hmacKeys: readonly string[]
      readonly closed: boolean
      readonly partial: boolean
    })
  | (Common & {
      readonly command: 'export'
      readonly tenantId: string
      readonly range: TimeRange
      readonly out?: string
      readonly format: 'jsonl' | 'csv'
      /** Set where the log is compared with them. */
      readonly cloudTrail?: readonly string[]
    })
  | (Common & {
      readonly command: 'tail'
      readonly filter: RecordFilter
      readonly follow: boolean
      readonly lines: number
    })
  | (Common & { readonly command: 'query'; readonly filter: RecordFilter; readonly limit: number })

export type ReadAuditWords =
  | { readonly asked: AuditArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Reads the words after `aws-mcp audit`; `now` is what a while ago is counted from, in milliseconds since 1970. */
export const readAuditWords = ([first, ...words]: readonly string[], now: number): ReadAuditWords => {
  if (first === undefined) return fault('audit needs a command')
  if (first === '--help' || first === '-h') return { command: 'help', usage: auditUsage }
  if (first.startsWith('-')) return fault('the options of audit come after its command')
  if (!isCommand(first)) return fault(`unknown command audit ${first}`)
  const read = readWords(words, options[first] as Options)
  if ('fault' in read) return fault(read.fault)
  const values = read.values as Given
  if (values.help) return { command: 'help', usage: auditUsage }
  const asked = askedOf(first, values, { files: read.operands, json: values.json ?? false }, now)
  return typeof asked === 'string' ? fault(asked) : { asked }
}

type Given = Partial<
  ValuesOf<(typeof options)['verify']> &
    ValuesOf<(typeof options)['export']> &
    ValuesOf<(typeof options)['tail']> &
    ValuesOf<(typeof options)['query']>
>

const isCommand = (text: string): text is Command => Object.hasOwn(options, text)

const fault = (text: string): ReadAuditWords => ({ command: 'fault', fault: text, usage: auditUsage })

/** What is asked for, or what is wrong with it. */
const askedOf = (command: Command, values: Given, common: Common, now: number): AuditArguments | string => {
  const range = rangeOf(values, now)
  if (typeof range === 'string') return range
  switch (command) {
    case 'verify':
      return {
        command,
        ...common,
        publicKeys: values['public-key'] ?? [],
        hmacKeys: values['hmac-key'] ?? [],
        closed: values.closed ?? false,
        partial: values.partial ?? false,
      }
    case 'export':
      return exportOf(values, common, range)
    case 'tail':
    case 'query': {
      const filter = readFilter(values, range)
      if (typeof filter === 'string') return filter
      const name = command === 'tail' ? 'lines' : 'limit'
      const count = countIn(values[name], command === 'tail' ? 10 : 1_000)
      if (count === undefined) return `--${name} must be a number from 0 to 1000000`
      return command === 'tail'
        ? { command, ...common, filter, follow: values.follow ?? false, lines: count }
        : { command, ...common, filter, limit: count }
    }
  }
}

const exportOf = (values: Given, common: Common, range: TimeRange): AuditArguments | string => {
  const { tenant, out, format = 'jsonl', cloudtrail } = values
  if (tenant === undefined) return 'export needs --tenant, the id of a tenant'
  if (format !== 'jsonl' && format !== 'csv') return '--format must be jsonl or csv'
  if (cloudtrail && (out !== undefined || values.format !== undefined)) {
    return '--cloudtrail prints what it found: it has no --out and --format'
  }
  if (common.json && !cloudtrail) return '--json is only used with --cloudtrail: an export is JSON already'
  return {
    command: 'export',
    ...common,
    tenantId: tenant,
    range,
    format,
    ...(out !== undefined && { out }),
    ...(cloudtrail && { cloudTrail: cloudtrail }),
  }
}

const rangeOf = (values: Given, now: number): TimeRange | string => {
  const range: { from?: number; to?: number } = {}
  for (const name of ['from', 'to'] as const) {
    const text = values[name]
    if (text === undefined) continue
    const time = timeIn(text, now)
    if (time === undefined) return `--${name} must be a time such as 2026-11-27T08:00Z or 1h`
    range[name] = time
  }
  const { from, to } = range
  return from !== undefined && to !== undefined && from > to ? '--from is later than --to' : range
}

const countIn = (text: string | undefined, unless: number): number | undefined => {
  if (text === undefined) return unless
  const count = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  return count <= 1_000_000 ? count : undefined
}
