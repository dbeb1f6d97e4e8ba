import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { StatementSource } from './compile-statement.ts'
import { compilePolicy, evaluatePolicies, type PolicyVerdict } from './evaluate-policy.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

/** Few characters, so that patterns meet; `:` where it may be, and a variable. */
const name = (...more: string[]) =>
  fc.array(fc.constantFrom('a', 'b', '*', '?', '*', ...more), { maxLength: 5 }).map((all) => all.join(''))
const arnOf = (short: fc.Arbitrary<string>, rest: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('aws', '*', 'a*'), fc.constantFrom('s3', 'ec2', '*'), short, short, rest)
    .map((parts) => ['arn', ...parts].join(':'))
const short = fc.oneof(fc.constantFrom('', 'a', '*'), name())
const withins = fc.oneof(
  { weight: 8, arbitrary: arnOf(short, name(':', '/', 'subnet/')) },
  {
    weight: 2,
    arbitrary: arnOf(
      short,
      name().map((id) => `subnet/${id}`),
    ),
  },
  { weight: 1, arbitrary: name(':', 'arn:') },
)
const patterns = fc.oneof(
  { weight: 8, arbitrary: arnOf(fc.oneof(short, name(':')), name(':', '/', 'subnet/', '${aws:username}')) },
  { weight: 2, arbitrary: name(':', 'arn:', 'arn:aws:s3:::') },
  // Before the fifth colon a variable has no value.
  { weight: 1, arbitrary: fc.constantFrom('arn:aws:${aws:username}:::a', 'arn:*', '*:b', 'arn:*:*:*:a*') },
)
const statements = fc
  .tuple(
    fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    fc.constantFrom('Resource', 'Resource', 'NotResource'),
    fc.array(patterns, { minLength: 1, maxLength: 2 }),
  )
  .map(([Effect, kind, list]): StatementSource => ({ Effect, Action: '*', [kind]: list }))

/** A pattern, and texts that fit it: of an ARN, without a colon for a wildcard before the fifth, nor in a subnet's id. */
const fitting = withins.chain((within) => {
  const isArn = /^arn(:[^:]*){4}:/.test(within)
  const isSubnet = /^arn:[^:]*:ec2:[^:]*:[^:]*:subnet\//.test(within)
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', 'z', ':subnet/'), maxLength: 4 })
  const texts = fc.array(text, { minLength: 30, maxLength: 30 }).map((all) => {
    let [next, colons] = [0, 0]
    return [...within]
      .map((char) => {
        if (char === ':') colons += 1
        if (char !== '*' && char !== '?') return char
        const drawn = all[next++] ?? ''
        const allowed = isSubnet || (isArn && colons < 5) ? drawn.replaceAll(':', '') : drawn
        return char === '*' ? allowed : allowed.slice(0, 1) || 'a'
      })
      .join('')
  })
  return fc.tuple(fc.constant(within), fc.array(texts, { minLength: 8, maxLength: 8 }))
})
const usernames = fc.constantFrom(undefined, [], ['a'], ['b'], ['a:b'], ['*'], ['a', 'b'])

test('what is decided by a pattern is decided alike for each resource that fits it', () => {
  const decided: Record<PolicyVerdict['effect'], number> = {
    allow: 0,
    'explicit-deny': 0,
    'implicit-deny': 0,
    undecided: 0,
  }
  fc.assert(
    fc.property(
      fc.array(statements, { minLength: 1, maxLength: 3 }),
      fitting,
      usernames,
      (all, [within, resources], username) => {
        const policy = compilePolicy({ Version: '2012-10-17', Statement: all })
        const context = () => username
        const ask = (known: { readonly resource: string | undefined; readonly within?: string }) =>
          evaluatePolicies([policy], { action: 'x:Do', context, ...known })
        const { effect } = ask({ resource: undefined, within })
        decided[effect] += 1
        if (effect === 'undecided') return
        for (const resource of resources) {
          const exact = ask({ resource }).effect
          // A Deny more or less is the same where nothing allows.
          const alike = effect === 'implicit-deny' ? ['implicit-deny', 'explicit-deny'] : [effect]
          expect(alike, resource).toContain(exact)
        }
      },
    ),
    { numRuns: 5_000 },
  )
  // Without any of these it would say nothing.
  expect(Math.min(...Object.values(decided))).toBeGreaterThan(100)
})

test('to know a pattern never undoes what was decided without one', () => {
  fc.assert(
    fc.property(fc.array(statements, { maxLength: 3 }), withins, usernames, (all, within, username) => {
      const policy = compilePolicy({ Version: '2012-10-17', Statement: all })
      const asked = { action: 'x:Do', resource: undefined, context: () => username }
      const [less, more] = [asked, { ...asked, within }].map((each) => evaluatePolicies([policy], each))
      if (less?.effect === 'implicit-deny') expect(more?.effect).toMatch(/deny$/)
      else if (less?.effect !== 'undecided') expect(more?.effect).toBe(less?.effect)
    }),
    { numRuns: 1_000 },
  )
})
