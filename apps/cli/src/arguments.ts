import { parseArgs } from 'node:util'

/** What the command line asks for; `fault` says what is wrong with it. */
export type Arguments =
  | ({ command: 'stdio' } & StdioArguments)
  | { command: 'sandbox'; json: boolean; profile?: string }
  | { command: 'sandbox-services' }
  | { command: 'help' }
  | { command: 'version' }
  | { command: 'fault'; fault: string }

/** Options of `stdio`; files as the person wrote them. */
export interface StdioArguments {
  readonly config?: string
  readonly profile?: string
  readonly region?: string
  readonly audit?: string
}

export const usage = `Usage: aws-mcp [stdio] [options]     or, from a clone: npm start -- [options of sandbox]

Commands
  stdio              serve MCP on standard input and output with your own AWS profile (this is the default)
    --profile NAME   profile of your AWS configuration (else AWS_PROFILE, else the file, else "default")
    --region REGION  region (else AWS_REGION, else the file, else the profile's own, else us-east-1)
    --config FILE    configuration (else ./aws-config.json, if there is one)
    --audit FILE     append one JSON line for each call to this file
  sandbox            only in a clone: the gateway with two pretend companies on a pretend AWS
    --json           when ready, print one line of JSON instead of a text
    --profile NAME   serve your own AWS account, read-only, with this profile of your AWS configuration
  sandbox-services   in a container: fill the AWS stand-in and serve the development SSO

Options
  --help             this text
  --version          the version

Environment of stdio, which goes before the file: AWS_PROFILE, AWS_REGION, AWS_ROLE_ARN, AWS_ALLOWED_SERVICES and
AWS_ALLOWED_REGIONS (comma-separated), AWS_MAX_CONCURRENCY, AWS_REQUEST_TIMEOUT (milliseconds), AWS_RETRY_COUNT

Environment of sandbox
  PORT               port of the gateway on 127.0.0.1 (default 3000)
  REDIS_URL          keep sessions and limits in this Redis instead of in memory
  SANDBOX_DIR        where it writes tokens, logs and audit events (default .sandbox); two at once need two
  CACHE_DIR          where the AWS stand-in is installed once (default .cache)
`

/** Reads the words after the program's name. */
export const parseArguments = (words: readonly string[]): Arguments => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const [command = 'stdio', ...rest] = positionals
    if (values.help) return { command: 'help' }
    if (values.version) return { command: 'version' }
    if (rest.length > 0) return fault(`unexpected argument ${rest[0]}`)
    if (!isCommand(command)) return fault(`unknown command ${command}`)
    const foreign = Object.keys(values).find((name) => !optionsOf[command].includes(name))
    if (foreign !== undefined) return fault(`${command} knows no option --${foreign}`)
    for (const [name, noun] of Object.entries(nouns)) {
      const value = values[name as keyof typeof nouns]
      if (value?.trim() === '') return fault(`--${name} needs ${noun}`)
    }
    const { json = false, ...named } = values
    return command === 'sandbox' ? { command, ...named, json } : { command, ...named }
  } catch (thrown) {
    // parseArgs explains each of its refusals in a sentence, and adds advice that is for programmers.
    const sentence = thrown instanceof Error ? thrown.message.split(/\.\s/)[0] : undefined
    return fault(sentence ?? String(thrown))
  }
}

const options = {
  config: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  audit: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

const optionsOf: Readonly<Record<'stdio' | 'sandbox' | 'sandbox-services', readonly string[]>> = {
  stdio: ['config', 'profile', 'region', 'audit'],
  sandbox: ['json', 'profile'],
  'sandbox-services': [],
}

const nouns = { config: 'a file', profile: 'a name', region: 'a region', audit: 'a file' } as const

const isCommand = (text: string): text is keyof typeof optionsOf => Object.hasOwn(optionsOf, text)

const fault = (text: string): Arguments => ({ command: 'fault', fault: text })
