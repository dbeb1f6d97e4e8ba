import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import { expect, inject, test } from 'vitest'
import { connect, npmStart, tokenOf } from './support/sandbox.ts'

/** AWS configuration of a person whose profile leads to the stand-in. */
const configuration = (): Record<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-profile-'))
  const config = join(folder, 'config')
  const credentials = join(folder, 'credentials')
  writeFileSync(config, `[profile mine]\nregion = eu-central-1\nendpoint_url = ${inject('awsUrl')}\n`)
  writeFileSync(
    credentials,
    '[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = mine\n',
  )
  return { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials }
}

test("--profile serves the person's own account, read-only, in its region", async () => {
  await using sandbox = npmStart(['--json', '--profile', 'mine'], {
    ...configuration(),
    PORT: String(await freePort()),
  })
  const ready = await sandbox.ready()
  expect(ready.tenants).toMatchObject([{ id: 'me', users: [{ id: 'reader', scopes: ['aws:read'] }] }])
  await using client = await connect(ready, tokenOf(ready, 'me', 'reader'))
  const result = await client.call('aws_ec2_describe_instances')
  expect(result).toMatchObject({
    structuredContent: {
      receipt: { tenant: 'me', accountId: '123456789012', region: 'eu-central-1', role: 'profile/mine' },
    },
  })
  const who = await client.call('aws_whoami')
  expect(who).toMatchObject({
    structuredContent: { data: { policy: { readOnly: true, regions: ['eu-central-1'] } } },
  })
})

test('a profile that is not there ends the start and says so', async () => {
  await using sandbox = npmStart(['--json', '--profile', 'nobody'], {
    ...configuration(),
    PORT: String(await freePort()),
  })
  expect(await sandbox.exit()).toBe(1)
  expect(sandbox.output().stdout).toBe('')
  expect(sandbox.output().stderr).toContain('nobody')
})
