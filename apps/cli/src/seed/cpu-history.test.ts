import { expect, test } from 'vitest'
import { cpuOfLastDay } from './cpu-history.ts'

const now = new Date('2026-03-01T12:03:20Z')

test('covers the last 24 hours in steps of five minutes, with nothing of the future', () => {
  const points = cpuOfLastDay('acme-web-1', 34, now)
  expect(points).toHaveLength(288)
  expect(points[0]?.Timestamp).toEqual(new Date('2026-02-28T12:05:00Z'))
  expect(points.at(-1)?.Timestamp).toEqual(new Date('2026-03-01T12:00:00Z'))
})

test.each([4, 34, 92, 95])('stays around an average of %i percent', (average) => {
  const values = cpuOfLastDay('any', average, now).map(({ Value }) => Value)
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...values)).toBeLessThanOrEqual(100)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  expect(Math.abs(mean - average)).toBeLessThan(2)
})

test('a hot machine is above 85 percent all day', () => {
  const values = cpuOfLastDay('acme-checkout-worker', 92, now).map(({ Value }) => Value)
  expect(Math.min(...values)).toBeGreaterThan(85)
})

test('is the same for the same name and differs between names', () => {
  expect(cpuOfLastDay('a', 50, now)).toEqual(cpuOfLastDay('a', 50, now))
  expect(cpuOfLastDay('a', 50, now)).not.toEqual(cpuOfLastDay('b', 50, now))
})
