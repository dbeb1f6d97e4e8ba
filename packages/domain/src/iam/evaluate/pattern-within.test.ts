import { expect, test } from 'vitest'
import type { StatementSource } from './compile-statement.ts'
import { compilePolicy, evaluatePolicies } from './evaluate-policy.ts'

const said = (
  statements: readonly StatementSource[],
  within: string | undefined,
  context: Readonly<Record<string, readonly string[] | undefined>> = {},
): string => {
  const verdict = evaluatePolicies([compilePolicy({ Version: '2012-10-17', Statement: statements })], {
    action: 'x:Do',
    resource: undefined,
    ...(within !== undefined && { within }),
    context: (key) => context[key],
  })
  return verdict.effect === 'undecided' ? `undecided: ${verdict.missing.join(', ')}` : verdict.effect
}

const [yes, no, open] = ['allow', 'implicit-deny', 'undecided: resource']
const iam = 'arn:aws:iam::111122223333'
const ec2 = 'arn:aws:ec2:eu-west-1:111122223333'
const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret'
const kms = 'arn:aws:kms:eu-west-1:111122223333'
const group = 'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup'

test.for<[about: string, within: string, pattern: string, expected: string]>([
  ['a role by its name, of any path', `${iam}:role/*app-1`, `${iam}:role/*`, yes],
  ['a role by its name', `${iam}:role/*app-1`, `${iam}:role/*app-1`, yes],
  ['a role by its name', `${iam}:role/*app-1`, `${iam}:role/*-1`, yes],
  ['a role by its name', `${iam}:role/*app-1`, 'arn:aws:iam::*:role/*', yes],
  ['a role by its name that may have a path', `${iam}:role/*app-1`, `${iam}:role/app-*`, open],
  ['a role by its name that may have a path', `${iam}:role/*app-1`, `${iam}:role/app-1`, open],
  ['a role by its name that may have a path', `${iam}:role/*app-1`, `${iam}:role/team/*`, open],
  ['another role', `${iam}:role/*app-1`, `${iam}:role/app-2`, no],
  ['roles that end otherwise', `${iam}:role/*app-1`, `${iam}:role/*-2`, no],
  ['a role of another account', `${iam}:role/*app-1`, 'arn:aws:iam::444455556666:role/*', no],
  ['a user', `${iam}:role/*app-1`, `${iam}:user/*`, no],
  ['a secret with its random end', `${secret}:db-*`, `${secret}:db-*`, yes],
  ['secrets of a beginning', `${secret}:app/db-*`, `${secret}:app/*`, yes],
  ['a secret with six characters', `${secret}:db-*`, `${secret}:db-??????`, open],
  ['a secret of six known characters', `${secret}:db-??????`, `${secret}:db-??????`, yes],
  ['a secret of six known characters', `${secret}:db-??????`, `${secret}:db-*`, yes],
  ['a longer name', `${secret}:db-*`, `${secret}:db-1-*`, open],
  ['another secret', `${secret}:db-*`, `${secret}:web-*`, no],
  ['a key by its alias', `${kms}:key/*`, `${kms}:key/*`, yes],
  ['a key by its alias', `${kms}:key/*`, 'arn:aws:kms:*:111122223333:*', yes],
  ['one key', `${kms}:key/*`, `${kms}:key/1234abcd-12ab-34cd-56ef-1234567890ab`, open],
  ['an alias itself', `${kms}:key/*`, `${kms}:alias/*`, no],
  ['keys of another region', `${kms}:key/*`, 'arn:aws:kms:us-east-1:111122223333:key/*', no],
  ['the default subnet', `${ec2}:subnet/*`, `${ec2}:subnet/*`, yes],
  ['the default subnet', `${ec2}:subnet/*`, 'arn:aws:ec2:*:*:subnet/*', yes],
  ['the default subnet', `${ec2}:subnet/*`, `${ec2}:subnet/subnet-0a1`, open],
  ['the default subnet', `${ec2}:subnet/*`, `${ec2}:volume/*`, no],
  ['the default subnet', `${ec2}:subnet/*`, 'arn:aws:ec2:*:*:instance/*', no],
  ['another secret of any place', `${secret}:db-*`, 'arn:aws:secretsmanager:*:*:secret:web-*', no],
  ['what may have a colon', 'arn:aws:s3:::shelf/*', 'arn:aws:s3:*:*:desk/*', open],
  ['names that may have a colon', `${ec2}:key-pair/*`, 'arn:aws:ec2:*:*:instance/*', open],
  ['a volume in whatever is wide', `${ec2}:subnet/*`, 'arn:aws:ec2:*:*:volume/*', no],
  ['an image of any account', 'arn:aws:ec2:eu-west-1:*:image/*', 'arn:aws:ec2:*:*:image/*', yes],
  ['an image of any account', 'arn:aws:ec2:eu-west-1:*:image/*', 'arn:aws:ec2:*::image/*', open],
  ['an image of any account', 'arn:aws:ec2:eu-west-1:*:image/*', 'arn:aws:ec2:*:111122223333:subnet/*', no],
  ['any bucket and object', 'arn:aws:s3:::*', 'arn:aws:s3:::*', yes],
  ['any bucket and object', 'arn:aws:s3:::*', 'arn:*:s3:*:*:*', yes],
  ['any bucket and object', 'arn:aws:s3:::*', 'arn:aws:s3*', yes],
  ['any bucket and object', 'arn:aws:s3:::*', 'arn:aws:s3:::shelf/*', open],
  ['any bucket and object', 'arn:aws:s3:::*', 'arn:aws:ec2:*:*:*', no],
  ['any object of a bucket', 'arn:aws:s3:::shelf/*', 'arn:aws:s3:::shelf*', yes],
  ['any object of a bucket', 'arn:aws:s3:::shelf/*', 'arn:aws:s3:::shelf', no],
  // As of a resource that is known: whether a wildcard goes beyond its segment, AWS does not promise.
  ['a wildcard for several segments', `${ec2}:subnet/*`, 'arn:aws:ec2:*:subnet/*:*:*', no],
  ['a wildcard for several segments', `${group}:*:autoScalingGroupName/web`, 'arn:*:*:*:*:*:*/web', yes],
  ['a wildcard for several segments', `${group}:*:autoScalingGroupName/web`, 'arn:*:a:*:*:*/web', open],
  ['what may be no ARN', 'arn:*', 'arn:*:*:*:*:*', open],
  ['what may be no ARN', 'arn:*', 'arn:*', yes],
  ['what may be no ARN', 'arn:*', 'urn:*', no],
  ['nothing known', '*', 'arn:aws:s3:::*', open],
])('%s: %s and %s is %s', ([, within, pattern, expected]) => {
  expect(said([{ Effect: 'Allow', Action: '*', Resource: pattern }], within)).toBe(expected)
  const all: StatementSource = { Effect: 'Allow', Action: '*', Resource: '*' }
  const denied = expected === yes ? 'explicit-deny' : expected === no ? 'allow' : expected
  expect(said([all, { Effect: 'Deny', Action: '*', Resource: pattern }], within)).toBe(denied)
  const others = expected === yes ? 'implicit-deny' : expected === no ? 'allow' : expected
  expect(said([{ Effect: 'Allow', Action: '*', NotResource: pattern }], within)).toBe(others)
})

test('one of several patterns that holds all is enough, and each has to have nothing in common', () => {
  const of = (...Resource: string[]) => said([{ Effect: 'Allow', Action: '*', Resource }], `${ec2}:subnet/*`)
  expect(of(`${ec2}:subnet/subnet-1`, `${ec2}:volume/*`, `${ec2}:*`)).toBe(yes)
  expect(of(`${ec2}:volume/*`, `${ec2}:image/*`)).toBe(no)
  expect(of(`${ec2}:volume/*`, `${ec2}:subnet/subnet-1`)).toBe(open)
})

test('a variable counts with its value; where none is known, that is missing too', () => {
  const own = [
    { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::shelf/${aws:username}/*' },
  ] as const satisfies readonly StatementSource[]
  const of = (within: string, name?: readonly string[]) => said(own, within, { 'aws:username': name })
  expect(of('arn:aws:s3:::shelf/ann/*', ['ann'])).toBe(yes)
  expect(of('arn:aws:s3:::shelf/ann/*', ['bob'])).toBe(no)
  expect(of('arn:aws:s3:::shelf/*', ['ann'])).toBe(open)
  expect(of('arn:aws:s3:::shelf/ann/*', [])).toBe(no)
  expect(of('arn:aws:s3:::shelf/ann/*')).toBe('undecided: aws:username')
  expect(of('arn:aws:s3:::shelf/*')).toBe('undecided: aws:username, resource')
  expect(of('arn:aws:s3:::desk/*')).toBe(no)
  // A value has no wildcards.
  expect(of('arn:aws:s3:::shelf/ann/*', ['*'])).toBe(no)
})

test('a resource that is known counts alone, and nothing is known of one without either', () => {
  const policy = compilePolicy({
    Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::shelf' }],
  })
  const asked = { action: 's3:ListBucket', within: 'arn:aws:s3:::desk*', context: () => [] }
  expect(evaluatePolicies([policy], { ...asked, resource: 'arn:aws:s3:::shelf' }).effect).toBe('allow')
  expect(evaluatePolicies([policy], { ...asked, resource: undefined }).effect).toBe('implicit-deny')
  expect(said([{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::shelf' }], undefined)).toBe(open)
})

test('a policy of patterns that are made to take long does not', () => {
  const Resource = `${kms}:key/${'*a'.repeat(900)}*b`
  const statements = Array.from({ length: 100 }, () => ({ Effect: 'Allow', Action: '*', Resource }) as const)
  const from = performance.now()
  expect(said(statements, `${kms}:key/${'*a?'.repeat(500)}*`)).toBe(open)
  expect(performance.now() - from).toBeLessThan(5_000)
})
