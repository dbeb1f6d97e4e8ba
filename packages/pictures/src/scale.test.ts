import { expect, test } from 'vitest'
import { timeScale, valueScale } from './scale.ts'

const labels = ({ ticks }: ReturnType<typeof valueScale>) => ticks.map(({ label }) => label).join(' ')
const at = (iso: string) => Date.parse(`${iso}Z`)

test.for<[number[], string]>([
  [[3, 88], '0 20 40 60 80 100'],
  [[98.2, 99.9], '98.0 98.5 99.0 99.5 100.0'],
  [[0, 1_500_000], '0 500k 1.0M 1.5M'],
  [[0, 0.004], '0 0.001 0.002 0.003 0.004'],
  [[-12, 12], '-15 -10 -5 0 5 10 15'],
  [[0], '0 0.2 0.4 0.6 0.8 1.0'],
  [[], '0 0.2 0.4 0.6 0.8 1.0'],
])('values %j are marked %s', ([values, expected]) => {
  expect(labels(valueScale(values))).toBe(expected)
})

test.for<[string, string, string]>([
  ['2026-01-02T03:00', '2026-01-02T06:00', '03:00 03:30 04:00 04:30 05:00 05:30 06:00'],
  ['2026-01-02T22:00', '2026-01-03T02:00', '22:00 22:30 23:00 23:30 01-03 00:30 01:00 01:30 02:00'],
  [
    '2026-01-02T03:00:00',
    '2026-01-02T03:01:00',
    '03:00:00 03:00:10 03:00:20 03:00:30 03:00:40 03:00:50 03:01:00',
  ],
  ['2026-01-01T00:00', '2026-01-08T00:00', '01-01 01-02 01-03 01-04 01-05 01-06 01-07 01-08'],
])('times from %s to %s are marked in UTC', ([from, to, expected]) => {
  expect(labels(timeScale([at(from), at(to)]))).toBe(expected)
})

test('an axis never has more marks than it has room for', () => {
  for (let span = 1; span < 1e13; span *= 3) {
    expect(timeScale([1e12, 1e12 + span]).ticks.length).toBeLessThanOrEqual(9)
    expect(valueScale([0, span]).ticks.length).toBeLessThanOrEqual(7)
    expect(valueScale([span, span * 1.01]).ticks.length).toBeLessThanOrEqual(8)
  }
})

test('the ends of all numbers and times have an axis', () => {
  for (const { ticks, from, to } of [
    valueScale([-1e308, 1e308]),
    valueScale([Number.MAX_VALUE]),
    timeScale([-1e308, 1e308]),
    timeScale([1e308]),
  ]) {
    expect(Number.isFinite(to - from)).toBe(true)
    expect(ticks.length).toBeLessThanOrEqual(12)
  }
})
