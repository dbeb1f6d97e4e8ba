import { expect, test } from 'vitest'
import { bearerParameters } from './challenge-header.ts'

test.each([
  ['Bearer a="b"', { a: 'b' }],
  ['bearer A="b, c" , d=e', { a: 'b, c', d: 'e' }],
  ['Bearer a="say \\"hi\\""', { a: 'say "hi"' }],
])('%j', (text, expected) => {
  expect(Object.fromEntries(bearerParameters(text) ?? [])).toEqual(expected)
})

test.each([
  '',
  'Bearer',
  'Basic realm="x"',
  'Bearer a="b',
  'Bearer a=b c=d',
  'Bearer a="b", a="c"',
  'Bearer ="b"',
  'Bearer a="b" Basic realm="x"',
  'Bearer a="b", Basic realm="x"',
])('%j is no Bearer challenge', (text) => {
  expect(bearerParameters(text)).toBeUndefined()
})
