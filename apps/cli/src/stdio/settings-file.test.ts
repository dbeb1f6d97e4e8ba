import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSettingsFile } from './settings-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('aws-config.json of the folder is read if it is there', async () => {
  expect(await readSettingsFile(folder, undefined)).toEqual({ document: {}, faults: [] })
  const path = join(folder, 'aws-config.json')
  await writeFile(path, '{"operations":{}}')
  expect(await readSettingsFile(folder, undefined)).toEqual({
    path,
    document: { operations: {} },
    faults: [],
  })
})

test('a file that was asked for must be there', async () => {
  const path = join(folder, 'other.json')
  expect((await readSettingsFile(folder, 'other.json')).faults).toEqual([`${path}: cannot be read (ENOENT)`])
})

test('what is no JSON says where, and quotes nothing', async () => {
  await writeFile(join(folder, 'aws-config.json'), '{\n  "externalId": secret-value\n}')
  const { faults } = await readSettingsFile(folder, undefined)
  expect(faults).toEqual([expect.stringMatching(/aws-config\.json: is not JSON( \(line 2 column \d+\))?$/)])
  expect(faults.join()).not.toContain('secret')
})

test('a file that was only found may narrow, and not choose an account or let things be changed', async () => {
  const path = join(folder, 'aws-config.json')
  const bold = {
    authentication: { profile: 'production', assumeRole: {}, region: 'eu-west-1' },
    permissions: {
      readOnlyMode: false,
      secretReads: ['ssm:GetParameter'],
      passRoles: [],
      allowedServices: ['s3'],
    },
    operations: { priceTableFile: 'cheap.json', retryCount: 1 },
  }
  await writeFile(path, JSON.stringify(bold))
  const found = await readSettingsFile(folder, undefined)
  expect(found.faults.map((fault) => fault.split(':')[0])).toEqual([
    'authentication.profile',
    'authentication.assumeRole',
    'permissions.readOnlyMode',
    'permissions.secretReads',
    'permissions.passRoles',
    'operations.priceTableFile',
  ])
  expect((await readSettingsFile(folder, 'aws-config.json')).faults).toEqual([])
  await writeFile(path, JSON.stringify({ permissions: { readOnlyMode: true, allowedServices: ['s3'] } }))
  expect((await readSettingsFile(folder, undefined)).faults).toEqual([])
})
