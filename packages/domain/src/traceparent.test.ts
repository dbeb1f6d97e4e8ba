import { expect, test } from 'vitest'
import { readTraceparent, traceparentText } from './traceparent.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

test('a traceparent comes back as it was', () => {
  for (const flags of ['00', '01']) {
    const text = `00-${trace}-${span}-${flags}`
    const read = readTraceparent(text)
    expect(read).toEqual({ traceId: trace, spanId: span, sampled: flags === '01' })
    expect(read && traceparentText(read)).toBe(text)
  }
  expect(readTraceparent(`00-${trace}-${span}-03`)?.sampled).toBe(true)
  expect(readTraceparent(`00-${trace}-${span}-02`)?.sampled).toBe(false)
})

test.for<[string, unknown]>([
  ['nothing', undefined],
  ['a number', 7],
  ['an empty text', ''],
  ['another version', `01-${trace}-${span}-01`],
  ['the version that is forbidden', `ff-${trace}-${span}-01`],
  ['capitals', `00-${trace.toUpperCase()}-${span}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['more behind it', `00-${trace}-${span}-01-more`],
  ['a space', ` 00-${trace}-${span}-01`],
  ['a line break in place of a character', `00-${trace}-${span}-0\n`],
  ['no flags', `00-${trace}-${span}`],
  ['two of them', `00-${trace}-${span}-01,00-${trace}-${span}-01`],
])('%s is no traceparent', ([, text]) => {
  expect(readTraceparent(text)).toBeUndefined()
})
