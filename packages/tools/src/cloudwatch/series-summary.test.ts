import { expect, test } from 'vitest'
import { summaryOf } from './series-summary.ts'

const start = Date.UTC(2026, 0, 2)
const hourly = (values: readonly number[]) =>
  summaryOf(
    {
      label: 'CPU',
      unit: 'Percent',
      points: values.map((value, n) => [start + n * 3_600_000, value] as const),
    },
    start - 60_000,
  )

test('a series is what it comes to, and its points', () => {
  expect(hourly([10, 20.12345678, 30])).toEqual({
    label: 'CPU',
    unit: 'Percent',
    count: 3,
    min: 10,
    minAt: '2026-01-02T00:00:00.000Z',
    max: 30,
    maxAt: '2026-01-02T02:00:00.000Z',
    average: 20.0412,
    last: 30,
    lastAt: '2026-01-02T02:00:00.000Z',
    trend: 'rising',
    changePerHour: 10,
    secondsAfterStart: [60, 3_660, 7_260],
    values: [10, 20.1235, 30],
  })
})

test('extremes are dated by the first time, whatever is shown of the points', () => {
  const values = Array.from({ length: 500 }, (_, n) => (n === 123 || n === 321 ? 9 : n === 200 ? -1 : 5))
  expect(hourly(values)).toMatchObject({
    max: 9,
    maxAt: new Date(start + 123 * 3_600_000).toISOString(),
    min: -1,
    minAt: new Date(start + 200 * 3_600_000).toISOString(),
    lastAt: new Date(start + 499 * 3_600_000).toISOString(),
  })
})

test.for<[string, number[], number | undefined]>([
  ['rising', [1, 2, 3, 4], 1],
  ['falling', [40, 30, 20, 10], -10],
  ['flat', [5, 5, 5], 0],
  ['flat', [10, 90, 10, 90, 10, 90, 10], 0],
  ['flat', [100, 100.1, 100.2, 100.3], 0.1],
  ['rising', [-4, -3, -2, -1], 1],
  ['flat', [7], undefined],
])('%s: %j', ([trend, values, changePerHour]) => {
  expect(hourly(values)).toMatchObject({ trend })
  expect(hourly(values).changePerHour).toBe(changePerHour)
})

test('a series without points says so', () => {
  expect(hourly([])).toEqual({
    label: 'CPU',
    unit: 'Percent',
    count: 0,
    trend: 'no data',
    secondsAfterStart: [],
    values: [],
  })
})

test('statistics are of all points, though sixty are shown', () => {
  const { count, average, secondsAfterStart, values } = hourly(Array.from({ length: 1_440 }, (_, n) => n))
  expect({ count, average, shown: values.length }).toEqual({ count: 1_440, average: 719.5, shown: 60 })
  expect(secondsAfterStart.length).toBe(60)
})
