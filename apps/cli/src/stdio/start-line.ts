import { version } from '../version.ts'
import type { Settings } from './settings-schema.ts'

/** What the process was started with, beside the settings. */
export interface StartFacts {
  readonly region: string
  /** Path of the configuration file. */
  readonly file: string | undefined
  readonly audit: string | undefined
}

/** The one line for the person who looks why a server does what it does. */
export const startLine = (
  { authentication: { profile, assumeRole }, permissions: { readOnlyMode } }: Settings,
  { region, file, audit }: StartFacts,
): string => {
  const facts = [
    `AWS profile ${profile}${assumeRole ? ` as ${assumeRole.roleArn}` : ''}`,
    region,
    readOnlyMode ? 'read-only' : 'may change things',
    file === undefined ? 'no configuration file' : `configuration ${file}`,
    audit === undefined ? 'no audit file (--audit FILE)' : `audit ${audit}`,
  ]
  return `aws-mcp ${version} serves MCP on standard input and output: ${facts.join(', ')}.\n`
}
