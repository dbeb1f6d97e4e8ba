import { expect, test } from 'vitest'
import { renderData } from './render-data.ts'

test('fields are lines, records a table, and an absent field is left out', () => {
  const data = {
    bucket: 'reports',
    owner: undefined,
    empty: null,
    count: 2,
    done: false,
    metadata: { author: 'ann', 'x|y': 'a, b' },
    limits: { perMinute: 600 },
    commonPrefixes: ['a/', 'b/'],
    objects: [
      { key: 'a.txt', size: 1, tags: { Name: 'web', Team: 'x' } },
      { key: 'b.txt', storageClass: 'GLACIER', tags: {} },
    ],
    none: [],
    body: 'first\nsecond',
  }
  expect(renderData(data)).toMatchInlineSnapshot(`
    "bucket: reports
    empty: -
    count: 2
    done: false
    metadata: author=ann, "x|y"="a, b"
    limits: perMinute=600
    commonPrefixes: a/, b/
    objects (2):
    key | size | tags | storageClass
    a.txt | 1 | Name=web, Team=x | -
    b.txt | - | - | GLACIER
    none: none
    body:
    first
    second"
  `)
})

test('a list of records alone is a table, and a bare value is itself', () => {
  expect(renderData([{ a: 1 }, { b: 2 }])).toBe('a | b\n1 | -\n- | 2')
  expect([renderData('text'), renderData(7), renderData(undefined), renderData([])]).toEqual([
    'text',
    '7',
    '-',
    'none',
  ])
})

test('a value cannot forge a column or a row', () => {
  const rows = [{ key: 'a | b\nc | d', size: 1, tags: { 'x|y': '1\n2' } }]
  expect(renderData({ rows })).toBe('rows (1):\nkey | size | tags\n"a \\| b\\nc \\| d" | 1 | "x\\|y"="1\\n2"')
})

test('only a body has lines of its own', () => {
  expect(renderData({ uri: 's3://b/a\nsize: 1', body: 'one\ntwo' })).toBe(
    'uri: "s3://b/a\\nsize: 1"\nbody:\none\ntwo',
  )
})

test('a tag value cannot look like another tag', () => {
  expect(renderData({ tags: { Note: 'x, Environment=dev', Name: 'web' } })).toBe(
    'tags: Note="x, Environment=dev", Name=web',
  )
})

test('names make neither lines nor columns of their own', () => {
  expect(renderData({ 'a\nb': 1, rows: [{ 'c | d\ne': 2 }] })).toBe('a\\nb: 1\nrows (1):\n"c \\| d\\ne"\n2')
})

test('records that have nothing in common are no table, which would be of the square of their length', () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ [`c${n}`]: n }))
  expect(renderData({ rows }).length).toBeLessThan(2 * JSON.stringify(rows).length)
  // A few gaps are cheaper than repeated names.
  expect(renderData([{ a: 1 }, { b: 2 }, { c: 3 }])).toBe('a | b | c\n1 | - | -\n- | 2 | -\n- | - | 3')
})

test('lists of records inside of records are there', () => {
  const rows = [{ name: 'one', points: [{ time: 1, value: 'a | b' }] }]
  expect(renderData({ rows })).toBe('rows (1):\nname | points\none | [{"time":1,"value":"a \\| b"}]')
})
