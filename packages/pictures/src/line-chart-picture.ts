import { setImmediate } from 'node:timers/promises'
import type { LineChart } from '@gateway/domain'
import { fewer } from './fewer-points.ts'
import { pngOf } from './png.ts'
import { type Colour, createRaster, type Point, type Raster } from './raster.ts'
import { drawableTime, drawableValue, minuteOf, type Scale, timeScale, valueScale } from './scale.ts'
import { box, dashes, disc, stroke } from './stroke.ts'
import { fitted, textShapes, textWidth } from './text.ts'

const [width, height] = [800, 400]
const margin = 20
const mostSeries = 12
const mostPoints = 2_000

/** A line chart as PNG of 800 by 400 pixels; series and points beyond what it can show are left out. */
export const lineChartPicture = async (chart: LineChart) => {
  const series = chart.series.slice(0, mostSeries).map(({ label, points }) => ({
    label,
    points: fewer(
      points
        .slice(-mostPoints)
        .filter((point) => point.every(Number.isFinite))
        .map(([time, value]) => [drawableTime(time), drawableValue(value)] as const),
    ),
  }))
  const threshold =
    chart.threshold !== undefined && Number.isFinite(chart.threshold)
      ? drawableValue(chart.threshold)
      : undefined
  const all = series.flatMap(({ points }) => points)
  const times = timeScale(all.map(([time]) => time))
  const values = valueScale([
    ...all.map(([, value]) => value),
    ...(threshold === undefined ? [] : [threshold]),
  ])
  const raster = createRaster(width, height)
  const frame = frameOf(values, series.length)

  write(raster, fitted(chart.title, width - 2 * margin, 16), { x: margin, y: 28, size: 16, colour: ink })
  write(raster, fitted(chart.unit, width - 2 * margin, 12), { x: margin, y: 48, size: 12, colour: quiet })
  drawAxes(raster, frame, { times, values, empty: all.length === 0 })
  drawLegend(raster, frame, series)
  const at = ([time, value]: readonly [number, number]): Point => [
    frame.left + ((time - times.from) / (times.to - times.from)) * (frame.right - frame.left),
    frame.bottom - ((value - values.from) / (values.to - values.from)) * (frame.bottom - frame.top),
  ]
  for (const [n, { points }] of series.entries()) {
    await drawSeries(raster, points.map(at), n)
  }
  if (threshold !== undefined) drawThreshold(raster, frame, at([times.from, threshold])[1])
  return { data: (await pngOf(raster)).toString('base64'), mimeType: 'image/png' as const }
}

/** Where the lines are drawn. */
interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const frameOf = ({ ticks }: Scale, series: number): Frame => ({
  left: margin + Math.max(...ticks.map(({ label }) => textWidth(label, 12))) + 8,
  right: width - margin,
  top: 62,
  bottom: height - 52 - Math.ceil(series / legendColumns) * legendRow,
})

const drawAxes = (
  raster: Raster,
  { left, right, top, bottom }: Frame,
  { times, values, empty }: { times: Scale; values: Scale; empty: boolean },
) => {
  for (const { at, label } of values.ticks) {
    const y = Math.round(bottom - ((at - values.from) / (values.to - values.from)) * (bottom - top))
    raster.fill([box(left, y, right - left, 1)], at === values.from ? axis : grid)
    write(raster, label, { x: left - 8 - textWidth(label, 12), y: y + 4, size: 12, colour: quiet })
  }
  if (empty) {
    const x = (left + right - textWidth('No data', 16)) / 2
    return write(raster, 'No data', { x, y: (top + bottom) / 2, size: 16, colour: quiet })
  }
  for (const { at, label } of times.ticks) {
    const x = left + ((at - times.from) / (times.to - times.from)) * (right - left)
    const start = Math.min(x - textWidth(label, 12) / 2, right - textWidth(label, 12))
    raster.fill([box(Math.round(x), bottom, 1, 5)], axis)
    write(raster, label, { x: start, y: bottom + 18, size: 12, colour: quiet })
  }
  const span = `${minuteOf(times.from)} to ${minuteOf(times.to)} UTC`
  write(raster, span, { x: right - textWidth(span, 12), y: 48, size: 12, colour: quiet })
}

const legendColumns = 3
const legendRow = 18

const drawLegend = (raster: Raster, { bottom }: Frame, series: readonly { readonly label: string }[]) => {
  const column = (width - 2 * margin) / Math.min(legendColumns, Math.max(1, series.length))
  series.forEach(({ label }, n) => {
    const x = margin + (n % legendColumns) * column
    const y = bottom + 44 + Math.floor(n / legendColumns) * legendRow
    const sample: Point[] = [
      [x, y - 4],
      [x + 22, y - 4],
    ]
    drawLine(raster, sample, n)
    write(raster, fitted(label, column - 40, 12), { x: x + 28, y, size: 12, colour: ink })
  })
}

/** In pieces, so that other calls are not kept waiting for all of them. */
const drawSeries = async (raster: Raster, points: readonly Point[], n: number) => {
  const parts = lineParts(points, n)
  for (let from = 0; from < parts.length; from += mostParts) {
    await setImmediate()
    fillParts(raster, parts.slice(from, from + mostParts), n)
  }
  // So few points are seen as points: what lies between them was not measured.
  if (points.length <= 30)
    raster.fill(
      points.map((point) => disc(point, 3)),
      colourOf(n),
    )
}

/** Lines, of two points or more, that are drawn at once. */
const mostParts = 400

const drawLine = (raster: Raster, points: readonly Point[], n: number) =>
  fillParts(raster, lineParts(points, n), n)

/** The second time round the colours, lines are broken, so that twelve can be told apart. */
const lineParts = (points: readonly Point[], n: number): readonly (readonly Point[])[] =>
  n < colours.length ? [points] : dashes(points, 6, 4)

const fillParts = (raster: Raster, parts: readonly (readonly Point[])[], n: number) =>
  raster.fill(
    parts.flatMap((part) => stroke(part, 2)),
    colourOf(n),
  )

const drawThreshold = (raster: Raster, { left, right }: Frame, y: number) => {
  const line: Point[] = [
    [left, y],
    [right, y],
  ]
  raster.fill(
    dashes(line, 8, 5).flatMap((part) => stroke(part, 1.5)),
    alert,
  )
  const label = 'threshold'
  write(raster, label, { x: right - textWidth(label, 12), y: y - 5, size: 12, colour: alert })
}

const write = (
  raster: Raster,
  text: string,
  { x, y, size, colour }: { x: number; y: number; size: number; colour: Colour },
) => raster.fill(textShapes(text, x, y, size), colour)

/** The palette of Okabe and Ito, which people see apart whose colour vision differs; without its yellow. */
const colours: readonly Colour[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [230, 159, 0],
  [60, 60, 60],
]
const colourOf = (n: number): Colour => colours[n % colours.length] ?? ink
const ink: Colour = [32, 33, 36]
const quiet: Colour = [95, 99, 104]
const axis: Colour = [154, 160, 166]
const grid: Colour = [232, 234, 237]
const alert: Colour = [179, 20, 18]
