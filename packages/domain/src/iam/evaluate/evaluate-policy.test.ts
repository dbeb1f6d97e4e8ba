import { expect, test } from 'vitest'
import type { StatementSource } from './compile-statement.ts'
import { compilePolicy, evaluatePolicies, type PolicyVerdict } from './evaluate-policy.ts'

const policyOf = (...statements: StatementSource[]) =>
  compilePolicy({ Version: '2012-10-17', Statement: statements })
const ask = (
  policies: Parameters<typeof evaluatePolicies>[0],
  context: Readonly<Record<string, readonly string[] | undefined>> = {},
): PolicyVerdict =>
  evaluatePolicies(policies, {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::shelf/a',
    context: (key) => context[key],
  })

const all = { Action: '*', Resource: '*' } as const
const toEurope = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } as const

test('an allow names every statement that allows, by Sid or by its place', () => {
  const policies = [
    policyOf({ Effect: 'Allow', ...all }, { Sid: 'Reads', Effect: 'Allow', ...all, Action: 's3:Get*' }),
    policyOf({ Sid: 'Ec2', Effect: 'Allow', ...all, Action: 'ec2:*' }, { Sid: '', Effect: 'Allow', ...all }),
  ]
  expect(ask(policies)).toEqual({ effect: 'allow', statements: ['Statement[0]', 'Reads', 'Statement[1]'] })
})

test('an explicit deny names the statements that deny and no others', () => {
  const policies = [policyOf({ Effect: 'Allow', ...all }, { Sid: 'Never', Effect: 'Deny', ...all })]
  expect(ask(policies)).toEqual({ effect: 'explicit-deny', statements: ['Never'] })
})

test('an implicit deny names none', () => {
  expect(ask([])).toEqual({ effect: 'implicit-deny', statements: [] })
})

test('what is undecided names the statements that would decide, and what they miss', () => {
  const denying = { Sid: 'Europe', Effect: 'Deny', ...all, Condition: toEurope } as const
  expect(ask([policyOf({ Sid: 'All', Effect: 'Allow', ...all }, denying)])).toEqual({
    effect: 'undecided',
    statements: ['Europe'],
    missing: ['aws:RequestedRegion'],
  })
  const allowing = {
    Sid: 'Own',
    Effect: 'Allow',
    ...all,
    Resource: 'arn:aws:s3:::shelf/${aws:username}',
  } as const
  expect(ask([policyOf(denying, allowing)])).toEqual({
    effect: 'undecided',
    statements: ['Own', 'Europe'],
    missing: ['aws:RequestedRegion', 'aws:username'],
  })
})

test('keys are asked for in lower case, of the request itself, and only those that matter', () => {
  const asked: string[] = []
  class Request {
    readonly action = 'S3:getobject'
    readonly resource = '*'
    readonly region = 'eu-west-1'
    context(key: string): readonly string[] {
      asked.push(key)
      return [this.region]
    }
  }
  const policy = policyOf(
    { Effect: 'Allow', ...all, Condition: toEurope },
    { Effect: 'Deny', ...all, Action: 'ec2:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  )
  expect(evaluatePolicies([policy], new Request()).effect).toBe('allow')
  expect(asked).toEqual(['aws:requestedregion'])
})

test('a statement that IAM would not take decides nothing', () => {
  expect(ask([policyOf({ Effect: 'Allow', Resource: '*' })])).toMatchObject({ missing: ['Action'] })
  expect(ask([policyOf({ Effect: 'Allow', Action: '*', Resource: '' })]).effect).toBe('implicit-deny')
})
