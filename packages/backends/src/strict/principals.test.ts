import { expect, test } from 'vitest'
import { PolicyFault } from './policy-document.ts'
import { callersOf, type Principal } from './principals.ts'
import { refusedByOwnPolicies } from './trust-verdict.ts'

const gateway = 'arn:aws:iam::123456789012:role/mcp-gateway'

const input = {
  roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-acme-read',
  account: '111111111111',
  sessionName: 'mcp-acme-1',
  externalId: 'right',
  sourceIdentity: 'alice',
  tags: new Map([['mcp:tenant', 'acme']]),
  policyArns: [],
  durationSeconds: 900,
}
const bare = (({ sourceIdentity, ...rest }) => ({ ...rest, tags: new Map<string, string>() }))(input)

const refused = (
  principal: string | Principal,
  asked: Parameters<typeof refusedByOwnPolicies>[1] = input,
) => {
  const { key } = callersOf({ key: principal })
  if (!key) throw new Error('no caller')
  return refusedByOwnPolicies(key, asked, 'eu-west-1')
}
const having = (...Statement: object[]) => ({
  arn: gateway,
  policy: JSON.stringify({ Version: '2012-10-17', Statement }),
})
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})

test('the gateway may assume the roles of tenants by their names, and no other', () => {
  expect(refused(gateway)).toBeUndefined()
  for (const name of ['Admin', 'gateways/mcp-gateway-read', 'mcp-gateway']) {
    expect(refused(gateway, { ...input, roleArn: `arn:aws:iam::111111111111:role/${name}` })).toEqual({
      action: 'sts:AssumeRole',
      why: 'because no identity-based policy allows the sts:AssumeRole action',
    })
  }
  const inChina = 'arn:aws-cn:iam::123456789012:role/mcp-gateway'
  expect(refused(inChina)).toMatchObject({ action: 'sts:AssumeRole' })
  expect(refused(inChina, { ...input, roleArn: input.roleArn.replace('aws', 'aws-cn') })).toBeUndefined()
})

test.each([
  [having(allow('sts:AssumeRole')), 'sts:TagSession'],
  [having(allow(['sts:AssumeRole', 'sts:TagSession'])), 'sts:SetSourceIdentity'],
  [having(allow('s3:*')), 'sts:AssumeRole'],
  [having(allow('sts:*'), { ...allow('sts:TagSession'), Effect: 'Deny' }), 'sts:TagSession'],
  [having(allow('sts:*', { Condition: { StringEquals: { 'sts:ExternalId': 'other' } } })), 'sts:AssumeRole'],
  [
    having(allow('sts:*', { Condition: { StringEquals: { 'aws:ResourceAccount': '222222222222' } } })),
    'sts:AssumeRole',
  ],
])('a policy of its own is judged for each of the three actions: %j lacks %s', (principal, action) => {
  expect(refused(principal)).toMatchObject({ action })
})

test('tags and a source identity take permissions only where they are sent', () => {
  expect(refused(having(allow('sts:AssumeRole')), bare)).toBeUndefined()
  expect(refused(having(allow('sts:*')))).toBeUndefined()
})

test('a policy that IAM would not take is refused at the start', () => {
  expect(() => callersOf({ key: having(allow('sts:*', { Resource: 'mcp-gateway-*' })) })).toThrow(PolicyFault)
})
