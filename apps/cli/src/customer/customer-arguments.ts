import { parseArgs } from 'node:util'

/** What `aws-mcp sandbox-customer` is to do, or what is wrong with its words. */
export type CustomerWords = CustomerArguments | { readonly fault: string }

export interface CustomerArguments {
  readonly template: string
  readonly account: string
  /** Absent means one that is named after the roles. */
  readonly stack?: string
  /** Absent means the one of the running sandbox. */
  readonly endpoint?: string
}

/** Reads the words after `sandbox-customer`. */
export const readCustomerWords = (words: readonly string[]): CustomerWords => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const [command, template, ...rest] = positionals
    const { account, stack, endpoint } = values
    if (command !== 'apply') return { fault: 'sandbox-customer knows one command: apply FILE --account ID' }
    if (!template) return { fault: 'sandbox-customer apply needs the file of a template' }
    if (rest.length > 0) return { fault: `unexpected argument ${rest[0]}` }
    if (!account || !/^\d{12}$/.test(account))
      return { fault: 'sandbox-customer apply needs --account with a 12-digit AWS account id' }
    if (stack !== undefined && !/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stack))
      return { fault: '--stack is a letter and at most 127 letters, digits and hyphens more' }
    const named = { ...(stack !== undefined && { stack }), ...(endpoint !== undefined && { endpoint }) }
    return { template, account, ...named }
  } catch (thrown) {
    const sentence = thrown instanceof Error ? thrown.message.split(/\.\s/)[0] : undefined
    return { fault: sentence ?? String(thrown) }
  }
}

const options = {
  account: { type: 'string' },
  stack: { type: 'string' },
  endpoint: { type: 'string' },
} as const
