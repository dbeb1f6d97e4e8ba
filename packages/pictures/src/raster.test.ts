import { expect, test } from 'vitest'
import { createRaster } from './raster.ts'
import { box, dashes, stroke } from './stroke.ts'

const black = [0, 0, 0] as const
const darkness = (raster: ReturnType<typeof createRaster>, x: number, y: number) =>
  255 - (raster.pixels[(y * raster.width + x) * 3] ?? 0)

test('a pixel is as dark as it is covered', () => {
  const raster = createRaster(8, 8)
  raster.fill([box(1, 1, 2.5, 2.25)], black)
  expect(darkness(raster, 1, 1)).toBe(255)
  expect(darkness(raster, 3, 1)).toBe(127)
  expect(darkness(raster, 1, 3)).toBe(64)
  expect(darkness(raster, 3, 3)).toBe(32)
  expect(darkness(raster, 4, 1)).toBe(0)
  expect(darkness(raster, 1, 4)).toBe(0)
})

test('a slanted edge covers what lies on its side', () => {
  const raster = createRaster(8, 4)
  // Half of a box of 8 by 4.
  raster.fill(
    [
      [
        [0, 0],
        [8, 4],
        [0, 4],
      ],
    ],
    black,
  )
  const total = [...raster.pixels].reduce((sum, each) => sum + (255 - each), 0)
  expect(total / 3 / 255).toBeCloseTo(16, 0)
  expect([darkness(raster, 0, 0), darkness(raster, 1, 0)]).toEqual([191, 64])
})

test('shapes that overlap have no seam, and what is outside is not painted', () => {
  const raster = createRaster(8, 8)
  raster.fill([box(1, 1, 4, 4), box(3, 1, 4, 4), box(-5, 6, 100, 100)], black)
  for (const x of [1, 2, 3, 4, 5, 6]) expect(darkness(raster, x, 2)).toBe(255)
  for (const x of [0, 7]) expect([darkness(raster, x, 2), darkness(raster, x, 7)]).toEqual([0, 255])
})

test('dashes leave gaps of the length asked for, across corners too', () => {
  const length = (points: readonly (readonly [number, number])[]) =>
    points
      .slice(1)
      .reduce((sum, [x, y], n) => sum + Math.hypot(x - (points[n]?.[0] ?? 0), y - (points[n]?.[1] ?? 0)), 0)
  const parts = dashes(
    [
      [0, 0],
      [10, 0],
      [10, 10],
    ],
    6,
    3,
  )
  expect(parts.map(length)).toEqual([6, 6, 2])
  expect(dashes([], 6, 3)).toEqual([])
  expect(stroke([], 2)).toEqual([])
})
