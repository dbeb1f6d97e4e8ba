import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printableJson } from '../tenant/printable.ts'
import { checksFor } from './checks.ts'
import { createDeployment, type DoctorTiming } from './deployment.ts'
import type { DoctorArguments } from './doctor-arguments.ts'
import { exitCode, findingText, summaryText } from './report.ts'
import { runChecks } from './run-checks.ts'
import type { Finding } from './verdict.ts'

/** The process that `aws-mcp doctor` runs in. */
export interface DoctorProcess {
  readonly asked: DoctorArguments
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that the file of the token is relative to. */
  readonly folder: string
  stdout(text: string): void
  stderr(text: string): void
  now(): number
  readonly timing?: Partial<DoctorTiming>
  /** Where plain http is looked for beside https; 80 where nothing is said. */
  readonly plainHttpPort?: number
  /** Certificates that are trusted beside the usual ones, in PEM. */
  readonly ca?: string
}

const usual: DoctorTiming = { timeout: 5_000, check: 8_000, all: 120_000, idle: 3_000, hold: 3_000 }

/** Runs `aws-mcp doctor` and gives the exit code of the process. */
export const runDoctor = async (own: DoctorProcess): Promise<number> => {
  const { asked, timing, plainHttpPort = 80, ca, now, stdout, stderr } = own
  const read = await tokenOf(own)
  if ('fault' in read) {
    stderr(`aws-mcp: ${read.fault}\n`)
    return 2
  }
  const deployment = createDeployment({
    typed: asked.url,
    hosts: asked.hosts,
    online: asked.online,
    timing: { ...usual, ...timing },
    plainHttpPort,
    now,
    ...read,
    ...(ca !== undefined && { ca }),
  })
  const findings: Finding[] = []
  await runChecks({
    deployment,
    checks: checksFor(asked.hosts),
    found(finding) {
      findings.push(finding)
      if (!asked.json) stdout(findingText(finding))
    },
  })
  stdout(asked.json ? `${printableJson(findings)}\n` : summaryText(findings))
  return exitCode(findings)
}

const tokenOf = async ({
  asked,
  env,
  folder,
}: DoctorProcess): Promise<{ readonly token?: string } | { readonly fault: string }> => {
  const file = asked['token-file']
  const text =
    file === undefined
      ? env.AWS_MCP_TOKEN
      : await readFile(resolve(folder, file), 'utf8').catch(() => undefined)
  if (file !== undefined && text === undefined) return { fault: `The token file ${file} cannot be read.` }
  const token = text?.trim()
  if (!token) return {}
  // RFC 6750 section 2.1; anything else would be another header, or a whole other file.
  return token.length <= 16_384 && /^[\w.~+/-]+=*$/.test(token)
    ? { token }
    : { fault: 'The access token is none: it must be one line of letters, digits and -._~+/=.' }
}
