import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { policyDocument } from '../policy-document.ts'
import type { StatementSource } from './compile-statement.ts'
import { compilePolicy, evaluatePolicies, type PolicyVerdict } from './evaluate-policy.ts'
import { type Asked, requestOf, requests, statements } from './testing/arbitrary-policies.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const numRuns = 500
const any = fc.array(statements('Allow', 'Allow', 'Deny'), { minLength: 1, maxLength: 5 })
const documentOf = (all: readonly StatementSource[]) => ({ Version: '2012-10-17', Statement: all })
const judge = (all: readonly StatementSource[], asked: Asked): PolicyVerdict =>
  evaluatePolicies([compilePolicy(documentOf(all))], requestOf(asked))
const allows = ({ effect }: PolicyVerdict) => effect === 'allow'
const denies = ({ effect }: PolicyVerdict) => effect === 'explicit-deny' || effect === 'implicit-deny'

test('whatever policyDocument takes is judged and never thrown', () => {
  const effects = new Set<string>()
  fc.assert(
    fc.property(any, requests, (all, asked) => {
      expect(policyDocument.safeParse(documentOf(all)).error).toBeUndefined()
      const verdict = judge(all, asked)
      effects.add(verdict.effect)
      if (verdict.effect === 'undecided') expect(verdict.missing.length).toBeGreaterThan(0)
      expect(verdict.statements.length > 0).toBe(verdict.effect !== 'implicit-deny')
    }),
    { numRuns },
  )
  // The others below would say nothing of what does not come up.
  expect([...effects].sort()).toEqual(['allow', 'explicit-deny', 'implicit-deny', 'undecided'])
})

test('one Deny more never turns anything into an allow', () => {
  fc.assert(
    fc.property(any, statements('Deny'), requests, (all, more, asked) => {
      if (!allows(judge(all, asked))) expect(allows(judge([...all, more], asked))).toBe(false)
    }),
    { numRuns },
  )
})

test('one Allow more neither makes nor takes away an explicit deny', () => {
  fc.assert(
    fc.property(any, statements('Allow'), requests, (all, more, asked) => {
      const [before, after] = [judge(all, asked), judge([...all, more], asked)]
      expect(after.effect === 'explicit-deny').toBe(before.effect === 'explicit-deny')
      if (allows(before)) expect(allows(after)).toBe(true)
    }),
    { numRuns },
  )
})

/** The same request, of which less is known. */
const lessOf = (asked: Asked, forget: readonly string[]): Asked => ({
  ...asked,
  resource: forget.includes('resource') ? undefined : asked.resource,
  context: Object.fromEntries(
    Object.entries(asked.context).map(([key, values]) => [key, forget.includes(key) ? undefined : values]),
  ),
})
const forgotten = fc.subarray(['resource', 'aws:username', 'aws:tagkeys', 'aws:sourceip'], { minLength: 1 })

test('to know less never turns anything into an allow, and what was settled stays so with more', () => {
  let settled = 0
  fc.assert(
    fc.property(any, requests, forgotten, (all, asked, forget) => {
      const [more, less] = [judge(all, asked), judge(all, lessOf(asked, forget))]
      if (!allows(more)) expect(allows(less)).toBe(false)
      if (less.effect === 'undecided') return
      settled += 1
      if (less.effect === 'implicit-deny') expect(denies(more)).toBe(true)
      else expect(more.effect).toBe(less.effect)
    }),
    { numRuns: 3 * numRuns },
  )
  expect(settled).toBeGreaterThan(numRuns / 2)
})

test('what is said to be missing is not known, or cannot be read', () => {
  fc.assert(
    fc.property(any, requests, (all, asked) => {
      const verdict = judge(all, asked)
      if (verdict.effect !== 'undecided') return
      const names = ['resource', 'aws:username', 'aws:tagkeys', 'aws:sourceip', '${']
      for (const name of verdict.missing) expect(names).toContain(name.toLowerCase())
    }),
    { numRuns },
  )
})

test('neither the order of statements matters nor in which policy they stand', () => {
  const named = any.map((all) => all.map((each, i) => ({ ...each, Sid: `S${i}` })))
  const shuffled = named.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length)),
  )
  const sorted = (verdict: PolicyVerdict) => ({ ...verdict, statements: verdict.statements.toSorted() })
  fc.assert(
    fc.property(shuffled, requests, ([all, other, at], asked) => {
      const parts = [other.slice(0, at), other.slice(at)].map((part) => compilePolicy(documentOf(part)))
      expect(sorted(evaluatePolicies(parts, requestOf(asked)))).toEqual(sorted(judge(all, asked)))
    }),
    { numRuns },
  )
})

const swapped = (each: StatementSource, one: 'Action' | 'Resource'): StatementSource => {
  const { [one]: plain, [`Not${one}` as const]: not, ...rest } = each
  return {
    ...rest,
    ...(plain !== undefined && { [`Not${one}`]: plain }),
    ...(not !== undefined && { [one]: not }),
  }
}

test('of Action and NotAction exactly one speaks of an action', () => {
  fc.assert(
    fc.property(statements('Allow'), requests, (each, asked) => {
      const bare = { ...each, Condition: {}, Resource: '*', NotResource: undefined }
      const [one, other] = [judge([bare], asked), judge([swapped(bare, 'Action')], asked)]
      expect([one.effect, other.effect].sort()).toEqual(['allow', 'implicit-deny'])
    }),
    { numRuns },
  )
})

test('of Resource and NotResource exactly one speaks of a resource, or neither is known', () => {
  fc.assert(
    fc.property(statements('Deny'), requests, (each, asked) => {
      const bare = { ...each, Condition: {}, Action: '*', NotAction: undefined }
      const beside: StatementSource = { Effect: 'Allow', Action: '*', Resource: '*' }
      const both = [judge([beside, bare], asked), judge([beside, swapped(bare, 'Resource')], asked)]
      expect([
        ['allow', 'explicit-deny'],
        ['undecided', 'undecided'],
      ]).toContainEqual(both.map(({ effect }) => effect).sort())
    }),
    { numRuns },
  )
})

test('a negated operator is the contrary of the other, for one value', () => {
  const pairs = ['StringEquals', 'StringLike', 'NumericEquals', 'DateEquals', 'IpAddress', 'ArnLike'].map(
    (name) => [name, name.replace(/^(String|Numeric|Date|Arn)?/, '$1Not')] as const,
  )
  const value = fc.constantFrom(
    'a',
    '*',
    '1',
    '2026-01-31',
    '10.0.0.0/8',
    '10.0.0.1',
    'arn:aws:s3:::*',
    'arn:aws:s3:::a',
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs),
      fc.array(value, { minLength: 1 }),
      value,
      ([one, other], wanted, sent) => {
        const effects = [one, other].map((operator) => {
          const Condition = { [operator]: { 'aws:x': wanted } }
          const asked = { action: 's3:GetObject', resource: '*', context: { 'aws:x': [sent] } }
          return judge([{ Effect: 'Allow', Action: '*', Resource: '*', Condition }], asked).effect
        })
        expect([
          ['allow', 'implicit-deny'],
          ['undecided', 'undecided'],
        ]).toContainEqual(effects.sort())
      },
    ),
    { numRuns },
  )
})

test('the length of a policy and of a request costs in proportion', () => {
  const Resource = `arn:aws:s3:::${'*a'.repeat(1_000)}*b`
  const all = Array.from(
    { length: 200 },
    (): StatementSource => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource,
      Condition: { StringLike: { 'aws:username': `${'*?a'.repeat(1_000)}b` } },
    }),
  )
  const asked = {
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${'a'.repeat(4_000)}b`,
    context: { 'aws:username': ['a'.repeat(4_000)] },
  }
  const from = performance.now()
  expect(judge(all, asked).effect).toBe('implicit-deny')
  expect(performance.now() - from).toBeLessThan(5_000)
})
