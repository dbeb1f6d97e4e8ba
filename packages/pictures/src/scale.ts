/** Where an axis begins and ends, and what is written along it. */
export interface Scale {
  readonly from: number
  readonly to: number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}

/** Nearer to zero than the largest numbers, so that the distance of two of them is a number too. */
export const drawableValue = (value: number): number => Math.min(Math.max(value, -1e300), 1e300)

/** A time that a `Date` can be, with room for the edges of an axis. */
export const drawableTime = (time: number): number => Math.min(Math.max(time, -8.6e15), 8.6e15)

/** An axis for numbers: round steps, and from zero unless that would flatten what there is to see. */
export const valueScale = (values: readonly number[]): Scale => {
  const [least, most] = extent(values.map(drawableValue))
  const fromZero = least >= 0 && (most === 0 || most - least > most / 4)
  const low = fromZero ? 0 : least
  const room = most - low || Math.abs(most) || 1
  const step = roundStep(room / 5)
  const from = fromZero ? 0 : Math.floor((most === low ? low - room / 2 : low) / step) * step
  const to = Math.ceil((most > low ? most : low + (fromZero ? room : room / 2)) / step) * step
  const count = Math.round((to - from) / step)
  const ticks = Array.from({ length: count + 1 }, (_, n) => from + n * step)
  return { from, to, ticks: ticks.map((at) => ({ at, label: shortNumber(at, step) })) }
}

/** An axis for times (milliseconds since the epoch), written in UTC. */
export const timeScale = (times: readonly number[]): Scale => {
  const [first, last] = extent(times.map(drawableTime))
  const [from, to] = first === last ? [first - 30_000, last + 30_000] : [first, last]
  const step = timeSteps.find((each) => (to - from) / each <= 8) ?? Math.ceil((to - from) / 8 / day) * day
  const start = Math.ceil(from / step) * step
  const ticks: { at: number; label: string }[] = []
  for (let at = start; at <= to; at += step) ticks.push({ at, label: timeLabel(at, step) })
  return { from, to, ticks }
}

/** `2026-01-02 03:04`, in UTC. */
export const minuteOf = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')

const extent = (values: readonly number[]): [least: number, most: number] =>
  values.length === 0
    ? [0, 1]
    : values.reduce(
        ([least, most], each) => [Math.min(least, each), Math.max(most, each)],
        [Infinity, -Infinity],
      )

/** The next 1, 2 or 5 of a power of ten. */
const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find((each) => each * power >= least * 0.999) ?? 10)
}

/** As short as the steps of the axis allow: `1.5M`, `0.25`. */
const shortNumber = (value: number, step: number): string => {
  const [unit, letter] = magnitudes.find(([each]) => Math.max(Math.abs(value), step) >= each) ?? [1, '']
  if (Math.abs(value) < step / 1000) return '0'
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 0.0001))
  return digits > 6 ? value.toExponential(1) : `${(value / unit).toFixed(digits)}${letter}`
}

const magnitudes = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * second),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * minute),
  ...[1, 2, 3, 6, 12].map((each) => each * hour),
  ...[1, 2, 7, 14, 30, 60, 90].map((each) => each * day),
]

const timeLabel = (at: number, step: number): string => {
  const iso = new Date(at).toISOString()
  if (at % day === 0) return iso.slice(5, 10)
  return step < minute ? iso.slice(11, 19) : iso.slice(11, 16)
}
