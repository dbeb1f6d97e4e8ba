import { allow, casesOf, deny } from './policy-case.ts'

const on = (operator: string, key: string, value: string | string[]) =>
  allow({ Condition: { [operator]: { [key]: value } } })
const unless = (operator: string, key: string, value: string | string[]) => [
  allow(),
  deny({ Condition: { [operator]: { [key]: value } } }),
]
const ask = 'dynamodb:GetItem'

/** Global condition keys, and the boundary and permission examples that use them. */
export const globalKeyCases = [
  ...casesOf(
    'Global condition keys: aws:PrincipalOrgID',
    unless('StringNotEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'),
    [
      ['allow', 'of the organisation', ask, { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }],
      ['explicit-deny', 'of another', ask, { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' }],
      ['explicit-deny', 'of none', ask],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:MultiFactorAuthPresent',
    on('Bool', 'aws:MultiFactorAuthPresent', 'true'),
    [
      ['allow', 'with MFA', ask, { 'aws:MultiFactorAuthPresent': 'true' }],
      ['implicit-deny', 'long-term keys have no such key', ask],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:MultiFactorAuthPresent',
    unless('Bool', 'aws:MultiFactorAuthPresent', 'false'),
    [
      ['allow', 'a Deny without IfExists misses long-term keys', ask],
      ['explicit-deny', 'and hits sessions without MFA', ask, { 'aws:MultiFactorAuthPresent': 'false' }],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:MultiFactorAuthAge',
    on('NumericLessThan', 'aws:MultiFactorAuthAge', '3600'),
    [
      ['allow', 'within an hour', ask, { 'aws:MultiFactorAuthAge': '3599' }],
      ['implicit-deny', 'an hour ago', ask, { 'aws:MultiFactorAuthAge': '3600' }],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:SourceVpce',
    unless('StringNotEquals', 'aws:SourceVpce', ['vpce-1a2b3c4d', 'vpce-5e6f7a8b']),
    [
      ['allow', 'through the endpoint', ask, { 'aws:SourceVpce': 'vpce-5e6f7a8b' }],
      ['explicit-deny', 'through another', ask, { 'aws:SourceVpce': 'vpce-00000000' }],
      ['explicit-deny', 'through none', ask],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:PrincipalArn',
    unless('ArnNotLike', 'aws:PrincipalArn', [
      'arn:aws:iam::*:role/break-glass',
      'arn:aws:iam::*:role/aws-service-role/*',
    ]),
    [
      [
        'allow',
        'one of two roles',
        ask,
        { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/break-glass' },
      ],
      [
        'allow',
        'a role of a service',
        ask,
        { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/x' },
      ],
      ['explicit-deny', 'another role', ask, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/dev' }],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:PrincipalAccount',
    on('StringEquals', 'aws:PrincipalAccount', '111122223333'),
    [
      ['allow', 'of the account', ask, { 'aws:PrincipalAccount': '111122223333' }],
      ['implicit-deny', 'of another', ask, { 'aws:PrincipalAccount': '011122223333' }],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:ResourceAccount',
    unless('StringNotEquals', 'aws:ResourceAccount', '${aws:PrincipalAccount}'),
    [
      [
        'allow',
        'resources of the own account',
        ask,
        { 'aws:ResourceAccount': '111122223333', 'aws:PrincipalAccount': '111122223333' },
      ],
      [
        'explicit-deny',
        'those of another',
        ask,
        { 'aws:ResourceAccount': '444455556666', 'aws:PrincipalAccount': '111122223333' },
      ],
      [
        'undecided: aws:ResourceAccount',
        'those of nobody knows whom',
        ask,
        { 'aws:ResourceAccount': undefined, 'aws:PrincipalAccount': '111122223333' },
      ],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:TokenIssueTime',
    unless('DateLessThan', 'aws:TokenIssueTime', '2026-05-01T12:00:00Z'),
    [
      [
        'explicit-deny',
        'sessions from before are revoked',
        ask,
        { 'aws:TokenIssueTime': '2026-05-01T11:59:59Z' },
      ],
      ['allow', 'later ones are not', ask, { 'aws:TokenIssueTime': '2026-05-01T12:00:00Z' }],
      ['allow', 'nor is what is no session', ask],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:RequestTag',
    on('StringEquals', 'aws:RequestTag/Environment', ['preprod', 'production']),
    [
      ['allow', 'a tag of the list', ask, { 'aws:RequestTag/Environment': 'production' }],
      ['allow', 'its key in another case', ask, { 'aws:RequestTag/environment': 'production' }],
      ['implicit-deny', 'its value in another case', ask, { 'aws:RequestTag/Environment': 'Production' }],
      ['implicit-deny', 'no such tag', ask],
    ],
  ),
  ...casesOf('Global condition keys: aws:UserAgent', on('StringLike', 'aws:UserAgent', '*Terraform/*'), [
    ['allow', 'somewhere within', ask, { 'aws:UserAgent': 'APN/1.0 Terraform/1.9' }],
    ['implicit-deny', 'nowhere', ask, { 'aws:UserAgent': 'aws-cli/2' }],
  ]),
  ...casesOf(
    'Global condition keys: aws:PrincipalServiceName',
    on('StringEquals', 'aws:PrincipalServiceName', 'cloudtrail.amazonaws.com'),
    [
      ['allow', 'a service itself', ask, { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' }],
      ['implicit-deny', 'not a service', ask],
    ],
  ),
  ...casesOf(
    'Permissions boundaries for IAM entities',
    {
      policies: [
        { Version: '2012-10-17', Statement: [allow({ Action: ['s3:*', 'cloudwatch:*', 'ec2:*'] })] },
      ],
    },
    [
      ['allow', 'within the boundary', 's3:CreateBucket'],
      ['implicit-deny', 'outside of it', 'iam:CreateUser'],
    ],
  ),
  ...casesOf(
    'Permissions boundaries for IAM entities, "Delegating responsibility to others"',
    [
      allow({
        Action: 'iam:CreateUser',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/most' } },
      }),
      deny({ Action: 'iam:DeleteUserPermissionsBoundary' }),
    ],
    [
      [
        'allow',
        'with the boundary',
        'iam:CreateUser',
        { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/most' },
      ],
      [
        'implicit-deny',
        'with another',
        'iam:CreateUser',
        { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/least' },
      ],
      ['implicit-deny', 'with none', 'iam:CreateUser'],
      ['explicit-deny', 'to take it away', 'iam:DeleteUserPermissionsBoundary'],
    ],
  ),
]
