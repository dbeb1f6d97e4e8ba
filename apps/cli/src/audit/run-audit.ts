import type { Writable } from 'node:stream'
import { verifyAudit } from '@gateway/audit'
import { oneLine, printable, printableJson } from '../tenant/printable.ts'
import { TenantFailure } from '../tenant/tenant-failure.ts'
import type { AuditArguments } from './audit-arguments.ts'
import { type AuditPlaces, auditFiles } from './audit-files.ts'
import { readAuditKeys } from './audit-keys.ts'
import { compareWithCloudTrail } from './compare-with-cloud-trail.ts'
import { exportTenant } from './export-tenant.ts'
import { queryRecords } from './query-records.ts'
import { unreadable } from './stored-records.ts'
import { tailRecords } from './tail-records.ts'
import { verifyLines } from './verify-text.ts'

/** The process around `aws-mcp audit`. */
export interface AuditProcess extends AuditPlaces {
  readonly asked: AuditArguments
  /** Standard output; its errors are listened to elsewhere. */
  readonly output: Writable
  /** From then on, what ends `tail --follow` is a signal that aborts. */
  stop(): AbortSignal
  stderr(text: string): void
}

/** Runs one command over audit files; gives the exit code, as the help of the command has it. */
export const runAudit = async (own: AuditProcess): Promise<number> => {
  try {
    const files = await auditFiles(own.asked.files, own)
    return await runCommand(own, files)
  } catch (thrown) {
    if (!(thrown instanceof TenantFailure)) throw thrown
    own.stderr(`aws-mcp: ${printable(thrown.message)}\n`)
    return thrown.exitCode
  }
}

const runCommand = (own: AuditProcess, files: readonly string[]): Promise<number> => {
  const { asked } = own
  switch (asked.command) {
    case 'verify':
      return verify(own, asked, files)
    case 'export':
      return asked.cloudTrail
        ? compareWithCloudTrail(own, { ...asked, cloudTrail: asked.cloudTrail }, files)
        : exportTenant(own, asked, files)
    case 'tail':
      return tailRecords(own, asked, files)
    case 'query':
      return queryRecords(own, asked, files)
  }
}

const exitCodes = { verified: 0, tampered: 1, unproven: 2 }

const verify = async (
  own: AuditProcess,
  asked: Extract<AuditArguments, { command: 'verify' }>,
  files: readonly string[],
): Promise<number> => {
  const { closed, partial, publicKeys, hmacKeys } = asked
  const { used, ...keys } = await readAuditKeys({ publicKeys, hmacKeys, files }, own)
  const report = await verifyAudit({ ...keys, files, closed, partial }).catch((thrown: unknown) => {
    throw unreadable(thrown, 'A file of the log')
  })
  const text = asked.json
    ? printableJson({ ...report, ...used })
    : verifyLines(report, used).map(lineOf).join('\n')
  own.output.write(`${text}\n`)
  return exitCodes[report.verdict]
}

/** Indentation stays. */
const lineOf = (text: string): string => `${/^ */.exec(text)?.[0] ?? ''}${oneLine(text)}`
