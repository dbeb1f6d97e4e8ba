import { allow, casesOf, deny, policy } from './policy-case.ts'

const logic = 'Policy evaluation logic'
const denyAllow = 'The difference between explicit and implicit denies'
const stop = 'ec2:StopInstances'
const region = (value: string | undefined) => ({ 'aws:RequestedRegion': value })
const inEurope = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }

/** How statements and policies go together, and what does and does not stay open. */
export const evaluationLogicCases = [
  ...casesOf(logic, { policies: [] }, [['implicit-deny', 'no policy at all', stop]]),
  ...casesOf(logic, allow({ Action: 's3:*' }), [['implicit-deny', 'what nobody speaks of', stop]]),
  ...casesOf(
    logic,
    [deny({ Action: 'ec2:*' })],
    [
      ['explicit-deny', 'a Deny without an Allow', stop],
      ['implicit-deny', 'and what it does not speak of', 's3:GetObject'],
    ],
  ),
  ...casesOf(
    denyAllow,
    [allow({ Action: 'ec2:*' }), deny({ Action: 'ec2:TerminateInstances' })],
    [
      ['allow', 'what is allowed and not denied', stop],
      ['explicit-deny', 'what is both', 'ec2:TerminateInstances'],
      ['implicit-deny', 'what is neither', 'sqs:SendMessage'],
    ],
  ),
  ...casesOf(
    denyAllow,
    [deny({ Action: stop }), allow()],
    [['explicit-deny', 'a Deny that stands first', stop]],
  ),
  ...casesOf(logic, { policies: [policy(allow()), policy(deny({ Action: 'ec2:*' }))] }, [
    ['explicit-deny', 'a Deny in another policy', stop],
    ['allow', 'an Allow in another policy', 's3:GetObject'],
  ]),
  ...casesOf(logic, { policies: [policy(allow({ Action: 's3:*' })), policy(allow({ Action: stop }))] }, [
    ['allow', 'policies add up: the first', 's3:GetObject'],
    ['allow', 'policies add up: the second', stop],
    ['implicit-deny', 'policies add up: neither', 'ec2:StartInstances'],
  ]),
  ...casesOf(
    logic,
    [allow({ Condition: inEurope })],
    [
      ['undecided: aws:RequestedRegion', 'an Allow that may apply', stop, region(undefined)],
      ['allow', 'an Allow that applies', stop, region('eu-west-1')],
      ['implicit-deny', 'an Allow that does not', stop, region('us-east-1')],
    ],
  ),
  ...casesOf(
    logic,
    [allow({ Condition: inEurope }), allow({ Action: 'ec2:*' })],
    [
      ['allow', 'one that may apply, beside one that does', stop, region(undefined)],
      [
        'undecided: aws:RequestedRegion',
        'one that may apply, beside one that does not',
        's3:GetObject',
        region(undefined),
      ],
    ],
  ),
  ...casesOf(
    logic,
    [allow({ Action: 'ec2:*' }), deny({ Condition: inEurope })],
    [
      ['undecided: aws:RequestedRegion', 'a Deny that may apply to what is allowed', stop, region(undefined)],
      ['implicit-deny', 'a Deny that may apply to what nobody allows', 's3:GetObject', region(undefined)],
    ],
  ),
  ...casesOf(
    logic,
    [deny({ Action: stop }), deny({ Condition: inEurope }), allow()],
    [['explicit-deny', 'a Deny that may apply, beside one that does', stop, region(undefined)]],
  ),
  ...casesOf(
    logic,
    [
      allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }),
      deny({ Condition: inEurope }),
    ],
    [
      [
        'undecided: aws:PrincipalTag/team, aws:RequestedRegion',
        'both may apply',
        stop,
        { ...region(undefined), 'aws:PrincipalTag/team': undefined },
      ],
      [
        'undecided: aws:PrincipalTag/team',
        'only the Allow may',
        stop,
        { ...region('us-east-1'), 'aws:PrincipalTag/team': undefined },
      ],
      [
        'explicit-deny',
        'the Allow may, the Deny does',
        stop,
        { ...region('eu-west-1'), 'aws:PrincipalTag/team': undefined },
      ],
      [
        'implicit-deny',
        'the Allow does not, the Deny may',
        stop,
        { ...region(undefined), 'aws:PrincipalTag/team': 'blue' },
      ],
    ],
  ),
  ...casesOf(
    logic,
    allow({ Action: stop, Resource: 'arn:aws:ec2:*:111122223333:instance/*', Condition: inEurope }),
    [
      [
        'undecided: aws:RequestedRegion, resource',
        'neither resource nor key is known',
        `${stop} ?`,
        region(undefined),
      ],
      ['implicit-deny', 'the resource is not known, the key says no', `${stop} ?`, region('us-east-1')],
      [
        'undecided: resource',
        'the resource is not known, the key says yes',
        `${stop} ?`,
        region('eu-west-1'),
      ],
      ['implicit-deny', 'the action says no', 'ec2:StartInstances ?', region(undefined)],
    ],
  ),
  ...casesOf(
    logic,
    [
      allow({ Condition: { StringEquals: { 'AWS:RequestedRegion': 'eu-west-1' } } }),
      allow({ Condition: inEurope }),
    ],
    [
      [
        'undecided: aws:RequestedRegion',
        'a key is missing once, however it is written',
        stop,
        region(undefined),
      ],
    ],
  ),
]
