import jmespath from 'jmespath'
import { expect, test } from 'vitest'
import { parsed } from './project-parse.ts'
import { stepOf } from './project-steps.ts'
import { budgetOf, QueryFault } from './project-values.ts'

/** The same numbers for the same seed, so that what fails fails again. */
const randomOf = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Random = ReturnType<typeof randomOf>

const data = {
  a: [
    { a: 1, b: 'x', c: [1, 2, 3] },
    { a: 3, b: 'yx', c: [] },
    { a: 2, b: '', c: null },
  ],
  b: { a: 'x', b: { c: [[1], [2, [3]], 'x'] }, c: true },
  c: 'text',
}

const literals = ['`0`', '`[0,0,0,0]`', "'x'", '`{"a":[1,2],"b":"x"}`', '`["b","a"]`', '`true`', '`null`']
const one = (random: Random, of: readonly string[]): string => of[random(of.length)] ?? '@'

/** An expression of any form, most of which are well-formed. */
const expressionOf = (random: Random, depth: number): string => {
  if (depth === 0) return one(random, ['@', 'a', 'b', 'c', 'a[0]', 'b.b.c', '*', '[]', ...literals])
  const inner = () => expressionOf(random, depth - 1 - random(Math.min(2, depth)))
  const forms = [
    () => `${inner()} | ${inner()}`,
    () => `(${inner()})[*].${one(random, ['a', 'b', 'c'])}`,
    () => `(${inner()})[]`,
    () => `(${inner()})[${random(4) - 2}]`,
    () => `(${inner()})[${random(3) - 1}:${random(5) - 2}:${random(2) === 0 ? 1 : -1}]`,
    () => `(${inner()})[?${inner()}]`,
    () => `(${inner()}).*`,
    () => `[${inner()}, ${inner()}]`,
    () => `{x: ${inner()}, a: ${inner()}}`,
    () => `(${inner()}) ${one(random, ['||', '&&', '==', '!='])} (${inner()})`,
    () => `!(${inner()})`,
    () => `map(&${inner()}, ${inner()})`,
    () => `sort_by(${inner()}, &${inner()})`,
    () => `${one(random, names)}(${inner()})`,
    () => `${one(random, ['contains', 'join', 'merge', 'not_null', 'starts_with'])}(${inner()}, ${inner()})`,
  ]
  return forms[random(forms.length)]?.() ?? '@'
}
const names = 'length keys values type to_array to_string to_number reverse abs floor ceil avg sum max'.split(
  ' ',
)

/** What came of it, as text; undefined where it was refused. */
const outcome = (make: () => unknown): string | undefined => {
  try {
    return JSON.stringify(make() ?? null)
  } catch {
    return undefined
  }
}

const stepFor = (query: string) => stepOf(parsed(query))

/** Where the library is not as the specification says; `project-spec-functions.test.ts` has these. */
const differs = /contains\(|to_number\(/

test('random expressions: the same as the library, wherever both have an answer', () => {
  const random = randomOf(1)
  let compared = 0
  for (let n = 0; n < 6_000; n++) {
    const query = expressionOf(random, 1 + random(4))
    if (query.length > 300 || differs.test(query)) continue
    const ours = outcome(() => stepFor(query)(structuredClone(data), budgetOf(100_000)))
    if (ours === undefined) continue
    const theirs = outcome(() => jmespath.search(structuredClone(data), query))
    // It cannot parse `(@ | a)` or `length(@.a)`.
    if (theirs === undefined) continue
    expect([query, ours]).toEqual([query, theirs])
    compared += 1
  }
  expect(compared).toBeGreaterThan(1_500)
})

test('what the library answers, ours refuses only where an expression is no value or nothing is to sort by', () => {
  const random = randomOf(2)
  let lost = 0
  for (let n = 0; n < 3_000; n++) {
    const query = expressionOf(random, 1 + random(3))
    const theirs =
      query.length > 300 ? undefined : outcome(() => jmespath.search(structuredClone(data), query))
    if (theirs === undefined) continue
    if (outcome(() => stepFor(query)(structuredClone(data), budgetOf(100_000))) === undefined) lost += 1
  }
  // A call that can never work is refused even where the library would not come to it.
  expect(lost).toBeLessThan(100)
})

test('random deep expressions: none goes beyond its budget, and none lasts', () => {
  const random = randomOf(3)
  for (let n = 0; n < 1_500; n++) {
    const query = expressionOf(random, 4 + random(9)).slice(0, 1_000)
    let spent = 0
    const budget = budgetOf(20_000)
    const started = performance.now()
    const made = outcome(() =>
      stepFor(query)(data, (steps) => {
        expect(steps).toBeGreaterThanOrEqual(0)
        budget(steps)
        spent += steps
      }),
    )
    expect(spent).toBeLessThanOrEqual(20_000)
    expect((made ?? '').length, query).toBeLessThan(40_000_000)
    expect(performance.now() - started, query).toBeLessThan(5_000)
  }
})

test.for<[string, unknown]>([
  ['sort(`[10,9,100]`)', [9, 10, 100]],
  ['max_by(a, &b).b', 'yx'],
  ['min_by(a, &b).b', ''],
  ['max(`["a","c","b"]`)', 'c'],
  ['min(`[3,1,2]`)', 1],
  ['max(`[]`)', null],
  ['max_by(`[]`, &a)', null],
  ['avg(`[]`)', null],
  ["a[?b > 'w'].a", [1, 3]],
  ['a[?a >= `2`].a', [3, 2]],
  ['a[?a < `2`].a', [1]],
  ['a[?c > `0`]', []],
  ["to_number('12')", 12],
  ["to_number('Infinity')", null],
  ["contains(c, 'ex')", true],
  ['contains(a, @)', false],
  ["ends_with(c, 'xt')", true],
  ["reverse('abc')", 'cba'],
])('%s', ([query, wanted]) => {
  expect(stepFor(query)(data, budgetOf(10_000))).toEqual(wanted)
})

test.for([
  ['contains(a, b)', { a: 'a'.repeat(1_000_000), b: `${'a'.repeat(1_000)}b` }],
  ['to_string(@)', 'x'.repeat(1).padEnd(1).split('').fill('y'.repeat(5_000_000))],
  ['join(a, b)', { a: 'x'.repeat(1_000_000), b: Array.from({ length: 100 }, () => 'y') }],
  ['a == b', { a: ['x'.repeat(5_000_000)], b: [`${'x'.repeat(4_999_999)}y`] }],
  ['[[@,@],[@,@]][][]|[@,@][]|[@,@][]|sort(@)', Array.from({ length: 100_000 }, () => 'x')],
] as const)('%s of large texts is paid for', ([query, value]) => {
  expect(() => stepFor(query)(value, budgetOf(1_000_000))).toThrow(QueryFault)
})
