import { expect, test } from 'vitest'
import { quietContext } from '../testing/context.ts'
import { admin, operator } from '../testing/grant.ts'
import { requestOf, type WantedStack } from './change-request.ts'

const wanted: WantedStack = { stackName: 'web', templateBody: '{}', mode: 'apply' }
const context = quietContext(operator)
const name = requestOf(context, 'CREATE', wanted).name

test('the same call has the same name for its change set, whatever its id', () => {
  expect(name).toMatch(/^mcp-[0-9a-f]{32}$/)
  const { templateBody, ...rest } = wanted
  const again = { ...context, clientToken: 'another' }
  expect(requestOf(again, 'CREATE', { templateBody, ...rest }).name).toBe(name)
})

test.for<[string, Partial<WantedStack>]>([
  ['stack', { stackName: 'other' }],
  ['template', { templateBody: '{ }' }],
  ['template in S3', { templateBody: undefined, templateBucket: 'templates', templateKey: 'k' }],
  ['parameter', { parameters: [{ parameterKey: 'Size', parameterValue: '1' }] }],
  ['capability', { capabilities: ['CAPABILITY_IAM'] }],
  ['tag', { tags: [{ key: 'Owner', value: 'ann' }] }],
  ['role', { roleArn: 'arn:aws:iam::111111111111:role/cfn' }],
  ['mode', { mode: 'plan' }],
])('another %s has another', ([, args]) => {
  expect(requestOf(context, 'CREATE', { ...wanted, ...args }).name).not.toBe(name)
})

test('so has an update, another tenant, user, region or account, and whoever does not know its external ids', () => {
  const { grant, account } = context
  const { write } = account.roles
  if (!write) throw new Error('there is no role for writes')
  const others = [
    { ...context, grant: { ...grant, tenant: { ...grant.tenant, id: 'globex' } } },
    { ...context, grant: { ...grant, principal: admin.principal } },
    { ...context, region: 'us-east-1' },
    { ...context, account: { ...account, accountId: '222222222222' } },
    {
      ...context,
      account: { ...account, roles: { ...account.roles, write: { ...write, externalId: 'x' } } },
    },
  ]
  const names = others.map((other) => requestOf(other, 'CREATE', wanted).name)
  expect(new Set([name, requestOf(context, 'UPDATE', wanted).name, ...names]).size).toBe(7)
})
