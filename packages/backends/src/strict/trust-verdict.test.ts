import { expect, test } from 'vitest'
import { type AssumeRoleInput, readAssumeRole } from './assume-role-input.ts'
import { refusedByTrust } from './trust-verdict.ts'

const gateway = 'arn:aws:iam::123456789012:role/mcp-gateway'
const caller = {
  arn: gateway,
  sessionArn: 'arn:aws:sts::123456789012:assumed-role/mcp-gateway/stand-in',
  account: '123456789012',
  tags: new Map<string, string>(),
  identity: 'judged' as const,
}

const input: AssumeRoleInput = {
  roleArn: 'arn:aws:iam::111111111111:role/r',
  account: '111111111111',
  sessionName: 'mcp-acme-1',
  externalId: 'right',
  sourceIdentity: 'alice',
  tags: new Map([
    ['mcp:tenant', 'acme'],
    ['mcp:user', 'alice'],
  ]),
  policyArns: [],
  durationSeconds: 3600,
}

const withoutId = (({ externalId, ...rest }) => rest)(input)
const bare = (({ sourceIdentity, ...rest }) => ({ ...rest, tags: new Map<string, string>() }))(input)

const own = { AWS: gateway }
const allow = (Action: string | string[], Condition = {}, Principal: unknown = own) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Condition,
})
const id = (value: string | string[], operator = 'StringEquals') => ({
  [operator]: { 'sts:ExternalId': value },
})
const tags = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['mcp:tenant', 'mcp:user', 'mcp:client'] } }
const rest = [allow('sts:SetSourceIdentity'), allow('sts:TagSession', tags)]
const refused = (statements: object[], asked: AssumeRoleInput = input) =>
  refusedByTrust(JSON.stringify({ Version: '2012-10-17', Statement: statements }), caller, asked, 'eu-west-1')

const proper = [allow('sts:AssumeRole', id('right')), ...rest]

test('a proper trust policy wants the right external id', () => {
  expect(refused(proper)).toBeUndefined()
  expect(refused(proper, { ...input, externalId: 'wrong' })).toBe('sts:AssumeRole')
  expect(refused(proper, { ...input, externalId: 'RIGHT' })).toBe('sts:AssumeRole')
  expect(refused(proper, withoutId)).toBe('sts:AssumeRole')
})

test('two ids are good while one replaces the other', () => {
  const both = [allow('sts:AssumeRole', id(['right', 'next'])), ...rest]
  for (const externalId of ['right', 'next']) expect(refused(both, { ...input, externalId })).toBeUndefined()
  expect(refused(both, { ...input, externalId: 'older' })).toBe('sts:AssumeRole')
})

test('StringLike * takes any id but not none; without a condition none is needed', () => {
  const like = [allow('sts:AssumeRole', id('*', 'StringLike')), ...rest]
  expect(refused(like, { ...input, externalId: 'anything' })).toBeUndefined()
  expect(refused(like, withoutId)).toBe('sts:AssumeRole')
  expect(refused([allow('sts:AssumeRole'), ...rest], withoutId)).toBeUndefined()
})

test('tags and a source identity need actions of their own, exactly where they are sent', () => {
  const [assume, identity, tag] = proper
  expect(refused([assume, identity].map((each) => ({ ...each })))).toBe('sts:TagSession')
  expect(refused([assume, tag].map((each) => ({ ...each })))).toBe('sts:SetSourceIdentity')
  expect(refused([{ ...assume }], bare)).toBeUndefined()
  const more = { ...input, tags: new Map([...input.tags, ['mcp:other', 'x']]) }
  expect(refused(proper, more)).toBe('sts:TagSession')
})

test.each([
  ['*', undefined],
  [{ AWS: '*' }, undefined],
  [{ AWS: '123456789012' }, undefined],
  [{ AWS: 'arn:aws:iam::123456789012:root' }, undefined],
  [{ AWS: ['arn:aws:iam::999999999999:root', gateway] }, undefined],
  [{ AWS: caller.sessionArn }, undefined],
  [{ AWS: 'arn:aws:iam::999999999999:role/mcp-gateway' }, 'sts:AssumeRole'],
  [{ AWS: 'arn:aws:iam::123456789012:role/mcp-*' }, 'sts:AssumeRole'],
  [{ AWS: 'arn:aws:iam::999999999999:root' }, 'sts:AssumeRole'],
  [{ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole'],
  [{ Federated: '*' }, 'sts:AssumeRole'],
])('principal %j: %s', (principal, expected) => {
  expect(refused([allow('sts:AssumeRole', {}, principal)], bare)).toBe(expected)
})

test('Deny wins', () => {
  const deny = {
    ...allow('sts:*', { StringEquals: { 'aws:RequestTag/mcp:tenant': 'acme' } }),
    Effect: 'Deny',
  }
  expect(refused([...proper, deny])).toBe('sts:AssumeRole')
  expect(refused([...proper, { ...deny, Action: 'sts:TagSession' }])).toBe('sts:TagSession')
  expect(refused([...proper, deny], bare)).toBeUndefined()
})

test('what the judge does not know is refused, and so is a policy that is none', () => {
  expect(refused([allow('sts:AssumeRole', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })], bare)).toBe(
    'sts:AssumeRole',
  )
  expect(refused([allow('sts:AssumeRole', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })], bare)).toBe(
    'sts:AssumeRole',
  )
  expect(refusedByTrust('{', caller, bare, 'eu-west-1')).toBe('sts:AssumeRole')
})

const asked = (more: Record<string, string>) =>
  readAssumeRole(new URLSearchParams({ RoleArn: input.roleArn, RoleSessionName: 'mcp-acme-1', ...more }))

test('parameters are read', () => {
  expect(
    asked({
      ExternalId: 'right',
      SourceIdentity: 'alice',
      'Tags.member.1.Key': 'mcp:tenant',
      'Tags.member.1.Value': 'acme',
      'PolicyArns.member.1.arn': 'arn:aws:iam::111111111111:policy/b',
      DurationSeconds: '900',
    }),
  ).toEqual({
    roleArn: input.roleArn,
    account: '111111111111',
    sessionName: 'mcp-acme-1',
    externalId: 'right',
    sourceIdentity: 'alice',
    tags: new Map([['mcp:tenant', 'acme']]),
    policyArns: ['arn:aws:iam::111111111111:policy/b'],
    durationSeconds: 900,
  })
})

const policy = (length: number) => {
  const text = (action: string) =>
    `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:${action}","Resource":"*"}}`
  return text('a'.repeat(length - text('').length))
}

test.each([
  [{ RoleArn: 'arn:aws:iam::111111111111:user/u' }, 'ValidationError'],
  [{ RoleArn: 'arn:aws:iam::1:role/r' }, 'ValidationError'],
  [{ RoleSessionName: 'a b' }, 'ValidationError'],
  [{ RoleSessionName: 'a' }, 'ValidationError'],
  [{ RoleSessionName: 'a'.repeat(65) }, 'ValidationError'],
  [{ ExternalId: 'x' }, 'ValidationError'],
  [{ ExternalId: 'a b' }, 'ValidationError'],
  [{ SourceIdentity: 'aws:me' }, 'ValidationError'],
  [{ SourceIdentity: 'é' }, 'ValidationError'],
  [{ DurationSeconds: '899' }, 'ValidationError'],
  [{ DurationSeconds: '43201' }, 'ValidationError'],
  [{ DurationSeconds: 'NaN' }, 'ValidationError'],
  [{ 'Tags.member.1.Key': 'aws:x', 'Tags.member.1.Value': 'y' }, 'ValidationError'],
  [{ 'Tags.member.1.Key': 'x', 'Tags.member.1.Value': '<' }, 'ValidationError'],
  [{ 'Tags.member.1.Key': 'x', 'Tags.member.2.Key': 'X' }, 'InvalidParameterValue'],
  [{ Policy: '' }, 'ValidationError'],
  [{ Policy: '{' }, 'MalformedPolicyDocument'],
  [{ Policy: '{"Version":"2012-10-17","Statement":[]}' }, 'MalformedPolicyDocument'],
  [{ Policy: policy(2049) }, 'ValidationError'],
  [{ Policy: '{"a":"\u4e2d"}' }, 'ValidationError'],
  [{ 'PolicyArns.member.1.arn': 'arn:aws:iam::1:policy/b' }, 'ValidationError'],
  [
    { Policy: policy(2048), 'PolicyArns.member.1.arn': 'arn:aws:iam::111111111111:policy/b' },
    'PackedPolicyTooLarge',
  ],
])('%j is %s', (more, code) => {
  expect(asked(more)).toMatchObject({ code })
})

test('a policy of 2,048 characters is not too large', () => {
  expect(asked({ Policy: policy(2048) })).toMatchObject({ policy: policy(2048) })
})
