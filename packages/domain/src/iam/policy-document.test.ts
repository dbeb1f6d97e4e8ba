import { expect, test } from 'vitest'
import { z } from 'zod'
import { faultOf } from '../faults.ts'
import { policyDocument } from './policy-document.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const of = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements })
const faultsOf = (document: unknown): string[] =>
  policyDocument.safeParse(document).error?.issues.map(faultOf) ?? []

test.for<[string, unknown]>([
  ['single texts', of(allow)],
  [
    'lists',
    of({ Effect: 'Deny', NotAction: ['s3:*', 'ec2:Describe?*'], NotResource: ['arn:aws:s3:::a/*', '*'] }),
  ],
  [
    'an id and sids',
    { Id: 'of-acme', ...of({ ...allow, Sid: 'One' }, { ...allow, Sid: 'Two' }, allow, allow) },
  ],
  ['a prefix in capitals', of({ ...allow, Action: 'S3:getobject' })],
  ['an ARN with variables', of({ ...allow, Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/mcp:user}/*' })],
  ['an ARN of wildcards', of({ ...allow, Resource: 'arn:*:*:*:*:*' })],
  [
    'a number and a truth',
    of({
      ...allow,
      Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 's3:max-keys': 10 } },
    }),
  ],
  ['a date', of({ ...allow, Condition: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-31T00:00:00Z' } } })],
  ['seconds', of({ ...allow, Condition: { DateLessThanIfExists: { 'aws:EpochTime': 1_800_000_000 } } })],
  [
    'addresses',
    of({
      ...allow,
      Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32', '10.0.0.1'] } },
    }),
  ],
  [
    'ARNs',
    of({
      ...allow,
      Condition: { 'ForAnyValue:ArnLikeIfExists': { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
    }),
  ],
  [
    'tag keys',
    of({
      ...allow,
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
        Null: { 'aws:TagKeys': 'false' },
      },
    }),
  ],
  [
    'a variable where a number is due',
    of({ ...allow, Condition: { NumericEquals: { 's3:max-keys': '${aws:PrincipalTag/n}' } } }),
  ],
])('%s', ([, document]) => {
  expect(faultsOf(document)).toEqual([])
})

test('the shape stays as it was written', () => {
  const document = of({ ...allow, Condition: { Bool: { 'aws:SecureTransport': true } } })
  expect(policyDocument.parse(document)).toEqual(document)
})

test('a single statement may stand without its list', () => {
  expect(policyDocument.parse({ Version: '2012-10-17', Statement: allow })).toEqual(of(allow))
})

test.for<[string, unknown, string[]]>([
  ['nothing', undefined, ['(root): Invalid input: expected object, received undefined']],
  ['JSON text', JSON.stringify(of(allow)), ['(root): Invalid input: expected object, received string']],
  ['an old version', { ...of(allow), Version: '2008-10-17' }, ['Version: must be "2012-10-17"']],
  ['no version', { Statement: [allow] }, ['Version: must be "2012-10-17"']],
  ['no statement', of(), ['Statement: Too small: expected array to have >=1 items']],
  [
    'a statement that is a text',
    of('Allow'),
    ['Statement[0]: Invalid input: expected object, received string'],
  ],
  [
    'another effect',
    of({ ...allow, Effect: 'allow' }),
    ['Statement[0].Effect: Invalid option: expected one of "Allow"|"Deny"'],
  ],
  ['a principal', of({ ...allow, Principal: '*' }), ['Statement[0]: Unrecognized key: "Principal"']],
  [
    'no action',
    of(allow, { Effect: 'Allow', Resource: '*' }),
    ['Statement[1]: needs either Action or NotAction, and not both'],
  ],
  [
    'both actions',
    of({ ...allow, NotAction: 's3:*' }),
    ['Statement[0]: needs either Action or NotAction, and not both'],
  ],
  [
    'no resource',
    of({ Effect: 'Allow', Action: '*' }),
    ['Statement[0]: needs either Resource or NotResource, and not both'],
  ],
  [
    'both resources',
    of({ ...allow, NotResource: '*' }),
    ['Statement[0]: needs either Resource or NotResource, and not both'],
  ],
  [
    'an action without service',
    of({ ...allow, Action: ['s3:GetObject', 'GetObject'] }),
    ['Statement[0].Action[1]: must be an IAM action such as s3:GetObject, or *'],
  ],
  [
    'a service of wildcards',
    of({ ...allow, Action: '*:*' }),
    ['Statement[0].Action: must be an IAM action such as s3:GetObject, or *'],
  ],
  [
    'a number as an action',
    of({ ...allow, Action: [7] }),
    ['Statement[0].Action: must be an IAM action such as s3:GetObject, or *; one text or a list of them'],
  ],
  [
    'an empty list',
    of({ ...allow, Resource: [] }),
    ['Statement[0].Resource: Too small: expected array to have >=1 items'],
  ],
  [
    'a bucket name',
    of({ ...allow, Resource: ['*', 'my-bucket/*'] }),
    ['Statement[0].Resource[1]: must be a whole ARN such as arn:aws:s3:::bucket/*, or *'],
  ],
  [
    'half an ARN',
    of({ ...allow, Resource: 'arn:aws:s3' }),
    ['Statement[0].Resource: must be a whole ARN such as arn:aws:s3:::bucket/*, or *'],
  ],
  ['a Sid with a space', of({ ...allow, Sid: 'my sid' }), ['Statement[0].Sid: must be letters and digits']],
  [
    'a Sid twice',
    of({ ...allow, Sid: 'One' }, { ...allow, Sid: 'Two' }, { ...allow, Sid: 'One' }),
    ['Statement[2].Sid: is that of another statement'],
  ],
  [
    'another operator',
    of({ ...allow, Condition: { StringMatches: { 'aws:x': 'y' } } }),
    ['Statement[0].Condition.StringMatches: is no condition operator of IAM'],
  ],
  [
    'a member of every object',
    of({ ...allow, Condition: { constructor: { 'aws:x': 'y' } } }),
    ['Statement[0].Condition.constructor: is no condition operator of IAM'],
  ],
  [
    'another case',
    of({ ...allow, Condition: { stringequals: { 'aws:x': 'y' } } }),
    ['Statement[0].Condition.stringequals: is no condition operator of IAM'],
  ],
  [
    'another set',
    of({ ...allow, Condition: { 'ForSomeValues:StringEquals': { 'aws:x': 'y' } } }),
    ['Statement[0].Condition.ForSomeValues:StringEquals: is no condition operator of IAM'],
  ],
  [
    'NullIfExists',
    of({ ...allow, Condition: { NullIfExists: { 'aws:x': 'true' } } }),
    ['Statement[0].Condition.NullIfExists: Null takes neither ForAllValues:, ForAnyValue: nor IfExists'],
  ],
  [
    'a bare key',
    of({ ...allow, Condition: { StringEquals: { region: 'x' } } }),
    ['Statement[0].Condition.StringEquals.region: must be a condition key such as aws:RequestedRegion'],
  ],
  [
    'a value that is no number',
    of({ ...allow, Condition: { NumericEquals: { 's3:max-keys': ['1', 'c4n4ry'] } } }),
    ['Statement[0].Condition.NumericEquals.s3:max-keys: must be a number'],
  ],
  [
    'a value that is no truth',
    of({ ...allow, Condition: { Null: { 'aws:TagKeys': 'c4n4ry' } } }),
    ['Statement[0].Condition.Null.aws:TagKeys: must be true or false'],
  ],
  [
    'a value that is no date',
    of({ ...allow, Condition: { DateEquals: { 'aws:CurrentTime': 'c4n4ry' } } }),
    [
      'Statement[0].Condition.DateEquals.aws:CurrentTime: must be an ISO 8601 time such as 2026-01-31T00:00:00Z, or seconds since 1970',
    ],
  ],
  [
    'a value that is no address',
    of({ ...allow, Condition: { NotIpAddress: { 'aws:SourceIp': 'c4n4ry/8' } } }),
    [
      'Statement[0].Condition.NotIpAddress.aws:SourceIp: must be an IP address or a range such as 203.0.113.0/24',
    ],
  ],
  [
    'a value that is no ARN',
    of({ ...allow, Condition: { ArnLike: { 'aws:PrincipalArn': 'c4n4ry' } } }),
    ['Statement[0].Condition.ArnLike.aws:PrincipalArn: must be an ARN'],
  ],
  [
    'an object as a value',
    of({ ...allow, Condition: { StringEquals: { 'aws:x': { y: 'c4n4ry' } } } }),
    ['Statement[0].Condition.StringEquals.aws:x: must be a text, a number, true or false, or a list of them'],
  ],
])('%s is refused with its path', ([, document, faults]) => {
  expect(faultsOf(document)).toEqual(faults)
})

test('every operator of the reference is known, with IfExists and for sets', () => {
  const values = {
    String: 'x',
    Numeric: '1',
    Date: '2026-01-31',
    Bool: 'true',
    Binary: 'eA==',
    Ip: '10.0.0.0/8',
    Arn: 'arn:aws:s3:::a',
  }
  const operators = Object.entries({
    String: [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    Numeric: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    Date: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    Bool: ['Bool'],
    Binary: ['BinaryEquals'],
    Ip: ['IpAddress', 'NotIpAddress'],
    Arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  }).flatMap(([kind, names]) => names.map((name) => [name, values[kind as keyof typeof values]] as const))
  expect(operators).toHaveLength(26)
  for (const [name, value] of operators)
    for (const set of ['', 'ForAllValues:', 'ForAnyValue:'])
      for (const suffix of ['', 'IfExists'])
        expect(
          faultsOf(of({ ...allow, Condition: { [`${set}${name}${suffix}`]: { 'aws:x': value } } })),
        ).toEqual([])
})

test('its JSON Schema has the patterns', () => {
  const schema = JSON.stringify(z.toJSONSchema(policyDocument, { io: 'input' }))
  expect(schema).toContain('"NotAction":{"anyOf":[{"type":"string","pattern":')
})
