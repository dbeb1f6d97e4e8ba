import { expect, test } from 'vitest'
import type { RequestFacts } from '../request-facts.ts'
import { grantIn, roleIn } from '../testing/tenants.ts'
import { policyRequest, type RequestMaker } from './request-context.ts'

const grant = grantIn('acme')
const maker: RequestMaker = {
  grant,
  accountId: '111111111111',
  role: roleIn('111111111111', 'write'),
  region: 'eu-west-1',
  callId: 'call-1',
  now: Date.UTC(2026, 0, 31, 23, 59, 59),
}

const keysOf = (facts: Partial<RequestFacts> = {}, by: Partial<RequestMaker> = {}) => {
  const whole = {
    action: 'ec2:TerminateInstances',
    resource: 'arn:aws:ec2:eu-west-1:111111111111:instance/i-1',
    keys: new Map<string, readonly string[]>(),
    ...facts,
  }
  const { context } = policyRequest(whole, { ...maker, ...by })
  return (key: string) => context(key)
}

test.for<[string, readonly string[] | undefined]>([
  ['aws:RequestedRegion', ['eu-west-1']],
  ['AWS:requestedregion', ['eu-west-1']],
  ['aws:PrincipalArn', ['arn:aws:iam::111111111111:role/mcp-gateway-write']],
  ['aws:PrincipalAccount', ['111111111111']],
  ['aws:PrincipalTag/mcp:tenant', ['acme']],
  ['aws:PrincipalTag/mcp:user', [grant.principal.id]],
  ['aws:PrincipalTag/mcp:client', ['editor']],
  ['aws:PrincipalTag/mcp:call', ['call-1']],
  ['aws:ResourceAccount', ['111111111111']],
  ['aws:CurrentTime', ['2026-01-31T23:59:59.000Z']],
  ['aws:EpochTime', ['1769903999']],
  ['aws:ViaAWSService', ['false']],
  ['aws:CalledVia', []],
  ['aws:username', []],
  // Nobody here can tell them.
  ['aws:SourceIp', undefined],
  ['aws:PrincipalTag/team', undefined],
  ['aws:MultiFactorAuthPresent', undefined],
  ['aws:ResourceTag/Environment', undefined],
  ['aws:SourceVpce', undefined],
  ['ec2:InstanceType', undefined],
  ['constructor', undefined],
])('%s', ([key, values]) => {
  expect(keysOf()(key)).toEqual(values)
})

test('what a resource surely fits goes with a request that does not say it', () => {
  const facts = { action: 'ec2:RunInstances', keys: new Map<string, readonly string[]>() }
  const within = 'arn:aws:ec2:eu-west-1:111111111111:subnet/*'
  expect(policyRequest({ ...facts, resource: undefined, within }, maker)).toMatchObject({ within })
  expect(policyRequest({ ...facts, resource: undefined }, maker)).not.toHaveProperty('within')
})

test('what the request decides comes before all else', () => {
  const keys = new Map([
    ['ec2:instancetype', ['t3.micro']],
    ['aws:requestedregion', ['of the request']],
  ])
  expect(keysOf({ keys })('ec2:InstanceType')).toEqual(['t3.micro'])
  expect(keysOf({ keys })('aws:RequestedRegion')).toEqual(['of the request'])
})

test('a tag that a request does not carry is absent only where its tags are known', () => {
  expect(keysOf()('aws:RequestTag/team')).toBeUndefined()
  const keys = new Map([
    ['aws:tagkeys', ['Name']],
    ['aws:requesttag/name', ['web']],
  ])
  expect(keysOf({ keys })('aws:RequestTag/team')).toEqual([])
  expect(keysOf({ keys })('aws:RequestTag/Name')).toEqual(['web'])
})

test('services of no region are asked in the first one of their partition', () => {
  expect(keysOf({ action: 'iam:GetRole' })('aws:RequestedRegion')).toEqual(['us-east-1'])
  expect(keysOf({ action: 'iam:GetRole' }, { region: 'cn-northwest-1' })('aws:RequestedRegion')).toEqual([
    'cn-north-1',
  ])
})

test('whose a resource is, is known only of the own account and of buckets', () => {
  const ownerOf = (resource: string | undefined) => keysOf({ resource })('aws:ResourceAccount')
  expect(ownerOf('*')).toEqual(['111111111111'])
  expect(ownerOf('arn:aws:s3:::a/b')).toEqual(['111111111111'])
  expect(ownerOf('arn:aws:s3:eu-west-1:111111111111:accesspoint/a/object/b')).toEqual(['111111111111'])
  expect(ownerOf('arn:aws:s3:eu-west-1:444455556666:accesspoint/a/object/b')).toBeUndefined()
  expect(ownerOf('arn:aws:ec2:eu-west-1::image/ami-1')).toBeUndefined()
  expect(ownerOf('arn:aws:iam::aws:policy/ReadOnlyAccess')).toBeUndefined()
  expect(ownerOf(undefined)).toBeUndefined()
})

test('nothing is known of credentials that the gateway did not assume', () => {
  const context = keysOf({}, { role: 'profile' })
  for (const key of [
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:PrincipalTag/mcp:tenant',
    'aws:PrincipalType',
  ])
    expect(context(key)).toBeUndefined()
  expect(context('aws:RequestedRegion')).toEqual(['eu-west-1'])
})

test('a tag that had to be changed to fit is not known', () => {
  const odd = { ...grant, principal: { ...grant.principal, client: 'näh?' } }
  expect(keysOf({}, { grant: odd })('aws:PrincipalTag/mcp:client')).toBeUndefined()
  expect(keysOf({}, { callId: undefined as never })('aws:PrincipalTag/mcp:call')).toEqual([])
})
