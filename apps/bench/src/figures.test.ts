import { expect, test } from 'vitest'
import { kbEach, lowestRatio, median, percentile, ratioInRounds, rounded } from './figures.ts'

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('a percentile is one of the values', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  expect(percentile(hundred, 0.5)).toBe(50)
  expect(percentile(hundred, 0.99)).toBe(99)
  expect(percentile([7], 0.99)).toBe(7)
  expect(percentile([], 0.5)).toBeNaN()
})

test('a ratio is taken inside of each round, then the median of the rounds', () => {
  // The machine was half as fast in the second round: for both.
  expect(ratioInRounds([60, 30, 66], [100, 50, 100])).toBeCloseTo(0.6)
  expect(ratioInRounds([60, 30], [100])).toBeCloseTo(0.6)
})

test('of several, the one that is lowest over the one that is highest counts', () => {
  const ours = [
    [80, 60, 80],
    [50, 90, 60],
  ]
  const peers = [
    [10, 20, 10],
    [25, 20, 20],
  ]
  // The second of ours over the second of the peers: 2, 4.5 and 3.
  expect(lowestRatio(ours, peers)).toBe(3)
})

test('what was not measured is not a number, and null in the JSON', () => {
  expect(lowestRatio([], [[1]])).toBeNaN()
  expect(lowestRatio([[1]], [])).toBeNaN()
  expect(ratioInRounds([], [1])).toBeNaN()
  expect(rounded(Number.NaN)).toBeNull()
  expect(rounded(undefined)).toBeNull()
  expect(rounded(0.12349)).toBe(0.123)
})

test('kilobytes are counted for each', () => {
  expect(kbEach(1024, 1024 + 10 * 2048, 10)).toBe(2)
})
