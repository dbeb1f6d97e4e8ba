import { allow, casesOf, deny } from './policy-case.ts'

const strings = 'Condition operators: String condition operators'
const conditions = 'IAM JSON policy elements: Condition'
const on = (Condition: Record<string, Record<string, string | string[]>>) => allow({ Condition })
const job = 'aws:PrincipalTag/job-category'
const ask = 'iam:GetUser'

/** String operators, and how conditions of a statement go together. */
export const stringCases = [
  ...casesOf(strings, on({ StringEquals: { [job]: 'iamuser-admin' } }), [
    ['allow', 'equal', ask, { [job]: 'iamuser-admin' }],
    ['implicit-deny', 'another case', ask, { [job]: 'IamUser-Admin' }],
    ['implicit-deny', 'a part of it', ask, { [job]: 'iamuser' }],
    ['implicit-deny', 'an empty value', ask, { [job]: '' }],
    ['implicit-deny', 'no such tag', ask],
    [`undecided: ${job}`, 'a tag that is not known', ask, { [job]: undefined }],
    ['allow', 'a key in another case', ask, { 'AWS:principaltag/Job-Category': 'iamuser-admin' }],
  ]),
  ...casesOf(strings, on({ StringEquals: { [job]: 'iamuser-*' } }), [
    ['implicit-deny', 'a star is a star', ask, { [job]: 'iamuser-admin' }],
    ['allow', 'and equals one', ask, { [job]: 'iamuser-*' }],
  ]),
  ...casesOf(strings, on({ StringNotEquals: { [job]: ['intern', 'guest'] } }), [
    ['allow', 'neither of two', ask, { [job]: 'admin' }],
    ['implicit-deny', 'the first', ask, { [job]: 'intern' }],
    ['implicit-deny', 'the second', ask, { [job]: 'guest' }],
    ['allow', 'another case', ask, { [job]: 'Guest' }],
    ['allow', 'no such tag', ask],
    [`undecided: ${job}`, 'a tag that is not known', ask, { [job]: undefined }],
  ]),
  ...casesOf(strings, on({ StringEqualsIgnoreCase: { [job]: 'Admin' } }), [
    ['allow', 'another case', ask, { [job]: 'aDMIN' }],
    ['implicit-deny', 'another word', ask, { [job]: 'admins' }],
    ['implicit-deny', 'no such tag', ask],
  ]),
  ...casesOf(strings, on({ StringNotEqualsIgnoreCase: { [job]: 'Admin' } }), [
    ['implicit-deny', 'another case', ask, { [job]: 'ADMIN' }],
    ['allow', 'another word', ask, { [job]: 'admins' }],
    ['allow', 'no such tag', ask],
  ]),
  ...casesOf(strings, on({ StringLike: { 's3:prefix': ['', 'home/', 'home/ann/*', 'r?port'] } }), [
    ['allow', 'an empty value that is listed', 's3:ListBucket', { 's3:prefix': '' }],
    ['allow', 'the same', 's3:ListBucket', { 's3:prefix': 'home/' }],
    ['allow', 'a wildcard', 's3:ListBucket', { 's3:prefix': 'home/ann/2026/x' }],
    ['allow', 'a wildcard for nothing', 's3:ListBucket', { 's3:prefix': 'home/ann/' }],
    ['allow', 'one character', 's3:ListBucket', { 's3:prefix': 'report' }],
    ['implicit-deny', 'no character', 's3:ListBucket', { 's3:prefix': 'rport' }],
    ['implicit-deny', 'another case', 's3:ListBucket', { 's3:prefix': 'Home/ann/x' }],
    ['implicit-deny', 'another name', 's3:ListBucket', { 's3:prefix': 'home/bob/' }],
    ['implicit-deny', 'no such key', 's3:ListBucket'],
  ]),
  ...casesOf(strings, on({ StringLike: { 'aws:PrincipalArn': '*' } }), [
    ['allow', 'a star is like any value', ask, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:user/a' }],
    ['implicit-deny', 'and not like none', ask],
  ]),
  ...casesOf(strings, on({ StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ops/*' } }), [
    ['implicit-deny', 'like it', ask, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/ops/a' }],
    ['allow', 'not like it', ask, { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/dev/a' }],
    ['allow', 'no such key', ask],
  ]),
  ...casesOf(
    strings,
    allow({ Condition: { StringEquals: { 'aws:ViaAWSService': true, 's3:max-keys': 10 } } }),
    [
      ['allow', 'a truth and a number as text', ask, { 'aws:ViaAWSService': 'true', 's3:max-keys': '10' }],
      [
        'implicit-deny',
        'a number written otherwise',
        ask,
        { 'aws:ViaAWSService': 'true', 's3:max-keys': '10.0' },
      ],
    ],
  ),
  ...casesOf(
    conditions,
    on({
      StringEquals: { 'aws:PrincipalTag/dept': ['fin', 'hr'], 'aws:PrincipalTag/role': ['audit'] },
      StringLike: { 'aws:RequestedRegion': 'eu-*' },
    }),
    [
      [
        'allow',
        'all keys of all operators',
        ask,
        {
          'aws:PrincipalTag/dept': 'hr',
          'aws:PrincipalTag/role': 'audit',
          'aws:RequestedRegion': 'eu-west-1',
        },
      ],
      [
        'implicit-deny',
        'one key of an operator fails',
        ask,
        { 'aws:PrincipalTag/dept': 'hr', 'aws:PrincipalTag/role': 'x', 'aws:RequestedRegion': 'eu-west-1' },
      ],
      [
        'implicit-deny',
        'another operator fails',
        ask,
        {
          'aws:PrincipalTag/dept': 'hr',
          'aws:PrincipalTag/role': 'audit',
          'aws:RequestedRegion': 'us-east-1',
        },
      ],
      [
        'implicit-deny',
        'one fails, whatever the other',
        ask,
        {
          'aws:PrincipalTag/dept': undefined,
          'aws:PrincipalTag/role': 'x',
          'aws:RequestedRegion': undefined,
        },
      ],
      [
        'undecided: aws:PrincipalTag/dept, aws:RequestedRegion',
        'two are not known',
        ask,
        {
          'aws:PrincipalTag/dept': undefined,
          'aws:PrincipalTag/role': 'audit',
          'aws:RequestedRegion': undefined,
        },
      ],
    ],
  ),
  ...casesOf(
    conditions,
    [
      allow(),
      deny({
        Condition: {
          StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalTag/dept': 'ops' },
        },
      }),
    ],
    [
      [
        'explicit-deny',
        'a Deny needs all of its conditions',
        ask,
        { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalTag/dept': 'dev' },
      ],
      [
        'allow',
        'and one that fails is enough to pass',
        ask,
        { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalTag/dept': 'ops' },
      ],
      ['explicit-deny', 'a key that is absent is not equal', ask, { 'aws:RequestedRegion': 'us-east-1' }],
    ],
  ),
  ...casesOf(conditions, allow({ Condition: {} }), [['allow', 'an empty Condition asks for nothing', ask]]),
]
