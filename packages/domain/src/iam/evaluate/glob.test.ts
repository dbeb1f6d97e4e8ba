import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globTest } from './glob.ts'
import { wildcardsIn } from './template.ts'

const like = (pattern: string, text: string): boolean => globTest(wildcardsIn(pattern))(text)

/** By the definition of the wildcards, without any thought of time. */
const naively = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return naively(rest, text) || (text !== '' && naively(pattern, text.slice(1)))
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naively(rest, text.slice(1))
}

test.for<[pattern: string, text: string, expected: boolean]>([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['**', 'ab', true],
  ['?', '', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*aab*', 'aaab', true],
  ['*a?b*', 'aacab', false],
  ['*a?b*', 'xaaab', true],
  ['a.c', 'abc', false],
  ['[a-z]*', 'abc', false],
  ['a*\n', 'ab\n', true],
])('%j and %j', ([pattern, text, expected]) => {
  expect(like(pattern, text)).toBe(expected)
})

test('a pattern stands for what the definition of the wildcards says', () => {
  const letters = (...all: string[]) => fc.string({ unit: fc.constantFrom(...all), maxLength: 9 })
  fc.assert(
    fc.property(letters('a', 'b', '*', '?'), letters('a', 'b'), (pattern, text) => {
      expect(like(pattern, text)).toBe(naively(pattern, text))
    }),
    { numRuns: 5_000 },
  )
})

test('a piece with ? may be longer than a word of bits', () => {
  const piece = `${'ab?'.repeat(40)}c`
  const text = `${'abx'.repeat(60)}c`
  expect(like(`*${piece}*`, text)).toBe(true)
  expect(like(`*${piece}*`, text.slice(0, -1))).toBe(false)
  expect(like(`*${piece}d*`, text)).toBe(false)
})

// Each would take minutes if anything were tried twice for each character; a busy machine has seconds.
test.for<[name: string, pattern: string, text: string]>([
  ['many wildcards', `${'*a'.repeat(20_000)}*b`, 'a'.repeat(400_000)],
  ['many wildcards and a character that is not there', `${'*a'.repeat(20_000)}*b*`, 'a'.repeat(400_000)],
  ['a long piece that nearly stands everywhere', `*${'a'.repeat(40_000)}b*`, 'a'.repeat(400_000)],
  ['and one that begins otherwise', `*b${'a'.repeat(40_000)}*`, 'a'.repeat(400_000)],
  ['pieces of any characters', `${'*?a'.repeat(20_000)}*b*`, 'a'.repeat(400_000)],
  ['a piece of any characters', `*${'a?'.repeat(200)}b*`, 'a'.repeat(400_000)],
])('time grows with the length alone: %s', ([, pattern, text]) => {
  const from = performance.now()
  expect(like(pattern, text)).toBe(false)
  expect(performance.now() - from).toBeLessThan(3_000)
})
