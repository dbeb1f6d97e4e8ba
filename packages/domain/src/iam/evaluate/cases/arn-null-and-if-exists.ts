import { allow, casesOf, deny } from './policy-case.ts'

const arns = 'Condition operators: Amazon Resource Name (ARN) condition operators'
const exists = 'Condition operators: ...IfExists condition operators'
const nulls = 'Condition operators: Condition operator to check existence of condition keys'
const on = (operator: string, key: string, value: string | string[]) =>
  allow({ Condition: { [operator]: { [key]: value } } })
const source = (value: string | undefined) => ({ 'aws:SourceArn': value })
const send = 'sqs:SendMessage'
const topic = 'arn:aws:sns:eu-west-1:111122223333:news'
const run = 'ec2:RunInstances'
const type = (value: string | undefined) => ({ 'ec2:InstanceType': value })

/** ARN operators, IfExists and Null. */
export const arnNullAndIfExistsCases = [
  ...casesOf(arns, on('ArnEquals', 'aws:SourceArn', 'arn:aws:sns:*:111122223333:ne?s'), [
    ['allow', 'ArnEquals has wildcards as ArnLike has', send, source(topic)],
    ['implicit-deny', 'another account', send, source('arn:aws:sns:eu-west-1:444455556666:news')],
    ['implicit-deny', 'another case', send, source('arn:aws:sns:eu-west-1:111122223333:News')],
    [
      'implicit-deny',
      'a wildcard stays in its segment',
      send,
      source('arn:aws:sns:eu-west-1:1:111122223333:news'),
    ],
    ['implicit-deny', 'no such key', send],
    ['undecided: aws:SourceArn', 'not known', send, source(undefined)],
    ['undecided: aws:SourceArn', 'no ARN', send, source('news')],
    ['undecided: aws:SourceArn', 'six parts and no ARN', send, source(topic.replace('arn', 'urn'))],
  ]),
  ...casesOf(arns, on('ArnLike', 'aws:SourceArn', 'arn:aws:lambda:*:*:function:*'), [
    [
      'allow',
      'a wildcard of the last segment across its colons',
      send,
      source('arn:aws:lambda:eu-west-1:111122223333:function:pay:live'),
    ],
    ['allow', 'across slashes too', send, source('arn:aws:lambda:eu-west-1:111122223333:function:a/b')],
    ['implicit-deny', 'another kind', send, source('arn:aws:lambda:eu-west-1:111122223333:layer:pay')],
    [
      'implicit-deny',
      'another partition',
      send,
      source('arn:aws-cn:lambda:cn-north-1:111122223333:function:pay'),
    ],
  ]),
  ...casesOf(arns, on('ArnLike', 'aws:SourceArn', ['arn:aws:s3:::shelf', topic]), [
    ['allow', 'empty segments', send, source('arn:aws:s3:::shelf')],
    ['allow', 'the second of two', send, source(topic)],
    [
      'implicit-deny',
      'an empty segment stands for an empty one',
      send,
      source('arn:aws:s3:eu-west-1::shelf'),
    ],
  ]),
  ...casesOf(arns, on('ArnNotEquals', 'aws:SourceArn', topic), [
    ['implicit-deny', 'equal', send, source(topic)],
    ['allow', 'not equal', send, source(`${topic}-2`)],
    ['allow', 'no such key', send],
  ]),
  ...casesOf(
    arns,
    [allow(), deny({ Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/platform-*' } } })],
    [
      ['allow', 'like it', send, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/platform-a' }],
      ['explicit-deny', 'not like it', send, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/dev' }],
      ['explicit-deny', 'no such key', send],
      ['undecided: aws:PrincipalArn', 'not known', send, { 'aws:PrincipalArn': undefined }],
    ],
  ),
  ...casesOf(arns, on('ArnLike', 'aws:SourceArn', 'arn:aws:sns'), [
    ['undecided: aws:SourceArn', 'a pattern without six segments', send, source(topic)],
  ]),
  ...casesOf(exists, on('StringLikeIfExists', 'ec2:InstanceType', ['t1.*', 't2.*', 'm3.*']), [
    ['allow', 'there and like it', run, type('t2.micro')],
    ['implicit-deny', 'there and not like it', run, type('p4d.24xlarge')],
    ['allow', 'not there', run],
    ['undecided: ec2:InstanceType', 'not known', run, type(undefined)],
  ]),
  ...casesOf(exists, on('NumericLessThanIfExists', 'aws:MultiFactorAuthAge', '3600'), [
    ['allow', 'not there', run],
    ['implicit-deny', 'there and too large', run, { 'aws:MultiFactorAuthAge': '3600' }],
  ]),
  ...casesOf(exists, on('StringNotEqualsIfExists', 'ec2:InstanceType', 'p4d.24xlarge'), [
    ['allow', 'a negated operator, not there', run],
    ['implicit-deny', 'a negated operator, there and equal', run, type('p4d.24xlarge')],
  ]),
  ...casesOf(exists, on('IpAddressIfExists', 'aws:VpcSourceIp', '10.0.0.0/8'), [
    ['allow', 'not there', run],
    ['implicit-deny', 'elsewhere', run, { 'aws:VpcSourceIp': '192.168.0.1' }],
  ]),
  ...casesOf(exists, on('ArnEqualsIfExists', 'aws:SourceArn', topic), [
    ['allow', 'not there', run],
    ['implicit-deny', 'another', run, source(`${topic}-2`)],
  ]),
  ...casesOf(exists, on('DateLessThanIfExists', 'aws:TokenIssueTime', '2026-01-01T00:00:00Z'), [
    ['allow', 'not there', run],
    ['implicit-deny', 'later', run, { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' }],
  ]),
  ...casesOf(
    exists,
    [allow(), deny({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })],
    [
      ['explicit-deny', 'a Deny of what is not there', run],
      ['explicit-deny', 'a Deny of false', run, { 'aws:MultiFactorAuthPresent': 'false' }],
      ['allow', 'true', run, { 'aws:MultiFactorAuthPresent': 'true' }],
    ],
  ),
  ...casesOf(nulls, on('Null', 'aws:TokenIssueTime', 'true'), [
    ['allow', 'true: must not be there', run],
    ['implicit-deny', 'true: is there', run, { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' }],
    ['undecided: aws:TokenIssueTime', 'true: not known', run, { 'aws:TokenIssueTime': undefined }],
  ]),
  ...casesOf(nulls, on('Null', 'aws:TokenIssueTime', 'false'), [
    ['allow', 'false: is there', run, { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' }],
    ['implicit-deny', 'false: is not there', run],
  ]),
  ...casesOf(nulls, allow({ Condition: { Null: { 'aws:RequestTag/a': true, 'aws:RequestTag/b': false } } }), [
    ['allow', 'truths of JSON', run, { 'aws:RequestTag/b': 'x' }],
    ['implicit-deny', 'both there', run, { 'aws:RequestTag/a': 'x', 'aws:RequestTag/b': 'x' }],
  ]),
  ...casesOf(nulls, on('Null', 'aws:TokenIssueTime', '${aws:username}'), [
    ['undecided: aws:TokenIssueTime', 'neither true nor false', run],
  ]),
  ...casesOf(nulls, on('NullIfExists', 'aws:TokenIssueTime', 'true'), [
    ['undecided: NullIfExists', 'Null takes no IfExists', run],
  ]),
  ...casesOf('Condition operators', on('StringResembles', 'aws:SourceArn', topic), [
    ['undecided: StringResembles', 'an operator that nobody knows', run, source(topic)],
    ['undecided: StringResembles', 'whether or not the key is there', run],
  ]),
  ...casesOf(
    'Condition operators',
    [allow(), deny({ Condition: { toString: { 'aws:SourceArn': topic } } })],
    [['undecided: toString', 'a Deny with an operator that nobody knows', run, source(topic)]],
  ),
]
