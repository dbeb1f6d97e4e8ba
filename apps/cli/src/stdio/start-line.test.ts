import { expect, test } from 'vitest'
import { version } from '../version.ts'
import { settingsSchema } from './settings-schema.ts'
import { startLine } from './start-line.ts'

test('says as whom, where, and what it may', () => {
  const facts = {
    region: 'eu-west-1',
    credentials: 'default chain',
    file: undefined,
    audit: undefined,
  } as const
  expect(startLine(settingsSchema.parse({}), facts)).toBe(
    `aws-mcp ${version} serves MCP on standard input and output: credentials: default chain, eu-west-1, read-only, no configuration file, no audit file (--audit FILE).\n`,
  )
})

test('a role, a file, an audit file and the right to change things are told', () => {
  const roleArn = 'arn:aws:iam::111111111111:role/dev'
  const settings = settingsSchema.parse({
    authentication: { profile: 'work', assumeRole: { roleArn } },
    permissions: { readOnlyMode: false },
  })
  const credentials = 'profile work'
  const facts = { region: 'eu-west-1', credentials, file: '/w/aws-config.json', audit: 'a' } as const
  expect(startLine(settings, facts)).toContain(
    `credentials: profile work as ${roleArn}, eu-west-1, may change things, configuration /w/aws-config.json, audit a.`,
  )
})
