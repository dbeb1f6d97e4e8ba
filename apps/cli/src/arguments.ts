import { parseArgs } from 'node:util'

/** What the command line asks for; `fault` says what is wrong with it. */
export type Arguments =
  | { command: 'sandbox'; json: boolean; profile?: string }
  | { command: 'sandbox-services' }
  | { command: 'help' }
  | { command: 'fault'; fault: string }

export const usage = `Usage: npm start -- [--json] [--profile NAME], which is: aws-mcp sandbox [--json] [--profile NAME]

Commands
  sandbox            the gateway with two pretend companies on a pretend AWS, all on this machine
    --json           when ready, print one line of JSON instead of a text
    --profile NAME   serve your own AWS account, read-only, with this profile of your AWS configuration
  sandbox-services   in a container: fill the AWS stand-in and serve the development SSO

Options
  --help             this text

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
    const [command, ...rest] = positionals
    if (values.help) return { command: 'help' }
    if (rest.length > 0) return fault(`unexpected argument ${rest[0]}`)
    if (command === 'sandbox') {
      const { json = false, profile } = values
      if (profile?.trim() === '') return fault('--profile needs a name')
      return { command, json, ...(profile !== undefined && { profile }) }
    }
    if (command === 'sandbox-services') {
      const [option] = Object.keys(values)
      return option === undefined ? { command } : fault(`${command} knows no option --${option}`)
    }
    return fault(command === undefined ? 'no command' : `unknown command ${command}`)
  } catch (thrown) {
    // parseArgs explains each of its refusals in a sentence, and adds advice that is for programmers.
    const sentence = thrown instanceof Error ? thrown.message.split(/\.\s/)[0] : undefined
    return fault(sentence ?? String(thrown))
  }
}

const options = {
  json: { type: 'boolean' },
  profile: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const fault = (text: string): Arguments => ({ command: 'fault', fault: text })
