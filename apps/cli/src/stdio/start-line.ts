import { version } from '../version.ts'
import type { CredentialSource } from './credential-source.ts'
import type { Settings } from './settings-schema.ts'

/** What the process was started with, beside the settings. */
export interface StartFacts {
  readonly region: string
  readonly credentials: CredentialSource
  /** Path of the configuration file. */
  readonly file: string | undefined
  readonly audit: string | undefined
}

/** The one line for the person who looks why a server does what it does. */
export const startLine = (
  { authentication: { assumeRole }, permissions: { readOnlyMode } }: Settings,
  { region, credentials, file, audit }: StartFacts,
): string => {
  const facts = [
    `credentials: ${credentials}${assumeRole ? ` as ${assumeRole.roleArn}` : ''}`,
    region,
    readOnlyMode ? 'read-only' : 'may change things',
    file === undefined ? 'no configuration file' : `configuration ${file}`,
    audit === undefined ? 'no audit file (--audit FILE)' : `audit ${audit}`,
  ]
  return `aws-mcp ${version} serves MCP on standard input and output: ${facts.join(', ')}.\n`
}
