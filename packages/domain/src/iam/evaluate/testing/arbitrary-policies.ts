import fc from 'fast-check'
import type { StatementSource } from '../compile-statement.ts'
import type { PolicyRequest } from '../evaluate-policy.ts'

/** What is known of a request: values by key in lower case, undefined where they are not known. */
export type KnownContext = Readonly<Record<string, readonly string[] | undefined>>

/** A request as data. */
export interface Asked {
  readonly action: string
  readonly resource: string | undefined
  readonly context: KnownContext
}

const actions = ['s3:GetObject', 's3:PutObject', 'ec2:RunInstances']
const actionPatterns = [...actions, '*', 's3:*', 's3:get*', 'S3:?ETOBJECT', 'ec2:*', 's3:*Object', 'iam:*']
const resources = [
  '*',
  'arn:aws:s3:::shelf/a',
  'arn:aws:s3:::shelf/ann/b',
  'arn:aws:ec2:eu-west-1:1:instance/i',
]
const resourcePatterns = [
  ...resources,
  'arn:aws:s3:::shelf/*',
  'arn:aws:s3:::shelf/${aws:username}/*',
  "arn:aws:s3:::shelf/${aws:username, 'a'}",
  'arn:aws:ec2:*:1:instance/?',
  'arn:aws:${aws:username}:::shelf/a',
  'arn:*:*:*:*:*',
]
const values = [
  'a',
  'ann',
  '',
  '1',
  '2',
  'true',
  'false',
  '10.0.0.1',
  'eA==',
  '2026-01-31',
  'arn:aws:s3:::shelf/a',
]
const keys = ['aws:username', 'aws:TagKeys', 'aws:SourceIp']

/** By the kind of an operator, values that `policyDocument` takes; some of them cannot be read. */
const valuesOf: Readonly<Record<string, readonly string[]>> = {
  String: [...values, '*', 'a*', '?', '${aws:username}', "${aws:username, '1'}", '${*}', '${'],
  Numeric: ['1', '2', '1e300', '${aws:username}'],
  Date: ['2026-01-31', '2026-02-31', '1769817600', '2026-01-31T00:00'],
  Bool: ['true', 'FALSE'],
  Null: ['true', 'false'],
  Binary: ['eA==', 'eA', 'a'],
  IpAddress: ['10.0.0.0/8', '10.0.0.1', '::/0', '999.1.1.1'],
  Arn: ['arn:aws:s3:::shelf/*', 'arn:*:*:*:*:*', 'arn:aws:s3:::${aws:username}', '*', 'arn:x'],
}

const related = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
const texts = ['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike']

/** Names of condition operators, beside the kind of their values. */
const operators: readonly (readonly [name: string, kind: string])[] = [
  ...texts.map((name) => [`String${name}`, 'String'] as const),
  ...related.map((name) => [`Numeric${name}`, 'Numeric'] as const),
  ...related.map((name) => [`Date${name}`, 'Date'] as const),
  ['Bool', 'Bool'],
  ['BinaryEquals', 'Binary'],
  ['IpAddress', 'IpAddress'],
  ['NotIpAddress', 'IpAddress'],
  ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((name) => [`Arn${name}`, 'Arn'] as const),
]

const set = fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:')
const ifExists = fc.constantFrom('', 'IfExists')
const some = (of: readonly string[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 3 })

const operator = fc
  .tuple(set, fc.constantFrom(...operators), ifExists)
  .map(([before, [name, kind], after]) => [`${before}${name}${after}`, kind] as const)

const condition = fc
  .oneof({ weight: 9, arbitrary: operator }, { weight: 1, arbitrary: fc.constant(['Null', 'Null'] as const) })
  .chain(([name, kind]) => fc.tuple(fc.constant(name), fc.constantFrom(...keys), some(valuesOf[kind] ?? [])))

const conditions = fc
  .array(condition, { maxLength: 2 })
  .map((all) => Object.fromEntries(all.map(([name, key, wanted]) => [name, { [key]: wanted }])))

const either = (one: string, of: readonly string[]) =>
  fc.tuple(fc.constantFrom(one, one, `Not${one}`), some(of)).map(([name, list]) => ({ [name]: list }))

/** A statement that `policyDocument` takes. */
export const statements = (...effects: readonly ('Allow' | 'Deny')[]): fc.Arbitrary<StatementSource> =>
  fc
    .tuple(
      fc.constantFrom(...effects),
      either('Action', actionPatterns),
      either('Resource', resourcePatterns),
      conditions,
    )
    .map(([Effect, action, resource, Condition]) => ({ Effect, ...action, ...resource, Condition }))

const valuesSent = fc.oneof(
  fc.constant(undefined),
  fc.constant([]),
  fc.constantFrom(...values).map((value) => [value]),
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 2, maxLength: 3 }),
)

/** A request about the same few things as the statements. */
export const requests: fc.Arbitrary<Asked> = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.option(fc.constantFrom(...resources), { nil: undefined }),
  context: fc
    .tuple(...keys.map(() => valuesSent))
    .map((sent) => Object.fromEntries(keys.map((key, i) => [key.toLowerCase(), sent[i]]))),
})

/** A request in the shape that the evaluator takes. */
export const requestOf = ({ action, resource, context }: Asked): PolicyRequest => ({
  action,
  resource,
  context: (key) => context[key],
})
