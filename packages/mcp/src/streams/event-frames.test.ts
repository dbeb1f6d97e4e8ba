import { expect, test } from 'vitest'
import { eventFrame, eventId, isAfter, parseEventId } from './event-frames.ts'

test('whatever JSON says stays one event', () => {
  const text = JSON.stringify({ a: 'x\r\ny\n\ndata: z\u2028\u2029\u0085', id: '\nid: 1' })
  const frame = eventFrame(text, 's~1-0')
  expect(frame.split(/\r\n|\r|\n/)).toEqual(['id: s~1-0', 'event: message', `data: ${text}`, '', ''])
})

test('an id that we made is read back', () => {
  expect(parseEventId(eventId('abc_-9', '1700000000000-12'))).toEqual({
    stream: 'abc_-9',
    entry: '1700000000000-12',
  })
})

test.for([
  '',
  '~',
  'a~',
  '~1-1',
  'a~1',
  'a~1-',
  'a~-1',
  'a~1-1~2-2',
  'a b~1-1',
  'a:b~1-1',
  '../x~1-1',
  'a~1-1 ',
  '\na~1-1',
  'a~1-1\n',
  `a~${'1'.repeat(17)}-1`,
  `${'a'.repeat(33)}~1-1`,
  'a~0x1-1',
  'ä~1-1',
  'a~1.5-1',
])('the event id %j is none of ours', (id) => {
  expect(parseEventId(id)).toBeUndefined()
})

test.for<[string, string, boolean]>([
  ['1-1', '1-0', true],
  ['2-0', '1-9', true],
  ['10-0', '9-0', true],
  ['1-10', '1-9', true],
  ['1-1', '1-1', false],
  ['1-0', '1-1', false],
  ['1-9', '2-0', false],
  ['1700000000000-0', '0-0', true],
])('%s comes after %s: %s', ([a, b, after]) => {
  expect(isAfter(a, b)).toBe(after)
})
