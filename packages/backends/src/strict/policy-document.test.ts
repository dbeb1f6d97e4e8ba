import { expect, test } from 'vitest'
import { readAssumeRole } from './assume-role-input.ts'
import { PolicyFault, readPolicy } from './policy-document.ts'

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more })
const when = (operator: string, value: unknown) => allow({ Condition: { [operator]: { 'aws:Key': value } } })
const textOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const bad: [string, object[]][] = [
  ['neither an ARN nor *', [allow({ Resource: 'foo' })]],
  ['neither an ARN nor *', [allow({ Resource: '' })]],
  ['neither an ARN nor *', [allow({ Resource: ['*', 'b/*'] })]],
  ['neither an ARN nor *', [allow({ Resource: 'arn:aws:s3' })]],
  ['neither an ARN nor *', [allow({ Resource: 'arn:aws:*:::b' })]],
  ['neither an ARN nor *', [allow({ Resource: 'arn:azure:s3:::b' })]],
  ['neither an ARN nor *', [allow({ Resource: 'arn:aws:s3:b' })]],
  ['neither an ARN nor *', [allow({ Resource: 'arn:aws:s3:::' })]],
  ['neither an ARN nor *', [allow({ Resource: undefined, NotResource: 'foo' })]],
  ['Condition StringMatches of aws:Key', [when('StringMatches', 'x')]],
  ['Condition stringequals of aws:Key', [when('stringequals', 'x')]],
  ['Condition ForSomeValues:StringEquals', [when('ForSomeValues:StringEquals', 'x')]],
  ['Condition NullIfExists', [when('NullIfExists', 'true')]],
  ['Condition constructor', [when('constructor', 'x')]],
  ['Condition Bool', [when('Bool', 'maybe')]],
  ['Condition Bool', [when('Bool', ['true', ''])]],
  ['Condition Null', [when('Null', 'maybe')]],
  ['Condition NumericLessThan', [when('NumericLessThan', 'few')]],
  ['Condition DateGreaterThan', [when('DateGreaterThan', 'tomorrow')]],
  ['Condition IpAddress', [when('IpAddress', '10.0.0.0/33')]],
  ['Condition NotIpAddress', [when('NotIpAddress', 'here')]],
  ['letters and digits', [allow({ Sid: 'A b-c!' })]],
  ['letters and digits', [allow({ Sid: 1 })]],
  ['one Sid twice', [allow({ Sid: 'A' }), allow({ Effect: 'Deny', Sid: 'A' })]],
]

test.each(bad)('what IAM would call malformed is: %s', (fault, statements) => {
  const Policy = textOf(...statements)
  expect(() => readPolicy(Policy, 'identity')).toThrow(PolicyFault)
  expect(() => readPolicy(Policy, 'identity')).toThrow(fault)
  const RoleArn = 'arn:aws:iam::111111111111:role/mcp-gateway-read'
  const asked = new URLSearchParams({ RoleArn, RoleSessionName: 'mcp-acme', Policy })
  expect(readAssumeRole(asked)).toMatchObject({ code: 'MalformedPolicyDocument' })
})

test.each([
  [[allow({ Resource: ['arn:aws:s3:::b/*', 'arn:*:s3:::b', 'arn:aws-cn:ec2:*:111111111111:instance/*'] })]],
  [[allow({ Resource: ['arn:aws:s3:::*', 'arn:aws:s3:*', 'arn:aws:sns:eu-west-1:111111111111:topic:a'] })]],
  [[allow({ Resource: 'arn:aws:s3:::${aws:PrincipalTag/mcp:user}/*' })]],
  [[when('Bool', true), when('BoolIfExists', 'False'), when('Null', 'true'), when('Bool', '${aws:x}')]],
  [[when('NumericLessThanEquals', 10), when('NumericEquals', '-1.5')]],
  [[when('DateLessThan', '2026-11-27T00:00:00Z'), when('DateLessThan', '1790000000')]],
  [[when('IpAddress', ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'])]],
  [[when('ForAllValues:StringLikeIfExists', ['a', 'b']), when('ArnNotLike', 'arn:aws:iam::*:role/*')]],
  [[allow({ Sid: 'A1' }), allow({ Sid: 'A2' }), allow({ Sid: '' }), allow({ Sid: '' }), allow()]],
])('what IAM takes is read: %j', (statements) => {
  expect(readPolicy(textOf(...statements), 'identity')).toHaveLength(statements.length)
})
