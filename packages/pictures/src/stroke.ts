import type { Point } from './raster.ts'

/** The shapes of a line through `points`, with round joints; all of them wind the same way. */
export const stroke = (points: readonly Point[], thickness: number): Point[][] => {
  const half = thickness / 2
  const lines = points.slice(1).flatMap((to, n) => {
    const from = points[n] ?? to
    const length = Math.hypot(to[0] - from[0], to[1] - from[1])
    if (length === 0) return []
    const [x, y] = [((to[1] - from[1]) / length) * half, (-(to[0] - from[0]) / length) * half]
    return [
      [
        [from[0] + x, from[1] + y],
        [to[0] + x, to[1] + y],
        [to[0] - x, to[1] - y],
        [from[0] - x, from[1] - y],
      ] satisfies Point[],
    ]
  })
  return [...lines, ...points.map((point) => disc(point, half))]
}

/** A filled circle. */
export const disc = ([x, y]: Point, radius: number): Point[] =>
  corners.map(([cos, sin]) => [x + cos * radius, y + sin * radius])

/** An upright rectangle. */
export const box = (left: number, top: number, width: number, height: number): Point[] => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
]

/** Longer than any line within a picture; beyond it, dashes would fill the memory. */
const longest = 100_000

/** The line through `points` in dashes of `on` pixels with gaps of `off`; it ends before a part that is no length. */
export const dashes = (points: readonly Point[], on: number, off: number): Point[][] => {
  const all: Point[][] = []
  let open: Point[] | undefined = points[0] && [points[0]]
  let left = on
  for (const [n, to] of points.slice(1).entries()) {
    let [x, y] = points[n] ?? to
    let length = Math.hypot(to[0] - x, to[1] - y)
    // Not `>`: what is not a number ends it too.
    if (!(length <= longest)) break
    while (length > left) {
      x += ((to[0] - x) * left) / length
      y += ((to[1] - y) * left) / length
      length -= left
      left = open ? off : on
      if (open) all.push([...open, [x, y]])
      open = open ? undefined : [[x, y]]
    }
    left -= length
    open?.push(to)
  }
  return open ? [...all, open] : all
}

const corners = Array.from({ length: 8 }, (_, n) => {
  const angle = (n / 8) * 2 * Math.PI
  return [Math.cos(angle), Math.sin(angle)] as const
})
