/** A corner of a shape, in pixels from the upper left. */
export type Point = readonly [x: number, y: number]

/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

/** An opaque picture that shapes are painted on, with smooth edges. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Three bytes for each pixel, by row. */
  readonly pixels: Uint8Array
  /** Paints closed shapes that wind the same way as one: where they overlap, there is no seam. */
  fill(shapes: readonly (readonly Point[])[], colour: Colour): void
}

/**
 * A white raster. Each edge adds the area that it covers of the pixels it crosses to a buffer whose running sum is then
 * the coverage of every pixel; the cost is that of the edges, however large the shape.
 */
export const createRaster = (width: number, height: number): Raster => {
  // Two more than a row has, for an edge at the far right adds to the pixels behind it.
  const stride = width + 2
  const areas = new Float32Array(stride * height)
  const pixels = new Uint8Array(width * height * 3).fill(255)
  let top = height
  let bottom = 0

  const edge = ([fromX, fromY]: Point, [toX, toY]: Point) => {
    if (fromY === toY) return
    const down = fromY < toY
    const [startX, startY, endX, endY] = down ? [fromX, fromY, toX, toY] : [toX, toY, fromX, fromY]
    const slope = (endX - startX) / (endY - startY)
    const [firstRow, endRow] = [Math.floor(startY), Math.ceil(endY)]
    top = Math.min(top, firstRow)
    bottom = Math.max(bottom, endRow)
    let x = startX
    for (let row = firstRow; row < endRow; row += 1) {
      const part = Math.min(row + 1, endY) - Math.max(row, startY)
      const next = x + slope * part
      cover(row * stride, x, next, down ? part : -part)
      x = next
    }
  }

  /** Adds an edge from `x` to `next` within one row, which covers `area` of all pixels behind it. */
  const cover = (row: number, x: number, next: number, area: number) => {
    const [left, right] = x < next ? [x, next] : [next, x]
    const first = Math.floor(left)
    const last = Math.ceil(right)
    const add = (column: number, share: number) => {
      areas[row + column] = (areas[row + column] ?? 0) + area * share
    }
    if (last <= first + 1) {
      const behind = (left + right) / 2 - first
      add(first, 1 - behind)
      add(first + 1, behind)
      return
    }
    // What is covered of a column grows by the share of the edge that lies in it and before it.
    const covered = (column: number) => coveredShare(left, right, column)
    let before = 0
    for (let column = first; column <= last; column += 1) {
      const now = covered(column)
      add(column, now - before)
      before = now
    }
  }

  const paint = (colour: Colour) => {
    for (let row = top; row < bottom; row += 1) {
      let sum = 0
      for (let column = 0; column < width; column += 1) {
        const at = row * stride + column
        sum += areas[at] ?? 0
        const share = Math.min(Math.abs(sum), 1)
        if (share > 0.002) blend((row * width + column) * 3, share, colour)
      }
    }
    areas.fill(0, top * stride, bottom * stride)
    top = height
    bottom = 0
  }

  const blend = (at: number, share: number, colour: Colour) => {
    for (let channel = 0; channel < 3; channel += 1) {
      const under = pixels[at + channel] ?? 0
      pixels[at + channel] = Math.round(under + ((colour[channel] ?? 0) - under) * share)
    }
  }

  const inside = ([x, y]: Point): Point => [clamp(x, width), clamp(y, height)]

  return {
    width,
    height,
    pixels,
    fill(shapes, colour) {
      for (const shape of shapes) {
        const corners = shape.map(inside)
        corners.forEach((corner, n) => {
          edge(corner, corners[(n + 1) % corners.length] ?? corner)
        })
      }
      if (top < bottom) paint(colour)
    },
  }
}

/** The share of pixel `column` that lies behind an edge which runs evenly from `left` to `right` across one row. */
const coveredShare = (left: number, right: number, column: number): number => {
  const integral = (x: number) => {
    if (x <= left) return 0
    if (x >= right) return (right - left) / 2 + (x - right)
    return (x - left) ** 2 / (2 * (right - left))
  }
  return integral(column + 1) - integral(column)
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
