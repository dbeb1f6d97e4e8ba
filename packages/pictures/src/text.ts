import font from '../font/roboto-regular.json' with { type: 'json' }
import type { Point } from './raster.ts'

/** The shapes of one line of text that starts at `x` and stands on `y`. */
export const textShapes = (text: string, x: number, y: number, size: number): Point[][] => {
  const scale = size / font.unitsPerEm
  let at = x
  return [...text].flatMap((character) => {
    const { advance, contours } = glyphOf(character)
    const start = at
    at += advance * scale
    return contours.map((contour) => contour.map(([cx, cy]): Point => [start + cx * scale, y - cy * scale]))
  })
}

/** Width of a line of text in pixels. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, character) => sum + glyphOf(character).advance, 0) * (size / font.unitsPerEm)

/** Text as it can be drawn in `width` pixels: on one line, without what is not seen, cut where it is too long. */
export const fitted = (text: string, width: number, size: number): string => {
  // No line of a picture holds more, and a label of megabytes is not to be measured.
  const start = text.slice(0, 400)
  const clean = start.replace(/[\p{C}\p{M}\p{Z}]+/gu, ' ').trim()
  if (start.length === text.length && textWidth(clean, size) <= width) return clean
  let room = width - textWidth('…', size)
  let kept = ''
  for (const character of clean) {
    room -= textWidth(character, size)
    if (room < 0) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

interface Glyph {
  readonly advance: number
  readonly contours: readonly (readonly Point[])[]
}

/** Corners of the closed shapes of an outline of moves, lines and quadratic curves; a curve becomes four lines. */
const contoursOf = (path: string): Point[][] => {
  const contours: Point[][] = []
  for (const [, command, list = ''] of path.matchAll(/([MLQ])([^MLQZ]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0] = list.split(' ').map(Number)
    if (command === 'M') contours.push([[a, b]])
    const contour = contours.at(-1)
    const [x, y] = contour?.at(-1) ?? [0, 0]
    if (command === 'L') contour?.push([a, b])
    if (command !== 'Q') continue
    for (const t of [0.25, 0.5, 0.75, 1]) {
      const [before, control, after] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
      contour?.push([before * x + control * a + after * c, before * y + control * b + after * d])
    }
  }
  return contours
}

const glyphs: ReadonlyMap<string, Glyph> = new Map(
  Object.entries(font.glyphs).map(([character, [advance, path]]) => [
    character,
    { advance: Number(advance), contours: contoursOf(String(path)) },
  ]),
)

/** A character that the font does not have is an empty box. */
const glyphOf = (character: string): Glyph =>
  glyphs.get(character) ?? glyphs.get('\ufffd') ?? { advance: 0, contours: [] }
