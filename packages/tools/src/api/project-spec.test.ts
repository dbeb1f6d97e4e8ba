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

const foo = {
  foo: { bar: { baz: 'correct', 'with space': 1, '': 2, 'a"b': 3, '☃': 4, 'x\ny': 5 } },
  null: 'n',
}
check('identifiers', [
  [foo, 'foo.bar.baz', 'correct'],
  [foo, ' foo\r\n.\tbar . baz ', 'correct'],
  [foo, 'foo.bar.baz.bad', null],
  [foo, 'foo."bar"."with space"', 1],
  [foo, 'foo.bar.""', 2],
  [foo, 'foo.bar."a\\"b"', 3],
  [foo, 'foo.bar."\\u2603"', 4],
  [foo, 'foo.bar."☃"', 4],
  [foo, 'foo.bar."x\\ny"', 5],
  [foo, 'null', 'n'],
  [foo, '@', foo],
  [foo, '@.foo.bar.baz', 'correct'],
  [foo, '(@ | foo).bar.baz', 'correct'],
  [foo, 'foo.bar | baz', 'correct'],
  [foo, 'bad | bar', null],
  [foo, '(foo).bar.baz', 'correct'],
  [[1], 'foo', null],
  ['text', 'length', null],
  [{ _1: 1, a1_: 2 }, '[_1, a1_]', [1, 2]],
])

const L = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
check('indices and slices', [
  [L, '[0]', 0],
  [L, '[-1]', 9],
  [L, '[10]', null],
  [L, '[-11]', null],
  [{ a: 'text' }, 'a[0]', null],
  [{ a: { 0: 1 } }, 'a[0]', null],
  [{ a: [[1, 2], [3]] }, 'a[0][1]', 2],
  [{ a: [{ b: [1, 2] }] }, 'a[0].b[-1]', 2],
  [L, '[0:3]', [0, 1, 2]],
  [L, '[:3]', [0, 1, 2]],
  [L, '[7:]', [7, 8, 9]],
  [L, '[:]', L],
  [L, '[::]', L],
  [L, '[::2]', [0, 2, 4, 6, 8]],
  [L, '[1:9:3]', [1, 4, 7]],
  [L, '[-3:]', [7, 8, 9]],
  [L, '[:-8]', [0, 1]],
  [L, '[::-1]', [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  [L, '[3::-1]', [3, 2, 1, 0]],
  [L, '[8:2:-2]', [8, 6, 4]],
  [L, '[2:8:-1]', []],
  [L, '[-20:3]', [0, 1, 2]],
  [L, '[20:-20:-4]', [9, 5, 1]],
  [L, '[5:5]', []],
  ['text', '[0:2]', null],
  [{ a: [{ b: 1 }, { b: 2 }, {}] }, 'a[:3].b', [1, 2]],
  [{ a: [{ b: [1, 2] }, { b: [3] }] }, 'a[:].b[0]', [1, 3]],
])

const people = { a: [{ b: 1, c: [1, 2] }, { b: null, c: [] }, { b: 3 }, 'x', null] }
const nested = { a: [[[1, 2], 3], [[4]], 5, null] }
const hash = { x: { n: 1 }, y: { n: 2 }, z: 3 }
check('projections', [
  [people, 'a[*].b', [1, 3]],
  [people, 'a[*].c', [[1, 2], []]],
  [people, 'a[*].c[]', [1, 2]],
  [people, 'a[].c[]', [1, 2]],
  [people, 'a[*].c | []', [1, 2]],
  [people, 'a[*].c[0]', [1]],
  [people, 'a[*].c | [0]', [1, 2]],
  [people, '(a[*].c)[0]', [1, 2]],
  [people, 'a[*].b | length(@)', 2],
  [people, 'b[*].c', null],
  [people, 'a.b[*]', null],
  [{ a: {} }, 'a[*]', null],
  [people, 'a[*].[b]', [[1], [null], [3], [null]]],
  [people, 'a[:3].{b: b}', [{ b: 1 }, { b: null }, { b: 3 }]],
  [nested, 'a[]', [[1, 2], 3, [4], 5]],
  [nested, 'a[][]', [1, 2, 3, 4, 5]],
  [nested, 'a[*][0]', [[1, 2], [4]]],
  [nested, 'a[*][]', [[1, 2], 3, [4], 5]],
  [nested, 'a[*][*]', [[[1, 2], 3], [[4]]]],
  [{ a: 1 }, 'a[]', null],
  [[[1], [2]], '[]', [1, 2]],
  [hash, '*', [{ n: 1 }, { n: 2 }, 3]],
  [hash, '*.n', [1, 2]],
  [hash, '@.*.n', [1, 2]],
  [{ a: hash }, 'a.*.n | [1]', 2],
  [{ a: hash }, '*.*.n', [[1, 2]]],
  [{ a: hash }, '*.x.n', [1]],
  [[1], '*', null],
  [hash, '[*]', null],
  [hash, '[*][0]', null],
  [hash, '[z, *]', [3, [{ n: 1 }, { n: 2 }, 3]]],
])

check('multiselects and literals', [
  [people, '[a[0].b, nothing]', [1, null]],
  [people, 'nothing.[a, b]', null],
  [people, 'nothing.{a: a}', null],
  [people, 'a[0].{"x y": b, z: c[1]}', { 'x y': 1, z: 2 }],
  [people, 'a[0].[b, c[0]] | [1]', 1],
  [people, '{a: `1`, a: `2`}', { a: 2 }],
  [null, '[a]', null],
  [null, '`1`', 1],
  [people, "'raw'", 'raw'],
  [people, "''", ''],
  [people, "'it\\'s \\'so\\''", "it's 'so'"],
  [people, "'\\\\'", '\\\\'],
  [people, "'\\n\\z'", '\\n\\z'],
  [people, '\'"a"\n\'', '"a"\n'],
  [people, '`"text"`', 'text'],
  [people, '`text`', 'text'],
  [people, '`2020-01-01T00:00:00Z`', '2020-01-01T00:00:00Z'],
  [people, '`  {"a": [1, null, true]}`', { a: [1, null, true] }],
  [people, '`{"a": {"b": 2}}`.a.b', 2],
  [people, '`"a\\`b\\`"`', 'a`b`'],
  [people, '`"\\u00e9\\\\"`', 'é\\'],
  [people, '`-1.5e2`', -150],
  [people, '`null`', null],
  [people, '`[1, 2]`[1]', 2],
])
