import { expect, test } from 'vitest'
import { NotJudged } from './condition.ts'
import { evaluate } from './evaluate.ts'
import { PolicyFault, readPolicy } from './policy-document.ts'

const context = new Map([
  ['aws:requestedregion', ['eu-west-1']],
  ['aws:tagkeys', ['mcp:tenant', 'mcp:user']],
  ['sts:externalid', [] as string[]],
  ['aws:principaltag/team', ['blue']],
  ['aws:principaltag/*', []],
])

const says = (statement: object | object[], question: { action?: string; resource?: string } = {}) => {
  const list = [statement].flat().map((each) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...each }))
  const statements = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: list }), 'identity')
  return evaluate(statements, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context, ...question })
}

test.each([
  [{ Action: 's3:GetObject' }, 'allowed'],
  [{ Action: 'S3:getobject' }, 'allowed'],
  [{ Action: ['ec2:*', 's3:Get*'] }, 'allowed'],
  [{ Action: 's3:GetObjec?' }, 'allowed'],
  [{ Action: 's3:GetObj' }, 'silent'],
  [{ Action: 's3:List*' }, 'silent'],
  [{ Resource: 'arn:aws:s3:::b/*' }, 'allowed'],
  [{ Resource: 'arn:aws:s3:::b' }, 'silent'],
  [{ Resource: 'arn:aws:s3:::B/k' }, 'silent'],
  [{ Resource: 'arn:aws:s3:::b.k' }, 'silent'],
  [[{ Action: '*' }, { Effect: 'Deny', Action: 's3:*' }], 'denied'],
  [{ Effect: 'Deny', Action: 'ec2:*' }, 'silent'],
])('%j says %s', (statement, expected) => {
  expect(says(statement)).toBe(expected)
})

test('NotAction and NotResource are all but those', () => {
  const not = (element: object) => ({ Action: undefined, ...element })
  expect(says(not({ NotAction: 'ec2:*' }))).toBe('allowed')
  expect(says(not({ NotAction: 's3:*' }))).toBe('silent')
  expect(says({ Resource: undefined, NotResource: 'arn:aws:s3:::other/*' })).toBe('allowed')
  expect(says({ Resource: undefined, NotResource: 'arn:aws:s3:::b/*' })).toBe('silent')
})

test('of a resource that the judge cannot tell only * allows, and any Deny denies', () => {
  const unknown = { resource: 'unknown' }
  expect(says({ Resource: '*' }, unknown)).toBe('allowed')
  expect(says({ Resource: 'arn:aws:s3:::*' }, unknown)).toBe('silent')
  expect(says([{}, { Effect: 'Deny', Resource: 'arn:aws:s3:::x' }], unknown)).toBe('denied')
})

test.each([
  ['StringEquals', 'aws:RequestedRegion', 'eu-west-1', 'allowed'],
  ['StringEquals', 'aws:RequestedRegion', ['us-east-1', 'eu-west-1'], 'allowed'],
  ['StringEquals', 'aws:RequestedRegion', 'eu-west-*', 'silent'],
  ['StringLike', 'aws:RequestedRegion', 'eu-*', 'allowed'],
  ['StringNotEquals', 'aws:RequestedRegion', ['us-east-1', 'eu-west-1'], 'silent'],
  ['StringNotLike', 'aws:RequestedRegion', 'us-*', 'allowed'],
  ['StringEqualsIgnoreCase', 'aws:RequestedRegion', 'EU-WEST-1', 'allowed'],
  ['StringEquals', 'sts:ExternalId', 'x', 'silent'],
  ['StringLike', 'sts:ExternalId', '*', 'silent'],
  ['StringNotEquals', 'sts:ExternalId', 'x', 'allowed'],
  ['StringEqualsIfExists', 'sts:ExternalId', 'x', 'allowed'],
  ['Null', 'sts:ExternalId', 'true', 'allowed'],
  ['Null', 'sts:ExternalId', 'false', 'silent'],
  ['Null', 'aws:RequestedRegion', 'false', 'allowed'],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['mcp:tenant', 'mcp:user', 'mcp:client'], 'allowed'],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['mcp:tenant'], 'silent'],
  ['ForAllValues:StringEquals', 'sts:ExternalId', 'x', 'allowed'],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['mcp:tenant'], 'allowed'],
  ['ForAnyValue:StringEquals', 'sts:ExternalId', 'x', 'silent'],
  ['StringEquals', 'aws:PrincipalTag/team', 'blue', 'allowed'],
  ['StringEquals', 'aws:PrincipalTag/other', 'blue', 'silent'],
])('%s %s %j is %s', (operator, key, value, expected) => {
  expect(says({ Condition: { [operator]: { [key]: value } } })).toBe(expected)
})

test.each([
  ['NumericEquals', 'aws:RequestedRegion', '1'],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
  ['StringEquals', 'ec2:InstanceType', 't3.micro'],
  ['StringEquals', 'aws:RequestTag/a', 'b'],
  ['StringLike', 'aws:RequestedRegion', '${aws:PrincipalTag/region}'],
  ['StringEquals', 'aws:TagKeys', 'mcp:tenant'],
])('%s %s %j is not judged', (operator, key, value) => {
  expect(() => says({ Condition: { [operator]: { [key]: value } } })).toThrow(NotJudged)
  // Unless the statement is about something else anyway.
  expect(says({ Action: 'ec2:*', Condition: { [operator]: { [key]: value } } })).toBe('silent')
})

test('a variable in a resource is not judged', () => {
  expect(() => says({ Resource: 'arn:aws:s3:::b/${aws:username}/*' })).toThrow(NotJudged)
})

test.each([
  ['{', 'is no JSON'],
  ['[]', 'is no JSON object'],
  ['{"Version":"2012-10-18","Statement":[]}', 'unknown Version'],
  ['{"Version":"2012-10-17","Statement":[]}', 'has no statement'],
  ['{"Version":"2012-10-17","Statements":[]}', 'Statements'],
  ['{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}', 'Effect'],
  ['{"Statement":{"Effect":"Allow","Resource":"*"}}', 'Action or NotAction'],
  ['{"Statement":{"Effect":"Allow","Action":"*","NotAction":"s3:*","Resource":"*"}}', 'Action or NotAction'],
  ['{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}', 'Action GetObject'],
  ['{"Statement":{"Effect":"Allow","Action":"*"}}', 'Resource or NotResource'],
  ['{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}', 'Principal'],
  ['{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}', 'no Action'],
  ['{"Statement":{"Effect":"Allow","Action":[1,{}],"Resource":"*"}}', 'no text'],
  ['{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":1}}}', 'Bool'],
])('%s is no policy', (text, fault) => {
  expect(() => readPolicy(text, 'identity')).toThrow(PolicyFault)
  expect(() => readPolicy(text, 'identity')).toThrow(fault)
})
