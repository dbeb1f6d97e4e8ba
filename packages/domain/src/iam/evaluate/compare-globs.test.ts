import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { areDisjoint, covers, globTokens } from './compare-globs.ts'
import { wildcardsIn } from './template.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const tokens = (pattern: string, withoutColon = false) => globTokens(wildcardsIn(pattern), { withoutColon })

/** By the definition of the wildcards; patterns here have no other character that means something to it. */
const regexOf = (pattern: string, withoutColon = false): RegExp => {
  const any = withoutColon ? '[^:]' : '[^]'
  return new RegExp(`^${pattern.replaceAll('?', any).replaceAll('*', `${any}*`)}$`)
}

test.for<[outer: string, inner: string, covered: boolean, disjoint: boolean]>([
  ['', '', true, false],
  ['*', '', true, false],
  ['*', '*', true, false],
  ['?', '*', false, false],
  ['?*', '*?', true, false],
  ['*?', '?*', true, false],
  ['**', '?', true, false],
  ['a*', 'a?*b', true, false],
  ['a*b', 'a*', false, false],
  ['a*b', '*c', false, true],
  ['role/app-*', 'role/*app-1', false, false],
  ['role/*', 'role/*app-1', true, false],
  ['role/*-1', 'role/*app-1', true, false],
  ['role/*-2', 'role/*app-1', false, true],
  ['role/app-2', 'role/*app-1', false, true],
  ['*a*a*', '*a*', false, false],
  ['*a*', '*a*a*', true, false],
  ['?', '??', false, true],
  ['*-a', '*-b', false, true],
  ['*b', 'b', true, false],
  ['??*', '?', false, true],
  ['*ab*', '*a?b*', false, false],
])('%j and all that fits %j', ([outer, inner, covered, disjoint]) => {
  expect([covers(tokens(outer), tokens(inner)), areDisjoint(tokens(outer), tokens(inner))]).toEqual([
    covered,
    disjoint,
  ])
})

test('a wildcard of one segment of an ARN stands for no colon', () => {
  expect(areDisjoint(tokens('a:b:*'), tokens('a:*'))).toBe(false)
  expect(areDisjoint(tokens('a:b:*'), tokens('a:*', true))).toBe(true)
  expect(areDisjoint(tokens('a:b:*'), tokens('a:????????', true))).toBe(true)
})

/** All texts of up to six characters, one of which no pattern below names. */
const letters = ['a', 'b', ':', 'z']
const texts = ['']
for (let i = 0; i < texts.length && (texts[i]?.length ?? 0) < 6; i++)
  texts.push(...letters.map((letter) => texts[i] + letter))

const patterns = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', '*'), maxLength })

test('of short patterns, what is claimed is what all texts show, and all of it but for some with ?', () => {
  const claimed = { covers: 0, disjoint: 0 }
  fc.assert(
    fc.property(patterns(3), patterns(3), fc.boolean(), (one, other, withoutColon) => {
      const [outer, inner] = [regexOf(one), regexOf(other, withoutColon)]
      const fitting = texts.filter((text) => inner.test(text))
      const [ours, theirs] = [tokens(one), tokens(other, withoutColon)]
      const all = fitting.every((text) => outer.test(text))
      const none = !fitting.some((text) => outer.test(text))
      expect(areDisjoint(ours, theirs)).toBe(none)
      expect(areDisjoint(theirs, ours)).toBe(none)
      if (covers(ours, theirs)) expect(all).toBe(true)
      // That `?*` is all of `*a` would take more to know than it is worth.
      else if (!one.includes('?')) expect(all).toBe(false)
      claimed.covers += Number(all)
      claimed.disjoint += Number(none)
    }),
    { numRuns: 1_500 },
  )
  expect(Math.min(claimed.covers, claimed.disjoint)).toBeGreaterThan(100)
})

test('of long patterns, no text shows the contrary of what is claimed', () => {
  const stood = fc.array(fc.string({ unit: fc.constantFrom(...letters), maxLength: 4 }), {
    minLength: 4,
    maxLength: 12,
  })
  const filled = (pattern: string, texts: readonly string[]): string => {
    let next = 0
    return pattern.replace(/[*?]/g, (wildcard) => {
      const text = texts[next++ % texts.length] ?? ''
      return wildcard === '*' ? text : text.slice(0, 1) || 'a'
    })
  }
  const claimed = { covers: 0, disjoint: 0 }
  fc.assert(
    fc.property(patterns(12), patterns(12), fc.array(stood, { minLength: 5 }), (one, other, fillings) => {
      const [ours, theirs] = [tokens(one), tokens(other)]
      const [contained, disjoint] = [covers(ours, theirs), areDisjoint(ours, theirs)]
      expect(contained && disjoint).toBe(false)
      claimed.covers += Number(contained)
      claimed.disjoint += Number(disjoint)
      for (const filling of fillings) {
        const [inner, outer] = [filled(other, filling), filled(one, filling)]
        if (contained) expect(regexOf(one).test(inner)).toBe(true)
        if (disjoint) expect([regexOf(one).test(inner), regexOf(other).test(outer)]).toEqual([false, false])
      }
    }),
    { numRuns: 5_000 },
  )
  expect(Math.min(claimed.covers, claimed.disjoint)).toBeGreaterThan(100)
})

test('whatever a pattern stands for, it covers what is made from it by more characters for its wildcards', () => {
  fc.assert(
    fc.property(patterns(12), fc.array(patterns(4), { minLength: 12 }), (pattern, more) => {
      let next = 0
      // Not of a `?` beside a `*`, which would have to know how many there are at least.
      const outer = pattern.replaceAll(/[*?]+/g, (run) => (run.includes('*') ? '*' : run))
      const inner = outer.replaceAll('*', () => more[next++] ?? '')
      const [ours, theirs] = [tokens(outer), tokens(inner)]
      expect([covers(ours, theirs), areDisjoint(ours, theirs)]).toEqual([true, false])
    }),
    { numRuns: 5_000 },
  )
})

// A busy machine has seconds; anything tried twice for each character would take minutes.
test.for<[name: string, outer: string, inner: string]>([
  ['many wildcards', `${'*a'.repeat(240)}*b`, `${'*a'.repeat(240)}*c`],
  ['pieces that nearly stand everywhere', `*${'a'.repeat(250)}b*`, `*${'a'.repeat(400)}*c`],
  ['any characters', `${'*?a'.repeat(150)}*b`, `${'?'.repeat(400)}*`],
  ['too long to be compared', `${'*a'.repeat(40_000)}*b`, `${'*a'.repeat(40_000)}*c`],
])('time is bounded: %s', ([, outer, inner]) => {
  const [ours, theirs] = [tokens(outer), tokens(inner)]
  const from = performance.now()
  for (let i = 0; i < 50; i++) {
    expect(covers(ours, theirs)).toBe(false)
    areDisjoint(ours, theirs)
  }
  expect(performance.now() - from).toBeLessThan(3_000)
})

test('what takes too long to compare is neither', () => {
  const long = tokens(`*${'a'.repeat(600)}b`)
  expect(covers(long, tokens(`*${'a'.repeat(1_200)}b`))).toBe(false)
  const [one, other] = [tokens(`*${'a'.repeat(600)}b?`), tokens(`*${'a'.repeat(600)}c?`)]
  expect(areDisjoint(one, other)).toBe(false)
  const name = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${'a'.repeat(512)}`
  expect(covers(tokens(`${name}-??????`), tokens(`${name}-??????`))).toBe(true)
  expect(covers(tokens(`${name.slice(0, -9)}*`), tokens(`${name}-*`))).toBe(true)
  expect(areDisjoint(tokens(`${name}b-*`), tokens(`${name}-*`))).toBe(true)
})
