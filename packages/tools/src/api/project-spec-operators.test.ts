import { expect, test } from 'vitest'
import { projectionOf } from './project.ts'

/** In the style of the official compliance suite: what is given, an expression, and what comes of it. */
type Case = readonly [given: unknown, query: string, wanted: unknown]

const check = (about: string, cases: readonly Case[]): void => {
  test.for(cases.map(([given, query, wanted]) => ({ given, query, wanted })))(
    `${about}: $query`,
    ({ given, query, wanted }) => {
      expect(projectionOf(query)(given)).toEqual(wanted)
    },
  )
}

const flags = {
  yes: true,
  no: false,
  zero: 0,
  one: 1,
  e: '',
  l: [],
  o: {},
  s: 'x',
  t: 'y',
  n: null,
  st: { on: true },
}
check('operators', [
  [flags, 'yes && one', 1],
  [flags, 'no && one', false],
  [flags, 'e && one', ''],
  [flags, 'no || one', 1],
  [flags, 'zero || one', 0],
  [flags, '[e || s, l || s, o || s, n || s, no || s, nothing || s]', ['x', 'x', 'x', 'x', 'x', 'x']],
  [flags, 'n || no', false],
  [flags, 'yes || no && no', true],
  [flags, '(yes || no) && no', false],
  [flags, '[!yes, !no, !zero, !e, !l, !o, !n, !nothing]', [false, true, false, true, true, true, true, true]],
  [flags, '!!s', true],
  [flags, '!st.on', false],
  [flags, '!st.off', true],
  [flags, '!no == yes', true],
  [flags, '!no && one', 1],
  [flags, 'one == `1`', true],
  [flags, 'one == `"1"`', false],
  [flags, 'no == zero', false],
  [flags, 'l == `[]` && o == `{}`', true],
  [flags, 'n == nothing', true],
  [flags, '`{"a":1,"b":[2]}` == `{"b":[2],"a":1}`', true],
  [flags, '`[1,2]` != `[2,1]`', true],
  [flags, '[zero < one, zero > one, one <= one, one >= one]', [true, false, true, true]],
  [flags, '[s < t, s > t, s <= s, s >= t]', [true, false, true, false]],
  [flags, '[n < one, one > n, n <= n, nothing >= zero]', [null, null, null, null]],
  [flags, '[yes > no, yes >= yes, s < one, l <= l, o >= o]', [null, null, null, null, null]],
  [flags, '!(n < one)', true],
  [flags, 'zero < one == yes', true],
])

const rows = {
  L: [{ k: 'a', s: 5 }, { k: 'b' }, { k: 'c', s: null }, { k: 'd', s: '5' }, { k: 'e', s: 15 }, 3],
}
const times = [{ t: '2024-01-01T00:00:00Z' }, { t: '2025-06-01T00:00:00Z' }, {}]
check('filters', [
  [rows, 'L[?s < `10`].k', ['a']],
  [rows, 'L[?s >= `0`].k', ['a', 'e']],
  [rows, 'L[?s <= `null`].k', []],
  [rows, "L[?s > '4'].k", ['d']],
  [rows, 'L[?s == `null`].k', ['b', 'c']],
  [rows, 'L[?s].k', ['a', 'd', 'e']],
  [rows, 'L[?!s].k', ['b', 'c']],
  [rows, "L[?k == 'a' || k == 'b'] | [1].k", 'b'],
  [rows, "L[?k != 'a' && s == `15`].k", ['e']],
  [rows, 'L[?s == `5`] | [0]', { k: 'a', s: 5 }],
  [rows, 'L[?s == `5`][0]', []],
  [rows, "L[?contains(['a', 'e'], k)].s", [5, 15]],
  [rows, 'L[?k == `c`].{k: k, s: s}', [{ k: 'c', s: null }]],
  [rows, 'L[?@ == `3`]', [3]],
  [rows, '!L[?s == `99`]', true],
  [rows, 'k[?s]', null],
  [{ L: {} }, 'L[?s]', null],
  [times, "[?t > '2025-01-01'].t", ['2025-06-01T00:00:00Z']],
  [{ a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 2 }] }] }, 'a[].b[?c == `2`]', [[{ c: 2 }], [{ c: 2 }]]],
  [{ a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 2 }] }] }, 'a[].b[?c == `2`][].c', [2, 2]],
])
