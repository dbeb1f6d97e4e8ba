import { allow, casesOf, deny } from './policy-case.ts'

const sets = 'Set operators for multivalued context keys'
const examples = 'Examples of multivalued context keys'
const on = (operator: string, value: string[]) =>
  allow({ Condition: { [operator]: { 'aws:TagKeys': value } } })
const tag = 'ec2:CreateTags'
const tags = (...values: string[]) => ({ 'aws:TagKeys': values })

/** ForAllValues and ForAnyValue. */
export const setOperatorCases = [
  ...casesOf(sets, on('ForAllValues:StringEquals', ['environment', 'cost-center']), [
    ['allow', 'all: all are listed', tag, tags('environment', 'cost-center')],
    ['allow', 'all: some of the list', tag, tags('environment')],
    ['implicit-deny', 'all: one is not listed', tag, tags('environment', 'owner')],
    ['implicit-deny', 'all: another case', tag, tags('Environment')],
    ['allow', 'all: no such key', tag],
    ['allow', 'all: nothing but an empty value', tag, tags('')],
    ['undecided: aws:TagKeys', 'all: not known', tag, { 'aws:TagKeys': undefined }],
  ]),
  ...casesOf(sets, on('ForAnyValue:StringEquals', ['environment', 'cost-center']), [
    ['allow', 'any: one is listed', tag, tags('owner', 'environment')],
    ['implicit-deny', 'any: none is listed', tag, tags('owner', 'team')],
    ['implicit-deny', 'any: no such key', tag],
    ['implicit-deny', 'any: nothing but an empty value', tag, tags('')],
    ['undecided: aws:TagKeys', 'any: not known', tag, { 'aws:TagKeys': undefined }],
  ]),
  ...casesOf(sets, on('ForAllValues:StringNotEquals', ['secret', 'hidden']), [
    ['allow', 'all, negated: none is listed', tag, tags('owner', 'team')],
    ['implicit-deny', 'all, negated: one is listed', tag, tags('owner', 'secret')],
    ['allow', 'all, negated: no such key', tag],
  ]),
  ...casesOf(sets, on('ForAnyValue:StringNotEquals', ['secret', 'hidden']), [
    ['allow', 'any, negated: one is not listed', tag, tags('secret', 'team')],
    ['implicit-deny', 'any, negated: all are listed', tag, tags('secret', 'hidden')],
    ['implicit-deny', 'any, negated: no such key', tag],
    ['implicit-deny', 'any, negated: nothing but an empty value', tag, tags('')],
  ]),
  ...casesOf(sets, on('ForAnyValue:StringLike', ['cost-*', 'e?v']), [
    ['allow', 'any: a wildcard', tag, tags('x', 'cost-center')],
    ['implicit-deny', 'any: none is like it', tag, tags('x', 'ev')],
  ]),
  ...casesOf(sets, on('ForAllValues:StringLike', ['cost-*', 'e?v']), [
    ['allow', 'all: each is like one of them', tag, tags('env', 'cost-center', 'cost-')],
    ['implicit-deny', 'all: one is like none', tag, tags('env', 'cost-center', 'x')],
  ]),
  ...casesOf(sets, on('ForAnyValue:StringEqualsIfExists', ['environment']), [
    ['allow', 'any, if it exists: no such key', tag],
    ['implicit-deny', 'any, if it exists: another', tag, tags('owner')],
  ]),
  ...casesOf(sets, on('ForAllValues:StringEqualsIgnoreCase', ['Environment']), [
    ['allow', 'all: another case', tag, tags('ENVIRONMENT', 'environment')],
  ]),
  ...casesOf(
    sets,
    [allow(), deny({ Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['locked'] } } })],
    [
      ['explicit-deny', 'a Deny of any', tag, tags('a', 'locked')],
      ['allow', 'a Deny of any, none of them', tag, tags('a')],
      ['allow', 'a Deny of any, no such key', tag],
    ],
  ),
  ...casesOf(
    sets,
    [allow(), deny({ Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['locked'] } } })],
    [
      ['explicit-deny', 'a Deny of all applies to an absent key too', tag],
      ['allow', 'a Deny of all, one is not listed', tag, tags('a', 'locked')],
    ],
  ),
  ...casesOf(
    sets,
    allow({
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
        Null: { 'aws:TagKeys': 'false' },
      },
    }),
    [
      ['allow', 'all, and there must be one', tag, tags('a')],
      ['implicit-deny', 'all, and there is none', tag],
    ],
  ),
  ...casesOf(
    examples,
    allow({
      Action: 'dynamodb:GetItem',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['ID', 'Message', 'Tags'] } },
    }),
    [
      [
        'allow',
        'attributes within the list',
        'dynamodb:GetItem',
        { 'dynamodb:Attributes': ['ID', 'Message'] },
      ],
      ['implicit-deny', 'an attribute more', 'dynamodb:GetItem', { 'dynamodb:Attributes': ['ID', 'Salary'] }],
    ],
  ),
  ...casesOf(
    examples,
    [
      allow({ Action: 'dynamodb:*' }),
      deny({
        Action: 'dynamodb:PutItem',
        Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['ID', 'PostDateTime'] } },
      }),
    ],
    [
      [
        'explicit-deny',
        'an attribute that nobody may write',
        'dynamodb:PutItem',
        { 'dynamodb:Attributes': ['Tags', 'ID'] },
      ],
      ['allow', 'others', 'dynamodb:PutItem', { 'dynamodb:Attributes': ['Tags', 'Message'] }],
    ],
  ),
  ...casesOf(
    'Single-valued vs. multivalued context keys',
    allow({ Condition: { StringEquals: { 'aws:TagKeys': ['a', 'b'] } } }),
    [
      ['allow', 'one value and no set operator', tag, tags('a')],
      ['allow', 'several, and each would do', tag, tags('a', 'b')],
      ['implicit-deny', 'several, and none would', tag, tags('x', 'y')],
      ['undecided: aws:TagKeys', 'several, of which only some would', tag, tags('a', 'y')],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:CalledVia',
    allow({
      Action: 'kms:*',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } },
    }),
    [
      [
        'allow',
        'through one of several services',
        'kms:Decrypt',
        { 'aws:CalledVia': ['cloudformation.amazonaws.com', 'athena.amazonaws.com'] },
      ],
      ['implicit-deny', 'directly', 'kms:Decrypt'],
    ],
  ),
  ...casesOf(
    'Global condition keys: aws:PrincipalOrgPaths',
    allow({
      Condition: {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*'] },
      },
    }),
    [
      [
        'allow',
        'in the unit below',
        tag,
        { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/'] },
      ],
      [
        'implicit-deny',
        'in another',
        tag,
        { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/'] },
      ],
    ],
  ),
]
