import { expect, test } from 'vitest'
import { checkPeriod } from './metric-period.ts'

const now = Date.UTC(2026, 0, 2, 12)
const hour = 3_600_000
const day = 24 * hour
const check = (startAgo: number, seconds: number, span = startAgo) =>
  checkPeriod({ from: now - startAgo, to: now - startAgo + span, now }, seconds)

test.for<[number, number, number?]>([
  [hour, 5],
  [hour, 60],
  [1_440 * 1_000, 1],
  [1_440 * 60_000, 60],
  [5 * day, 300],
  [15 * day, 1_800],
  [20 * day, 300, 5 * day],
  [70 * day, 3_600, 60 * day],
])('data from %d ms ago at %d s is asked for', ([startAgo, seconds, span]) => {
  expect(() => check(startAgo, seconds, span)).not.toThrow()
})

test.for<[number, number, number | undefined, string]>([
  [hour, 7, undefined, 'must be 1, 5, 10, 20, 30 or a multiple of 60. The smallest one that fits is 5.'],
  [hour, 90, undefined, 'must be 1, 5, 10, 20, 30 or a multiple of 60. The smallest one that fits is 5.'],
  [hour, 1, undefined, 'gives more than 1,440 points per series. The smallest one that fits is 5.'],
  [1_440_001, 1, undefined, 'gives more than 1,440 points per series. The smallest one that fits is 5.'],
  [
    4 * hour,
    30,
    hour,
    'must be a multiple of 60 for data as old as this startTime. The smallest one that fits is 60.',
  ],
  [2 * day, 60, undefined, 'gives more than 1,440 points per series. The smallest one that fits is 120.'],
  [
    16 * day,
    60,
    hour,
    'must be a multiple of 300 for data as old as this startTime. The smallest one that fits is 300.',
  ],
  [16 * day, 900, undefined, 'gives more than 1,440 points per series. The smallest one that fits is 1200.'],
  [
    64 * day,
    300,
    hour,
    'must be a multiple of 3600 for data as old as this startTime. The smallest one that fits is 3600.',
  ],
  [
    64 * day,
    60,
    undefined,
    'must be a multiple of 3600 for data as old as this startTime; gives more than 1,440 points per series. The smallest one that fits is 7200.',
  ],
])('data from %d ms ago at %d s is refused, with what fits', ([startAgo, seconds, span, issue]) => {
  expect(() => check(startAgo, seconds, span)).toThrow(
    expect.objectContaining({ code: 'invalid_arguments', details: { issues: [`period: ${issue}`] } }),
  )
})

test('what is said to fit does fit', () => {
  for (let ago = 1_000; ago < 400 * day; ago *= 1.37) {
    let said = ''
    try {
      check(ago, 7)
    } catch (thrown) {
      said = String((thrown as { details: { issues: string[] } }).details.issues[0])
    }
    const best = Number(/(\d+)\.$/.exec(said)?.[1])
    expect(() => check(ago, best)).not.toThrow()
  }
})
