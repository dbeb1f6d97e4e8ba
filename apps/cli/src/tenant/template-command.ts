import { resolve } from 'node:path'
import { writeWholeFile } from '../write-whole-file.ts'
import { accountPath } from './account-commands.ts'
import type { RunCommand } from './command-context.ts'
import { TenantFailure, wrongUse } from './tenant-failure.ts'

/** Writes the template of an account to a file, or prints it. */
export const templateCommand: RunCommand<'template'> = async ({ tenant, account, values }, context) => {
  const { format = 'cloudformation', out, json } = values
  if (!isFormat(format)) throw wrongUse('--format is cloudformation or terraform.')
  const path = `${accountPath(tenant, account)}/template`
  const text = await context.admin({ method: 'GET', path, query: { format } })
  if (!isTemplate[format](text)) {
    throw new TenantFailure('The answer is no template. Is the URL that of a gateway?')
  }
  if (out === undefined) {
    if (json) context.print({ format, template: text }, [])
    else context.printRaw(text.endsWith('\n') ? text : `${text}\n`)
    return 0
  }
  const file = resolve(context.files.folder, out)
  // It has the external id, which is nobody's business but that of both sides.
  await writeWholeFile(file, text, { name: out, mode: 0o600 })
  context.print({ format, file }, [
    `Written to ${out}.`,
    '',
    'Next, with credentials of the AWS account:',
    ...apply[format](out, `mcp-gateway-${tenant}-${account}`).map((line) => `  ${line}`),
    'and then:',
    `  aws-mcp tenant verify ${tenant} ${account}`,
  ])
  return 0
}

type Format = 'cloudformation' | 'terraform'

const isFormat = (text: string): text is Format => Object.hasOwn(isTemplate, text)

const isTemplate: Readonly<Record<Format, (text: string) => boolean>> = {
  cloudformation: (text) => {
    try {
      return Object.hasOwn(Object(JSON.parse(text)), 'Resources')
    } catch {
      return false
    }
  },
  terraform: (text) => /^\s*resource\s+"/m.test(text),
}

const apply: Readonly<Record<Format, (file: string, stack: string) => readonly string[]>> = {
  cloudformation: (file, stack) => [
    `aws cloudformation deploy --stack-name ${stack} --template-file ${shellWord(file)} --capabilities CAPABILITY_NAMED_IAM`,
  ],
  terraform: () => ['terraform init', 'terraform apply'],
}

/** A file name as a POSIX shell reads it as one word. */
const shellWord = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
