import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test('members are in the order of their code units, numbers and strings as RFC 8785 section 3.2 says', () => {
  expect(
    canonicalJson({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
      nested: { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '10': 5, '9': 6, '\ud83d\ude02': 7, ö: 8 },
      absent: undefined,
    }),
  ).toBe(
    '{"literals":[null,true,false],"nested":{"\\r":2,"1":4,"10":5,"9":6,"ö":8,"€":1,"😂":7,"\ufb33":3},' +
      '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('the same text as the library, whatever the value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value))
    }),
    { numRuns: 2_000 },
  )
})

test.for<[string, object]>([
  ['half of a surrogate pair', { a: ['\ud800'] }],
  ['such a name', { '\udfff': 1 }],
  ['no number', { a: Number.NaN }],
  ['an infinite number', { 1: Number.POSITIVE_INFINITY }],
  ['nothing that JSON knows', (() => {}) as object],
])('%s is refused', ([, value]) => {
  expect(() => canonicalJson(value)).toThrow()
})

test('what a class says of itself is what is written', () => {
  expect(canonicalJson({ at: new Date(0), b: { toJSON: () => 'own' } })).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","b":"own"}',
  )
})
