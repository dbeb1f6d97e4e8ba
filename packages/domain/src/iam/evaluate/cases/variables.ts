import { allow, casesOf, deny } from './policy-case.ts'

const variables = 'IAM policy elements: Variables and tags'
const noValue = 'IAM policy elements: Variables and tags, "Policy variables with no value"'
const get = 's3:GetObject'
const list = 's3:ListBucket'
const user = (value: string | string[] | undefined) => ({ 'aws:username': value })
const team = (value: string | undefined) => ({ 'aws:PrincipalTag/team': value })
const shelf = 'arn:aws:s3:::shelf'

/** Policy variables: their values, and where there are none. */
export const variableCases = [
  ...casesOf(variables, allow({ Action: get, Resource: `${shelf}/home/\${aws:username}/*` }), [
    ['allow', 'the own folder', `${get} ${shelf}/home/ann/a`, user('ann')],
    ['implicit-deny', 'the folder of another', `${get} ${shelf}/home/bob/a`, user('ann')],
    ['implicit-deny', 'a folder that begins so', `${get} ${shelf}/home/anna/a`, user('ann')],
    ['implicit-deny', 'another case', `${get} ${shelf}/home/Ann/a`, user('ann')],
    ['implicit-deny', 'a star in a value is a star', `${get} ${shelf}/home/bob/a`, user('*')],
    ['allow', 'and stands for itself', `${get} ${shelf}/home/*/a`, user('*')],
    ['undecided: aws:username', 'not known', `${get} ${shelf}/home/ann/a`, user(undefined)],
    ['implicit-deny', 'not known, and no value would do', `${get} ${shelf}/office/ann/a`, user(undefined)],
    ['undecided: resource', 'the resource is not known', `${get} ?`, user('ann')],
    [
      'undecided: aws:username',
      'a key of several values is no variable',
      `${get} ${shelf}/home/ann/a`,
      user(['ann', 'bob']),
    ],
    ['undecided: aws:username', 'nor is an empty value sure to be one', `${get} ${shelf}/home//a`, user('')],
  ]),
  ...casesOf(variables, allow({ Action: get, Resource: `${shelf}/\${AWS:UserName}/*` }), [
    ['allow', 'its name in another case', `${get} ${shelf}/ann/a`, user('ann')],
  ]),
  ...casesOf(
    variables,
    allow({
      Condition: {
        StringLike: { 's3:prefix': ['${aws:PrincipalTag/team}/*', 'all/${aws:PrincipalTag/team}?'] },
      },
    }),
    [
      ['allow', 'a tag in a condition', list, { ...team('red'), 's3:prefix': 'red/2026' }],
      ['allow', 'another of the list', list, { ...team('red'), 's3:prefix': 'all/red7' }],
      ['implicit-deny', 'another team', list, { ...team('red'), 's3:prefix': 'blue/2026' }],
      [
        'undecided: aws:PrincipalTag/team',
        'a tag that is not known',
        list,
        { ...team(undefined), 's3:prefix': 'red/2026' },
      ],
      [
        'implicit-deny',
        'a tag that is not known, and no value would do',
        list,
        { ...team(undefined), 's3:prefix': '' },
      ],
    ],
  ),
  ...casesOf(
    variables,
    allow({
      Action: get,
      Condition: { StringEquals: { 's3:ExistingObjectTag/owner': '${aws:PrincipalTag/owner}' } },
    }),
    [
      [
        'allow',
        'tags that are equal',
        get,
        { 's3:ExistingObjectTag/owner': 'ann', 'aws:PrincipalTag/owner': 'ann' },
      ],
      [
        'implicit-deny',
        'tags that are not',
        get,
        { 's3:ExistingObjectTag/owner': 'ann', 'aws:PrincipalTag/owner': 'bob' },
      ],
      ['implicit-deny', 'neither has one', get],
      ['implicit-deny', 'nobody has one', get, { 's3:ExistingObjectTag/owner': 'ann' }],
    ],
  ),
  ...casesOf(
    variables,
    { policies: [{ Version: '2008-10-17', Statement: [allow({ Resource: `${shelf}/\${aws:username}` })] }] },
    [
      ['implicit-deny', 'no variable before version 2012-10-17', `${get} ${shelf}/ann`, user('ann')],
      ['allow', 'but what is written', `${get} ${shelf}/\${aws:username}`, user('ann')],
    ],
  ),
  ...casesOf(
    variables,
    {
      policies: [
        { Statement: [allow({ Condition: { StringEquals: { 'aws:username': '${aws:username}' } } })] },
      ],
    },
    [
      ['implicit-deny', 'no variable without a version', get, user('ann')],
      ['allow', 'but the text, without a version', get, user('${aws:username}')],
    ],
  ),
  ...casesOf(
    noValue,
    [
      allow(),
      deny({
        Action: get,
        Resource: `${shelf}/*`,
        Condition: { StringNotEquals: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } },
      }),
    ],
    [
      [
        'explicit-deny',
        'nothing equals what has no value',
        `${get} ${shelf}/a`,
        { 's3:ExistingObjectTag/Team': 'red' },
      ],
      ['explicit-deny', 'not even nothing', `${get} ${shelf}/a`],
      [
        'explicit-deny',
        'other values',
        `${get} ${shelf}/a`,
        { 's3:ExistingObjectTag/Team': 'red', 'aws:PrincipalTag/Team': 'blue' },
      ],
      [
        'allow',
        'the same value',
        `${get} ${shelf}/a`,
        { 's3:ExistingObjectTag/Team': 'red', 'aws:PrincipalTag/Team': 'red' },
      ],
    ],
  ),
  ...casesOf(noValue, allow({ Resource: [`${shelf}/\${aws:username}/*`, `${shelf}/all/*`] }), [
    ['implicit-deny', 'a resource without value is like nothing', `${get} ${shelf}//a`],
    ['allow', 'the others of the list are what they are', `${get} ${shelf}/all/a`],
  ]),
  ...casesOf(
    noValue,
    [allow(), deny({ Action: get, NotResource: `${shelf}/\${aws:username}/*` })],
    [
      ['explicit-deny', 'NotResource without value leaves nothing out', `${get} ${shelf}/ann/a`],
      ['allow', 'with value it does', `${get} ${shelf}/ann/a`, user('ann')],
    ],
  ),
  ...casesOf(noValue, allow({ Action: get, NotResource: `${shelf}/\${aws:username}/*` }), [
    ['undecided: aws:username', 'and it is not left to that to allow everything', `${get} ${shelf}/ann/a`],
    ['implicit-deny', 'with value, the own folder', `${get} ${shelf}/ann/a`, user('ann')],
    ['allow', 'with value, other folders', `${get} ${shelf}/bob/a`, user('ann')],
  ]),
]
