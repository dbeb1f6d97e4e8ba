import { expect, test } from 'vitest'
import { downSample, type MetricPoint } from './down-sample.ts'

/** Numbers that are the same in every run. */
const numbers = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

test('few points stay as they are', () => {
  for (const count of [0, 1, 2, 59, 60]) {
    const points = Array.from({ length: count }, (_, n): MetricPoint => [n, -n])
    expect(downSample(points, 60)).toEqual(points)
  }
})

test('never more than asked for, first, last and both extremes kept, in order, and nothing made up', () => {
  const next = numbers(1)
  for (let round = 0; round < 500; round += 1) {
    const most = 4 + Math.floor(next() * 100)
    const count = Math.floor(next() * 1_500)
    const flat = next() < 0.2
    const points = Array.from(
      { length: count },
      (_, n): MetricPoint => [n * 60, flat ? 7 : next() * 200 - 100],
    )
    const kept = downSample(points, most)
    const values = (of: readonly MetricPoint[]) => of.map(([, value]) => value)
    expect(kept.length).toBeLessThanOrEqual(most)
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(count, flat ? 3 : most / 2))
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)])
    expect(Math.min(...values(kept))).toBe(Math.min(...values(points)))
    expect(Math.max(...values(kept))).toBe(Math.max(...values(points)))
    expect(kept.every((point) => points.includes(point))).toBe(true)
    expect(kept).toEqual(kept.toSorted(([a], [b]) => a - b))
    expect(new Set(kept).size).toBe(kept.length)
  }
})

test('one peak among a thousand points is not lost', () => {
  const points = Array.from({ length: 1_000 }, (_, n): MetricPoint => [n, n === 517 ? 99 : 1])
  expect(downSample(points, 60)).toContainEqual([517, 99])
})
