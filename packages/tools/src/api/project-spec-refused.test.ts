import { expect, test } from 'vitest'
import { projectionOf } from './project.ts'

const given = {
  n: [3, -1, 2],
  s: ['b', 'a', 'c'],
  none: [],
  text: 'a\u{1f600}b',
  o: { z: 1, a: 2 },
  people: [
    { name: 'b', age: 20, at: { x: 1 } },
    { name: 'a', age: 50, at: { x: 2 } },
    { name: 'c', age: 20, at: { x: 3 } },
  ],
  deep: [[1], { a: [2] }, null, 'x'],
}

const issueOf = (query: string): unknown => {
  try {
    projectionOf(query)(given)
    return undefined
  } catch (thrown) {
    return (thrown as { details?: { issues?: readonly unknown[] } }).details?.issues?.[0]
  }
}

test.for([
  'abs(nothing)',
  'abs(text)',
  'avg(s)',
  'ceil(nothing)',
  'floor(s)',
  'contains(nothing, text)',
  'contains(o, text)',
  "starts_with(nothing, 'a')",
  "ends_with(n, 'a')",
  "starts_with('a', nothing)",
  'length(nothing)',
  'length(n[0])',
  'reverse(o)',
  "join(',', n)",
  "join(',', [text, nothing])",
  'join(nothing, s)',
  'keys(n)',
  'values(nothing)',
  'merge(o, nothing)',
  'merge(n)',
  'sum(deep)',
  'max(deep)',
  'min([n[0], s[0]])',
  'sort(people)',
  'sort([n[0], text])',
  'sort(nothing)',
  'sort_by(nothing, &a)',
  'map(&a, nothing)',
  'map(&a, o)',
])('%s is of a wrong type, and what is taken is said', (query) => {
  expect(issueOf(query)).toMatch(/^query: gives \w+\(\) .+ where it takes .+$/)
})

test.for(['sort_by(people, &at)', 'sort_by(deep, &@)', 'max_by(people, &nothing)', 'min_by(people, &at)'])(
  '%s has keys without an order',
  (query) => {
    expect(issueOf(query)).toMatch(/^query: sorts or compares by/)
  },
)

test.for(["starts_with(nothing, 'a')", "starts_with(nothing || '', 'a')"])('%s: a default helps', (query) => {
  expect(issueOf(query)).toBe(
    query.includes('||')
      ? undefined
      : "query: gives starts_with() null where it takes a text; write … || '' where it may be null",
  )
})

test.for([
  "'a",
  '`1',
  '"a',
  '[a b]',
  '[a,]',
  '[,a]',
  'a.[ ]',
  '{}',
  '{a: b,}',
  '{a: b c: d}',
  '{`a`: b}',
  'length(a b)',
  'length(a,)',
  'length(,a)',
  '"length"(a)',
  '(a)(b)',
  '(a b)',
  '(a, b)',
  'a[1 2]',
  'a[1-2]',
  'a[-]',
  'a[1:2 3]',
  'a[1:2:3:4]',
  'a[b]',
  "a['b']",
  'a[ ?b]',
  'a[?]',
  'a[?b',
  "a.'b'",
  'a.1',
  'a.(b)',
  'a.!b',
  '.a',
  'a b',
  'a[*]b',
  'a**',
  'a ||',
  '|| a',
  'a | | b',
  'a === b',
  'a & b',
  '-1',
  '1',
  '`{a}`',
  '`[1,]`',
  '"\\x"',
  'a\u00a0',
  'a;',
])('%j is no expression', (query) => {
  expect(issueOf(query)).toBe('query: is no JMESPath expression')
})
