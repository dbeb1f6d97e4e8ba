import { expect, test } from 'vitest'
import { dashes } from './stroke.ts'

test('a line is broken into dashes, the last as long as there is room', () => {
  expect(
    dashes(
      [
        [0, 0],
        [15, 0],
      ],
      6,
      4,
    ),
  ).toEqual([
    [
      [0, 0],
      [6, 0],
    ],
    [
      [10, 0],
      [15, 0],
    ],
  ])
})

test.for([Infinity, Number.NaN, 1e300, 1e9])('a line to %d has no end, and no dashes', (x) => {
  const ends = [
    [0, 0],
    [x, 0],
  ] as const
  expect(dashes(ends, 8, 5)).toEqual([[[0, 0]]])
})
