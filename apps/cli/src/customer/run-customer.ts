import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { applyTemplate } from './apply-template.ts'
import type { CustomerArguments } from './customer-arguments.ts'
import { CustomerFailure } from './customer-failure.ts'
import { ownerOf } from './owner.ts'

/** What playing the customer takes. */
export interface CustomerOptions {
  readonly asked: CustomerArguments
  /** Where a running sandbox writes `ready.json`. */
  readonly sandboxFolder: string
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

/** Plays the owner of an account of the stand-in, who applies the gateway's template; gives the exit code. */
export const runCustomer = async (options: CustomerOptions): Promise<number> => {
  const { asked, stdout, stderr } = options
  try {
    const endpoint = loopbackOnly(asked.endpoint ?? (await endpointOfSandbox(options.sandboxFolder)))
    const template = await readTemplate(asked.template)
    const { stack, made, roleArns } = await applyTemplate(ownerOf(endpoint, asked.account), asked, template)
    stdout(`Stack ${stack} of account ${asked.account} ${made ? 'created' : 'updated'}. Its roles:\n`)
    for (const arn of roleArns) stdout(`  ${arn}\n`)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof CustomerFailure)) throw thrown
    stderr(`aws-mcp: ${thrown.message}\n`)
    return 1
  }
}

const ready = z.looseObject({ aws: z.looseObject({ endpoint: z.string() }) })

const endpointOfSandbox = async (folder: string): Promise<string> => {
  const content = await readFile(join(folder, 'ready.json'), 'utf8').catch(() => '')
  try {
    return ready.parse(JSON.parse(content)).aws.endpoint
  } catch {
    throw new CustomerFailure('no sandbox with a pretend AWS runs here: npm start, or name it by --endpoint')
  }
}

/** Real AWS is never on loopback. */
const loopbackOnly = (endpoint: string): string => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))
    return url.origin
  throw new CustomerFailure(
    'the endpoint must be http on loopback: this command plays a customer and never touches real AWS',
  )
}

const readTemplate = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new CustomerFailure(`the template ${file} cannot be read`)
  }
}
