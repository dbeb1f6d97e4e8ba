import type { RequestPrincipal } from '../compile-principal.ts'
import { allow, casesOf, deny } from './policy-case.ts'

const principal = 'AWS JSON policy elements: Principal'
const notPrincipal = 'AWS JSON policy elements: NotPrincipal'
const assume = 'sts:AssumeRole'
const get = 's3:GetObject arn:aws:s3:::shelf/a'
const root = 'arn:aws:iam::111122223333:root'
const role = 'arn:aws:iam::111122223333:role/reader'
const session = 'arn:aws:sts::111122223333:assumed-role/reader/ann'
const aws = (...names: string[]): RequestPrincipal => ({ kind: 'AWS', names })
const ann = aws('arn:aws:iam::111122223333:user/ann', '111122223333')
const reader = aws(session, role, '111122223333')
const stranger = aws('arn:aws:iam::444455556666:user/eve', '444455556666')
const lambda: RequestPrincipal = { kind: 'Service', names: ['lambda.amazonaws.com'] }
const trusts = (Principal: NonNullable<ReturnType<typeof allow>['Principal']>) =>
  allow({ Action: assume, Principal })

/** Principal and NotPrincipal, in trust policies and resource-based policies. */
export const principalCases = [
  ...casesOf(principal, trusts({ AWS: '111122223333' }), [
    ['allow', 'an account by its id', assume, {}, ann],
    ['allow', 'a session of the account', assume, {}, reader],
    ['implicit-deny', 'of another account', assume, {}, stranger],
    ['implicit-deny', 'a service', assume, {}, lambda],
    ['undecided: principal', 'nobody knows who', assume],
    ['undecided: principal', 'somebody without a name', assume, {}, aws()],
  ]),
  ...casesOf(principal, trusts({ AWS: root }), [
    ['allow', 'an account by the ARN of its root', assume, {}, ann],
    ['implicit-deny', 'another account', assume, {}, stranger],
  ]),
  ...casesOf(principal, trusts({ AWS: [role, 'arn:aws:iam::444455556666:user/bob'] }), [
    ['allow', 'a role by a session of it', assume, {}, reader],
    ['implicit-deny', 'another user of the account', assume, {}, ann],
    ['implicit-deny', 'names have no wildcards and no parts', assume, {}, stranger],
  ]),
  ...casesOf(principal, trusts({ AWS: session }), [
    ['allow', 'one session', assume, {}, reader],
    ['implicit-deny', 'another session of the role', assume, {}, aws(`${session}e`, role, '111122223333')],
  ]),
  ...casesOf(principal, trusts('*'), [
    ['allow', 'everybody', assume, {}, stranger],
    ['allow', 'a service too', assume, {}, lambda],
    ['allow', 'whoever it is', assume],
  ]),
  ...casesOf(principal, trusts({ AWS: '*' }), [
    ['allow', 'every principal of AWS', assume, {}, stranger],
    ['implicit-deny', 'no service', assume, {}, lambda],
  ]),
  ...casesOf(principal, trusts({ AWS: 'arn:aws:iam::111122223333:role/*' }), [
    ['implicit-deny', 'a part of a name is no wildcard', assume, {}, reader],
  ]),
  ...casesOf(principal, trusts({ Service: ['ecs.amazonaws.com', 'lambda.amazonaws.com'] }), [
    ['allow', 'one of two services', assume, {}, lambda],
    ['implicit-deny', 'no service', assume, {}, ann],
    ['implicit-deny', 'the same name of another kind', assume, {}, aws('lambda.amazonaws.com')],
  ]),
  ...casesOf(
    principal,
    allow({
      Action: 'sts:AssumeRoleWithSAML',
      Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/okta' },
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    }),
    [
      [
        'allow',
        'an identity provider',
        'sts:AssumeRoleWithSAML',
        { 'saml:aud': 'https://signin.aws.amazon.com/saml' },
        { kind: 'Federated', names: ['arn:aws:iam::111122223333:saml-provider/okta'] },
      ],
      [
        'implicit-deny',
        'for another audience',
        'sts:AssumeRoleWithSAML',
        { 'saml:aud': 'x' },
        { kind: 'Federated', names: ['arn:aws:iam::111122223333:saml-provider/okta'] },
      ],
    ],
  ),
  ...casesOf(
    principal,
    allow({ Principal: { CanonicalUser: '79a59df900b949e5' }, Resource: 'arn:aws:s3:::shelf/*' }),
    [
      ['allow', 'a canonical user', get, {}, { kind: 'CanonicalUser', names: ['79a59df900b949e5'] }],
      ['implicit-deny', 'another', get, {}, { kind: 'CanonicalUser', names: ['89a59df900b949e5'] }],
    ],
  ),
  ...casesOf(
    'How to use an external ID',
    allow({
      Action: assume,
      Principal: { AWS: '111122223333' },
      Condition: { StringEquals: { 'sts:ExternalId': '12345' } },
    }),
    [
      ['allow', 'with the external ID', assume, { 'sts:ExternalId': '12345' }, ann],
      ['implicit-deny', 'with another', assume, { 'sts:ExternalId': '123456' }, ann],
      ['implicit-deny', 'with none', assume, {}, ann],
    ],
  ),
  ...casesOf(
    notPrincipal,
    [allow({ Principal: '*', Resource: '*' }), deny({ NotPrincipal: { AWS: [session, role, root] } })],
    [
      ['allow', 'a Deny spares whom it names in full', get, {}, reader],
      [
        'explicit-deny',
        'another session of the role is not named',
        get,
        {},
        aws(`${session}e`, role, '111122223333'),
      ],
      ['explicit-deny', 'nor is another account', get, {}, stranger],
      ['undecided: principal', 'nor is it known who asks', get],
      ['undecided: principal', 'nor does it spare who has no name', get, {}, aws()],
    ],
  ),
  ...casesOf(
    notPrincipal,
    [allow({ Principal: '*', Resource: '*' }), deny({ NotPrincipal: { AWS: role } })],
    [['explicit-deny', 'a role without its account and session is not spared', get, {}, reader]],
  ),
  ...casesOf(notPrincipal, allow({ NotPrincipal: { AWS: role } }), [
    ['implicit-deny', 'an Allow is not for whom it names', get, {}, reader],
    ['allow', 'and for all others', get, {}, stranger],
  ]),
  ...casesOf(notPrincipal, allow({ NotPrincipal: { AWS: '*' } }), [
    ['implicit-deny', 'an Allow that leaves out all principals of AWS', get, {}, stranger],
    ['allow', 'leaves services', get, {}, lambda],
  ]),
]
