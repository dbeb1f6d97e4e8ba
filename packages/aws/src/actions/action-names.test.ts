import { expect, test } from 'vitest'
import { matchesGlob } from './matches-glob.ts'
import { catalogue } from './testing/catalogue.ts'

test.each([
  '*',
  's3:*',
  's3:GetObject',
  'S3:getobject',
  's3:Get*',
  's3:?etObject',
  'ec2:Run*',
  'ec2:*Instances',
  'iam:PassRole',
  'sts:AssumeRole',
  'personalize:CreateCampaign',
  'bedrock:InvokeModel',
  'execute-api:Invoke',
  's3express:CreateSession',
  'a4b:Get*',
])('%s is known', (pattern) => {
  expect(catalogue.knows(pattern)).toBe(true)
})

test.each([
  's3:GetObjct',
  's3:',
  's3',
  '',
  ':',
  's3:Zap*',
  's3:GetObject?',
  'nowhere:*',
  '__proto__:*',
  'constructor:name',
  'ec2:GetObject',
  's3:GetObject extra',
])('%s is not', (pattern) => {
  expect(catalogue.knows(pattern)).toBe(false)
})

test.each([
  ['s3:GetObjct', 's3:GetObject'],
  ['S3:getobjectt', 's3:GetObject'],
  ['s33:GetObject', 's3:GetObject'],
  ['ec2:DescribeInstance', 'ec2:DescribeInstances'],
  ['dynamo-db:*', 'dynamodb:*'],
  ['lamda:InvokeFunction', 'lambda:InvokeFunction'],
])('near to %s is %s', (pattern, first) => {
  expect(catalogue.suggest(pattern)[0]).toBe(first)
})

test('what is suggested is known, and there are three at most', () => {
  for (const pattern of ['ec2:DescribeInstanc', 'kms:Encript', 'iam:Pass', 'ec22:Describe*']) {
    const found = catalogue.suggest(pattern)
    expect(found.length).toBeLessThanOrEqual(3)
    expect(found.filter((each) => !catalogue.knows(each))).toEqual([])
  }
  expect(catalogue.suggest('x'.repeat(100_000))).toEqual([])
  expect(catalogue.suggest('')).toEqual([])
})

test.each([
  'aws:PrincipalTag/mcp:user',
  'aws:requestedregion',
  'AWS:SourceIp',
  'aws:RequestTag/a b',
  's3:prefix',
  'ec2:InstanceType',
  'ec2:ResourceTag/x',
  'kms:EncryptionContext:app',
  'iam:PassedToService',
  'saml:aud',
  's3:ExistingObjectTag/a',
  'dynamodb:LeadingKeys',
  'sts:ExternalId',
])('%s is a condition key', (key) => {
  expect(catalogue.knowsKey(key)).toBe(true)
})

test.each([
  'aws:PrincipalTag',
  'aws:PrincipalTag/',
  's3:prefixx',
  'ec2:',
  'nowhere:x',
  '',
  'prefix',
  '__proto__:x',
  'aws:Reqeustedregion',
])('%s is none', (key) => {
  expect(catalogue.knowsKey(key)).toBe(false)
})

test('a pattern of many asterisks is no work', () => {
  const started = performance.now()
  expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(2_000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
  expect([
    matchesGlob('*', ''),
    matchesGlob('', ''),
    matchesGlob('?', ''),
    matchesGlob('a**b', 'ab'),
  ]).toEqual([true, true, false, true])
})
