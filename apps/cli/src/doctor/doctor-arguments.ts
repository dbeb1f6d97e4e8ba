import { type Options, readWords, type ValuesOf } from '../option-words.ts'
import { doctorUsage } from './doctor-usage.ts'
import { type HostName, hostNames } from './hosts.ts'

const options = {
  host: { noun: 'a host', many: true },
  'token-file': { noun: 'a file' },
  online: {},
  json: {},
  help: { short: 'h' },
} as const satisfies Options

/** What `aws-mcp doctor` is asked for. */
export interface DoctorArguments extends Omit<ValuesOf<typeof options>, 'host' | 'help'> {
  /** As it was typed: hosts compare it to the letter. */
  readonly url: string
  readonly hosts: readonly HostName[]
}

export type ReadDoctorWords =
  | { readonly asked: DoctorArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Reads the words after `aws-mcp doctor`. */
export const readDoctorWords = (words: readonly string[]): ReadDoctorWords => {
  const read = readWords(words, options)
  if ('fault' in read) return fault(read.fault)
  const { host, help, ...values } = read.values
  if (help) return { command: 'help', usage: doctorUsage }
  const [url, ...rest] = read.operands
  if (url === undefined) return fault('doctor needs the MCP URL, such as https://mcp.example.com/mcp')
  if (rest.length > 0) return fault(`unexpected argument ${rest[0]}`)
  const wrong = faultOf(url)
  if (wrong !== undefined) return fault(wrong)
  const foreign = host?.find((each) => !isHost(each))
  if (foreign !== undefined) return fault(`there is no host ${foreign}, only ${hostNames.join(', ')}`)
  return { asked: { ...values, url, hosts: host?.filter(isHost) ?? hostNames } }
}

const faultOf = (text: string): string | undefined => {
  // Node 20 has no URL.parse.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    return 'the MCP URL is an https URL, such as https://mcp.example.com/mcp'
  return url.username || url.password || url.search || text.includes('#')
    ? 'the MCP URL has no user, password, query or fragment'
    : undefined
}

const isHost = (text: string): text is HostName => hostNames.some((each) => each === text)

const fault = (text: string): ReadDoctorWords => ({ command: 'fault', fault: text, usage: doctorUsage })
