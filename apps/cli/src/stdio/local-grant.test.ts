import { decide } from '@gateway/domain'
import { expect, test } from 'vitest'
import { type LocalFacts, localGrant } from './local-grant.ts'
import { settingsSchema } from './settings-schema.ts'

const facts: LocalFacts = {
  region: 'eu-west-1',
  services: ['ec2', 's3'],
  osUser: 'alice',
  accountId: '111111111111',
}
const read = { access: 'read', iamActions: ['ec2:DescribeInstances'] } as const
const write = { access: 'write', iamActions: ['ec2:StopInstances'] } as const

test('the default: one account and region, the services of the tools, and reading only', () => {
  const grant = localGrant(settingsSchema.parse({ authentication: { profile: 'work' } }), facts)
  expect(grant).toMatchObject({
    tenant: {
      id: 'local',
      name: 'AWS profile work',
      authentication: { profile: 'work' },
      connections: [],
      permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'], readOnlyMode: true },
      operations: { timeout: 30_000, retryCount: 2 },
    },
    principal: { subject: 'alice', tenantId: 'local', scopes: ['aws:read'] },
  })
  expect(grant.accounts).toEqual([
    {
      account: { alias: 'own', accountId: '111111111111', defaultRegion: 'eu-west-1', roles: {} },
      roles: { read: 'profile' },
    },
  ])
  expect(decide({ grant, tool: read }).effect).toBe('allow')
  expect(decide({ grant, tool: write })).toMatchObject({
    effect: 'deny',
    ruleIds: ['scope', 'read-only', 'role'],
  })
})

test('without read-only mode the profile may write', () => {
  const grant = localGrant(settingsSchema.parse({ permissions: { readOnlyMode: false } }), facts)
  expect(decide({ grant, tool: write }).effect).toBe('allow')
})

test('services and regions of the settings go before the defaults', () => {
  const permissions = { allowedServices: ['s3'], allowedRegions: ['eu-west-1', 'us-east-1'] }
  const grant = localGrant(settingsSchema.parse({ permissions }), facts)
  expect(grant.tenant.permissions).toMatchObject(permissions)
  expect(decide({ grant, tool: read })).toMatchObject({ effect: 'deny', ruleIds: ['service'] })
})

test('a role stands where the profile would, so that receipts name it', () => {
  const roleArn = 'arn:aws:iam::111111111111:role/dev'
  const grant = localGrant(settingsSchema.parse({ authentication: { assumeRole: { roleArn } } }), facts)
  expect(grant.accounts[0]?.roles).toEqual({ read: { roleArn, externalId: '' } })
})

test('without a profile it is whatever the SDK finds', () => {
  const { tenant, accounts } = localGrant(settingsSchema.parse({}), facts)
  expect(tenant).toMatchObject({ name: 'own AWS credentials', authentication: {} })
  expect(tenant.authentication?.profile).toBeUndefined()
  expect(accounts[0]?.roles).toEqual({ read: 'profile' })
})

test('what narrows the sessions of a role is the permissions of the tenant', () => {
  const assumeRole = { roleArn: 'arn:aws:iam::111111111111:role/dev' }
  const permissions = {
    permissionBoundary: 'arn:aws:iam::111111111111:policy/boundary',
    policy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
    },
  }
  const settings = settingsSchema.parse({ authentication: { assumeRole }, permissions })
  expect(localGrant(settings, facts).tenant.permissions).toMatchObject(permissions)
})

test('an account that is not known yet changes nobody and no list', () => {
  const settings = settingsSchema.parse({})
  const known = localGrant(settings, facts)
  const unknown = localGrant(settings, { ...facts, accountId: undefined })
  expect(unknown.accounts[0]?.account.accountId).toBe('unknown')
  expect(unknown.principal).toEqual(known.principal)
  expect(unknown.catalogueKey).toBe(known.catalogueKey)
})
