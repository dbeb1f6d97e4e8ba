import { expect, test } from 'vitest'
import { dateRange, daysAhead, daysBefore, demandFewDays, demandKept } from './date-range.ts'

const now = Date.UTC(2026, 2, 1, 23, 59, 59)

test.for([
  [undefined, '2026-01-30', '2026-03-01', 30],
  ['1d', '2026-02-28', '2026-03-01', 1],
  ['366d', '2025-02-28', '2026-03-01', 366],
  ['2026-01-01/2026-02-01', '2026-01-01', '2026-02-01', 31],
  ['2026-03-01/2026-03-02', '2026-03-01', '2026-03-02', 1],
] as const)('%s', ([text, start, end, days]) => {
  expect(dateRange(text, now)).toEqual({ start, end, days })
})

test.for([
  ['2026-02-29/2026-03-01', 'must be such as'],
  ['2026-13-01/2026-03-01', 'must be such as'],
  ['2026-01-01/0000-00-00', 'must be such as'],
  ['2026-01-01', 'must be such as'],
  ['2026-01-01/2026-01-02/2026-01-03', 'must be such as'],
  ['2026-1-1/2026-01-02', 'must be such as'],
  ['30', 'must be such as'],
  ['', 'must be such as'],
  ['-1d', 'must be such as'],
  ['1e2d', 'must be such as'],
  ['0d', 'must be from 1d to 366d'],
  ['367d', 'must be from 1d to 366d'],
  ['2026-02-03/2026-02-02', 'must start before it ends'],
  ['2026-02-03/2026-02-03', 'must start before it ends'],
  ['2026-02-03/2026-03-03', 'must not end after tomorrow'],
  ['2025-02-27/2026-03-01', 'must have at most 366 days'],
] as const)('%j cannot be', ([text, issue]) => {
  expect(() => dateRange(text, now)).toThrow(
    expect.objectContaining({
      code: 'invalid_arguments',
      details: { issues: [expect.stringContaining(`range: ${issue}`)] },
    }),
  )
})

test('the days before are as many, and end where these start', () => {
  expect(daysBefore(dateRange('30d', now))).toEqual({ start: '2025-12-31', end: '2026-01-30', days: 30 })
})

test.for([
  ['366d', true],
  ['2025-01-01/2025-02-01', true],
  ['2024-12-31/2025-02-01', false],
  ['2024-02-29/2024-03-01', false],
] as const)('Cost Explorer keeps fourteen months: %s', ([text, kept]) => {
  const demand = () => demandKept(dateRange(text, now), now)
  if (kept) expect(demand).not.toThrow()
  else {
    expect(demand).toThrow(
      expect.objectContaining({
        code: 'invalid_arguments',
        details: {
          issues: [expect.stringMatching(/^range: reaches back to 2024-.* from 2025-01-01 on; take fewer/)],
        },
      }),
    )
  }
})

test('a forecast starts today', () => {
  expect(daysAhead('3d', now)).toEqual({ start: '2026-03-01', end: '2026-03-04', days: 3 })
  expect(daysAhead(undefined, now)).toMatchObject({ days: 30 })
  expect(() => daysAhead('2026-03-01/2026-03-04', now)).toThrow('range')
})

test('a row for each day is for 92 days at most', () => {
  demandFewDays(dateRange('92d', now))
  expect(() => demandFewDays(dateRange('93d', now))).toThrow('range')
})
