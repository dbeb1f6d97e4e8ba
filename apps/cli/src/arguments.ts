import { type AuditArguments, readAuditWords } from './audit/audit-arguments.ts'
import { type CustomerArguments, readCustomerWords } from './customer/customer-arguments.ts'
import { type DoctorArguments, readDoctorWords } from './doctor/doctor-arguments.ts'
import { type KeysArguments, readKeysWords } from './keys/keys-arguments.ts'
import { type Options, readWords, type ValuesOf } from './option-words.ts'
import { type PolicyArguments, readPolicyWords } from './policy/policy-arguments.ts'
import { type PricesArguments, readPricesWords } from './prices/prices-arguments.ts'
import { readStopWords, type StopArguments } from './stop/stop-arguments.ts'
import { readTenantWords, type TenantArguments } from './tenant/tenant-arguments.ts'
import { usage } from './usage.ts'

/** Options of each command but `tenant`, `keys`, `stop`, `resume`, `prices`, `policy`, `audit` and `doctor`, which have their own; files as the person wrote them. */
const commands = {
  stdio: {
    config: { noun: 'a file' },
    profile: { noun: 'a name' },
    region: { noun: 'a region' },
    audit: { noun: 'a file' },
  },
  sandbox: { json: {}, profile: { noun: 'a name' } },
  'sandbox-services': {},
} as const satisfies Readonly<Record<string, Options>>

type Commands = typeof commands
type Command = keyof Commands
type Asked = { [Name in Command]: { readonly command: Name } & ValuesOf<Commands[Name]> }[Command]

export type StdioArguments = ValuesOf<Commands['stdio']>

/** What the command line asks for; `fault` says what is wrong with it, and `usage` what would be right. */
export type Arguments =
  | Asked
  | { command: 'tenant'; asked: TenantArguments }
  | { command: 'keys'; asked: KeysArguments }
  | { command: 'prices'; asked: PricesArguments }
  | { command: 'stop'; asked: StopArguments }
  | { command: 'policy'; asked: PolicyArguments }
  | { command: 'audit'; asked: AuditArguments }
  | { command: 'doctor'; asked: DoctorArguments }
  | { command: 'sandbox-customer'; asked: CustomerArguments }
  | { command: 'help'; usage: string }
  | { command: 'version' }
  | { command: 'fault'; fault: string; usage: string }

/** Reads the words after the program's name. */
export const parseArguments = (words: readonly string[]): Arguments => {
  if (words[0] === 'tenant') return tenantOf(words.slice(1))
  if (words[0] === 'keys') return keysOf(words.slice(1))
  if (words[0] === 'prices') return pricesOf(words.slice(1))
  if (words[0] === 'stop' || words[0] === 'resume') return stopOf(words[0], words.slice(1))
  if (words[0] === 'policy') return policyOf(words.slice(1))
  if (words[0] === 'audit') return auditOf(words.slice(1))
  if (words[0] === 'doctor') return doctorOf(words.slice(1))
  if (words[0] === 'sandbox-customer') return customerOf(words.slice(1))
  const every: Options = Object.assign({}, ...Object.values(commands), general)
  const read = readWords(words, every)
  if ('fault' in read) return fault(read.fault)
  const [command = 'stdio', ...rest] = read.operands
  const { help, version, ...values } = read.values
  if (help) return { command: 'help', usage }
  if (version) return { command: 'version' }
  const before = beforeOptions.get(command)
  if (before !== undefined) return fault(`the options of ${command} come after ${before}`)
  if (rest.length > 0) return fault(`unexpected argument ${rest[0]}`)
  if (!isCommand(command)) return fault(`unknown command ${command}`)
  const known = Object.keys(commands[command])
  const foreign = read.given.find((name) => !known.includes(name))
  if (foreign !== undefined) return fault(`${command} knows no option --${foreign}`)
  const own = Object.entries(values).filter(([name]) => known.includes(name))
  return { command, ...Object.fromEntries(own) } as Asked
}

/** What the options of commands that have a help of their own come after. */
const beforeOptions: ReadonlyMap<string, string> = new Map([
  ['tenant', 'its command'],
  ['keys', 'its command'],
  ['prices', 'its command'],
  ['policy', 'its command'],
  ['audit', 'its command'],
  ['stop', 'what it is about'],
  ['resume', 'what it is about'],
  ['doctor', 'its name'],
])

const general = { help: { short: 'h' }, version: {} } as const satisfies Options

const isCommand = (text: string): text is Command => Object.hasOwn(commands, text)

const fault = (text: string): Arguments => ({ command: 'fault', fault: text, usage })

const tenantOf = (words: readonly string[]): Arguments => {
  const read = readTenantWords(words)
  return 'asked' in read ? { command: 'tenant', asked: read.asked } : read
}

const keysOf = (words: readonly string[]): Arguments => {
  const read = readKeysWords(words)
  return 'asked' in read ? { command: 'keys', asked: read.asked } : read
}

const pricesOf = (words: readonly string[]): Arguments => {
  const read = readPricesWords(words)
  return 'asked' in read ? { command: 'prices', asked: read.asked } : read
}

const stopOf = (command: 'stop' | 'resume', words: readonly string[]): Arguments => {
  const read = readStopWords(command, words)
  return 'asked' in read ? { command: 'stop', asked: read.asked } : read
}

const policyOf = (words: readonly string[]): Arguments => {
  const read = readPolicyWords(words)
  return 'asked' in read ? { command: 'policy', asked: read.asked } : read
}

const auditOf = (words: readonly string[]): Arguments => {
  const read = readAuditWords(words, Date.now())
  return 'asked' in read ? { command: 'audit', asked: read.asked } : read
}

const doctorOf = (words: readonly string[]): Arguments => {
  const read = readDoctorWords(words)
  return 'asked' in read ? { command: 'doctor', asked: read.asked } : read
}

const customerOf = (words: readonly string[]): Arguments => {
  if (words.includes('--help') || words.includes('-h')) return { command: 'help', usage }
  const asked = readCustomerWords(words)
  return 'fault' in asked ? fault(asked.fault) : { command: 'sandbox-customer', asked }
}
