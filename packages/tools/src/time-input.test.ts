import { expect, test } from 'vitest'
import { spanOf, timeOf } from './time-input.ts'

const now = Date.UTC(2026, 0, 2, 12)

test.for([
  ['now', '2026-01-02T12:00:00.000Z'],
  ['-3h', '2026-01-02T09:00:00.000Z'],
  ['-90s', '2026-01-02T11:58:30.000Z'],
  ['-15m', '2026-01-02T11:45:00.000Z'],
  ['-7d', '2025-12-26T12:00:00.000Z'],
  ['-2w', '2025-12-19T12:00:00.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
  ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
])('%s is %s, in UTC where it names no zone', ([text, expected]) => {
  expect(new Date(timeOf('startTime', text ?? '', now)).toISOString()).toBe(expected)
})

test.for([
  '',
  'yesterday',
  '3h',
  '+3h',
  '-3y',
  '-1234567d',
  '-3h ',
  '1767322800',
  '2026-13-01',
  '2026-02-30T25:00:00Z',
  '2026-01-02 03:04:05',
  '2026-01-02T03:04:05Z\n',
  '２０２６-01-02',
  '1969-12-31T23:59:59Z',
  '-999999w',
])('%j is no time', (text) => {
  expect(() => timeOf('startTime', text, now)).toThrow(
    expect.objectContaining({
      code: 'invalid_arguments',
      details: { issues: ['startTime: must be a time such as 2026-01-02T03:04:05Z, -3h or now'] },
    }),
  )
})

test.for([
  ['now', '-1h', 'start: must be before end'],
  ['now', 'now', 'start: must be before end'],
  ['2027-01-01', '2027-01-02', 'start: is in the future'],
])('a span from %s to %s is refused', ([start, end, issue]) => {
  const span = { start: ['start', start ?? ''], end: ['end', end ?? ''] } as const
  expect(() => spanOf(span, now)).toThrow(expect.objectContaining({ details: { issues: [issue] } }))
})
