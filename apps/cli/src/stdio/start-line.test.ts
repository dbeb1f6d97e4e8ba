import { expect, test } from 'vitest'
import { version } from '../version.ts'
import { settingsSchema } from './settings-schema.ts'
import { startLine } from './start-line.ts'

test('says as whom, where, and what it may', () => {
  const facts = { region: 'eu-west-1', file: undefined, audit: undefined }
  expect(startLine(settingsSchema.parse({}), facts)).toBe(
    `aws-mcp ${version} serves MCP on standard input and output: AWS profile default, eu-west-1, read-only, no configuration file, no audit file (--audit FILE).\n`,
  )
})

test('a role, a file, an audit file and the right to change things are told', () => {
  const roleArn = 'arn:aws:iam::111111111111:role/dev'
  const settings = settingsSchema.parse({
    authentication: { profile: 'work', assumeRole: { roleArn } },
    permissions: { readOnlyMode: false },
  })
  expect(startLine(settings, { region: 'eu-west-1', file: '/w/aws-config.json', audit: 'a' })).toContain(
    `AWS profile work as ${roleArn}, eu-west-1, may change things, configuration /w/aws-config.json, audit a.`,
  )
})
