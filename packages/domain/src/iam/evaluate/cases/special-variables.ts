import { allow, casesOf, deny } from './policy-case.ts'

const where = 'IAM policy elements: Variables and tags, "Where you can use policy variables"'
const special = 'IAM policy elements: Variables and tags, "Special characters"'
const defaults = 'IAM policy elements: Variables and tags, "Specifying default values"'
const get = 's3:GetObject'
const list = 's3:ListBucket'
const user = (value: string | string[] | undefined) => ({ 'aws:username': value })
const team = (value: string | undefined) => ({ 'aws:PrincipalTag/team': value })
const shelf = 'arn:aws:s3:::shelf'

/** Where policy variables may stand, special characters, default values, and what is no variable. */
export const specialVariableCases = [
  ...casesOf(
    where,
    allow({ Resource: 'arn:aws:sns:*:*:${aws:PrincipalTag/project}-${aws:PrincipalTag/stage}-*' }),
    [
      [
        'allow',
        'two variables and a wildcard',
        'sns:CreateTopic arn:aws:sns:eu-west-1:111122223333:web-prod-news',
        { 'aws:PrincipalTag/project': 'web', 'aws:PrincipalTag/stage': 'prod' },
      ],
      [
        'implicit-deny',
        'one of them otherwise',
        'sns:CreateTopic arn:aws:sns:eu-west-1:111122223333:web-test-news',
        { 'aws:PrincipalTag/project': 'web', 'aws:PrincipalTag/stage': 'prod' },
      ],
      [
        'implicit-deny',
        'one of them absent',
        'sns:CreateTopic arn:aws:sns:eu-west-1:111122223333:web--news',
        { 'aws:PrincipalTag/project': 'web' },
      ],
    ],
  ),
  ...casesOf(where, allow({ Resource: 'arn:aws:sns:${aws:RequestedRegion}:111122223333:news' }), [
    [
      'undecided: aws:RequestedRegion',
      'no variable before the fifth colon',
      'sns:Publish arn:aws:sns:eu-west-1:111122223333:news',
      { 'aws:RequestedRegion': 'eu-west-1' },
    ],
    [
      'implicit-deny',
      'and none that would do',
      'sns:Publish arn:aws:sns:eu-west-1:444455556666:news',
      { 'aws:RequestedRegion': 'eu-west-1' },
    ],
  ]),
  ...casesOf(
    where,
    allow({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::${aws:PrincipalTag/team}-*' } } }),
    [
      [
        'allow',
        'a variable in an ARN condition',
        get,
        { ...team('red'), 'aws:SourceArn': 'arn:aws:s3:::red-1' },
      ],
      ['implicit-deny', 'another value', get, { ...team('blue'), 'aws:SourceArn': 'arn:aws:s3:::red-1' }],
    ],
  ),
  ...casesOf(
    where,
    allow({ Condition: { StringEqualsIgnoreCase: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } } }),
    [['allow', 'whatever the case', get, { ...team('RED'), 'aws:ResourceTag/team': 'red' }]],
  ),
  ...casesOf(where, allow({ Condition: { Bool: { 'aws:SecureTransport': '${aws:PrincipalTag/team}' } } }), [
    [
      'undecided: aws:SecureTransport',
      'no variable for a truth',
      get,
      { ...team('true'), 'aws:SecureTransport': 'true' },
    ],
  ]),
  ...casesOf(special, allow({ Action: get, Resource: `${shelf}/a\${*}b\${?}c\${$}{d}` }), [
    ['allow', 'each stands for itself', `${get} ${shelf}/a*b?c\${d}`],
    ['implicit-deny', 'and for nothing else', `${get} ${shelf}/axbxc\${d}`],
  ]),
  ...casesOf(special, allow({ Condition: { StringLike: { 's3:prefix': '${*}*' } } }), [
    ['allow', 'a star and then anything', list, { 's3:prefix': '*abc' }],
    ['implicit-deny', 'no star', list, { 's3:prefix': 'abc' }],
  ]),
  ...casesOf(special, allow({ Condition: { StringEquals: { 's3:prefix': 'cost ${$}5' } } }), [
    ['allow', 'a dollar', list, { 's3:prefix': 'cost $5' }],
  ]),
  ...casesOf(
    defaults,
    allow({ Action: list, Resource: `${shelf}-\${aws:PrincipalTag/team, 'company-wide'}` }),
    [
      ['allow', 'with a tag', `${list} ${shelf}-yellow`, team('yellow')],
      ['implicit-deny', 'with a tag, not the default', `${list} ${shelf}-company-wide`, team('yellow')],
      ['allow', 'without a tag', `${list} ${shelf}-company-wide`],
      ['implicit-deny', 'without a tag, not of others', `${list} ${shelf}-yellow`],
      [
        'undecided: aws:PrincipalTag/team',
        'a tag that is not known',
        `${list} ${shelf}-company-wide`,
        team(undefined),
      ],
    ],
  ),
  ...casesOf(
    defaults,
    [
      allow(),
      deny({ Condition: { StringNotEquals: { 'aws:ResourceTag/team': "${aws:PrincipalTag/team,'none'}" } } }),
    ],
    [
      ['allow', 'a default in a condition, without a space', get, { 'aws:ResourceTag/team': 'none' }],
      ['explicit-deny', 'a default in a condition that is another', get, { 'aws:ResourceTag/team': 'red' }],
    ],
  ),
  ...casesOf(
    'Access Analyzer policy checks: Missing brace in variable',
    allow({ Condition: { StringEquals: { 'aws:username': '${aws:username' } } }),
    [['undecided: ${aws:username', 'a variable without an end', get, user('ann')]],
  ),
  ...casesOf(
    'Access Analyzer policy checks: Empty variable',
    [allow(), deny({ Action: get, Resource: `${shelf}/\${}` })],
    [
      ['undecided: ${}', 'a variable without a name', `${get} ${shelf}/a`],
      ['allow', 'where nothing would do', `${get} arn:aws:s3:::desk/a`],
    ],
  ),
]
