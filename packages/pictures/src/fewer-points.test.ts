import { expect, test } from 'vitest'
import { fewer, mostDrawn } from './fewer-points.ts'

const flat = (count: number, peaks: Readonly<Record<number, number>> = {}) =>
  Array.from({ length: count }, (_, n) => [n, peaks[n] ?? 5] as const)

test('as many as can be drawn are all drawn', () => {
  const points = flat(mostDrawn)
  expect(fewer(points)).toBe(points)
})

test.for([401, 800, 2_000, 100_000])('of %d points the ends and the extremes stay, in order', (count) => {
  const peak = Math.floor(count / 3)
  const points = flat(count, { [peak]: 99, [peak + 1]: -99 })
  const kept = fewer(points)
  expect(kept.length).toBeLessThanOrEqual(mostDrawn)
  expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)])
  expect(kept).toContainEqual([peak, 99])
  expect(kept).toContainEqual([peak + 1, -99])
  expect(kept.map(([time]) => time)).toEqual([...kept].map(([time]) => time).sort((a, b) => a - b))
})
