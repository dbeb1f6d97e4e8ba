import { expect, test } from 'vitest'
import { offerOf } from '../offer.ts'
import { callLine } from '../testing/call-line.ts'
import { listThings, removeThing } from '../testing/sample-tools.ts'
import { grantIn, tenantOf } from '../testing/tenants.ts'
import { sessionPolicies } from './session-policies.ts'

const other = { ...listThings, name: 'aws_s3_list_more', iamActions: ['s3:ListBucket'] }
const foreign = { ...listThings, name: 'aws_kms_list_keys', iamActions: ['kms:ListKeys'] }
const policies = sessionPolicies(() => offerOf({ tools: [listThings, other, foreign, removeThing] }))

const actionsOf = (document: string) =>
  JSON.parse(document).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action)

test('a session that reads may do all that the tools that read may, in the services of the tenant', () => {
  const acme = tenantOf('acme')
  const policy = policies.of(acme, listThings)
  expect(actionsOf(policy.document)).toEqual(['ec2:DescribeThings', 's3:ListBucket'])
  expect(policies.of(acme, other)).toBe(policy)
  const narrow = tenantOf('acme', { permissions: { ...acme.permissions, allowedServices: ['s3'] } })
  expect(actionsOf(policies.of(narrow, other).document)).toEqual(['s3:ListBucket'])
})

test('a session that changes something may do what its one call declares', () => {
  expect(actionsOf(policies.of(tenantOf('acme'), removeThing).document)).toEqual(['ec2:RemoveThing'])
})

test('two tenants with other regions have other policies, and a changed tenant has a new one', () => {
  const [acme, globex] = [tenantOf('acme'), tenantOf('globex')]
  expect(policies.of(acme, listThings).hash).not.toBe(policies.of(globex, listThings).hash)
  const moved = tenantOf('acme', { permissions: { ...acme.permissions, allowedRegions: ['us-east-1'] } })
  expect(policies.of(moved, listThings).hash).not.toBe(policies.of(acme, listThings).hash)
})

test('E14 a policy that cannot fit sends no call', async () => {
  const { permissions } = tenantOf('acme')
  const Resource = Array.from({ length: 60 }, (_, n) => `arn:aws:s3:::a-bucket-with-a-long-name-${n}/*`)
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: 's3:*', Resource }],
  }
  const tenant = { permissions: { ...permissions, policy } }
  const line = callLine()
  expect((await line.run({ grant: grantIn('acme', { tenant }) })).isError).toBe(true)
  expect(line.sent).toEqual([])
})

test('the policy goes along with every request of a role, and with no profile', async () => {
  const line = callLine()
  await line.run()
  expect(actionsOf(line.sent[0]?.target.sessionPolicy?.document ?? '')).toEqual(['ec2:DescribeThings'])
  const own = grantIn('acme', { tenant: { authentication: { profile: 'work' } } })
  await line.run({ grant: own })
  expect(line.sent[1]?.target).not.toHaveProperty('sessionPolicy')
})
