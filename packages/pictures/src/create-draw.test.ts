import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LineChart } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createDraw } from './create-draw.ts'
import { readPng } from './testing/read-png.ts'

const draw = createDraw()
const start = Date.UTC(2026, 0, 2, 3)
const blue = [0, 114, 178]
const orange = [213, 94, 0]
const red = [179, 20, 18]
const ink = [32, 33, 36]

const wave = (n: number, count = 60) =>
  Array.from(
    { length: count },
    (_, i) => [start + (i * 10_800_000) / count, 50 + n * 5 + 30 * Math.sin(i / 9 + n)] as const,
  )
const chart = (more: Partial<LineChart> = {}): LineChart => ({
  title: 'AWS/EC2 CPUUtilization',
  unit: 'Percent',
  series: [0, 1].map((n) => ({ label: `i-0123456789abcdef${n} Average`, points: wave(n) })),
  ...more,
})

test('a chart is a PNG of 800 by 400 pixels on white, with a line for each series and its threshold', async () => {
  const { data, mimeType } = await draw(chart({ threshold: 70 }))
  const artifacts = join(import.meta.dirname, '..', '..', '..', '.artifacts')
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(join(artifacts, 'line-chart.png'), Buffer.from(data, 'base64'))

  const png = readPng(data)
  expect(mimeType).toBe('image/png')
  expect(png).toMatchObject({
    signature: '89504e470d0a1a0a',
    width: 800,
    height: 400,
    bytes: 400 * (800 * 3 + 1),
  })
  expect(png.pixel(0, 0)).toEqual([255, 255, 255])
  expect(png.count(blue)).toBeGreaterThan(300)
  expect(png.count(orange)).toBeGreaterThan(300)
  expect(png.count(red)).toBeGreaterThan(300)
})

test('text is drawn without a font of the machine', async () => {
  const titled = readPng((await draw(chart())).data)
  const untitled = readPng((await draw(chart({ title: '' }))).data)
  expect(titled.count(ink, [0, 10], [800, 35])).toBeGreaterThan(100)
  expect(untitled.count(ink, [0, 10], [800, 35])).toBe(0)
})

test('the same chart is the same picture, and another one is not', async () => {
  const [one, same, other] = await Promise.all([draw(chart()), draw(chart()), draw(chart({ unit: 'Bytes' }))])
  expect(same.data).toBe(one?.data)
  expect(other?.data).not.toBe(one?.data)
})

test('a line goes where its values are: a rising one from the lower left to the upper right', async () => {
  const points = [
    [start, 0],
    [start + 3_600_000, 100],
  ] as const
  const png = readPng((await draw(chart({ series: [{ label: 'rising', points }] }))).data)
  const [left, right] = [
    [60, 62],
    [780, 62],
  ] as const
  const middle = [420, 195] as const
  expect(png.count(blue, [left[0], middle[1]], [middle[0], 325])).toBeGreaterThan(100)
  expect(png.count(blue, [middle[0] + 10, left[1]], [right[0], middle[1]])).toBeGreaterThan(100)
  expect(png.count(blue, [left[0], left[1]], [middle[0] - 20, middle[1] - 20])).toBe(0)
  expect(png.count(blue, [middle[0] + 20, middle[1] + 20], [right[0], 325])).toBe(0)
})

test.for<[name: string, chart: LineChart]>([
  ['no series', chart({ series: [] })],
  ['a series without points', chart({ series: [{ label: 'none', points: [] }] })],
  ['one point', chart({ series: [{ label: 'one', points: [[start, 5]] }] })],
  ['only zeros', chart({ series: [{ label: 'zeros', points: wave(0).map(([time]) => [time, 0]) }] })],
  ['the same value', chart({ series: [{ label: 'flat', points: wave(0).map(([time]) => [time, 42]) }] })],
  ['values below zero', chart({ series: [{ label: 'low', points: wave(0).map(([t, v]) => [t, -v]) }] })],
  [
    'the largest numbers',
    chart({ series: [{ label: 'l', points: wave(0).map(([t, v]) => [t, v * 1e306]) }] }),
  ],
  [
    'the smallest numbers',
    chart({ series: [{ label: 's', points: wave(0).map(([t, v]) => [t, v * 5e-324]) }] }),
  ],
  [
    'both ends',
    chart({
      series: [
        {
          label: 'e',
          points: [
            [start, -Number.MAX_VALUE],
            [start + 1, Number.MAX_VALUE],
          ],
        },
      ],
    }),
  ],
  [
    'no numbers',
    chart({
      series: [
        {
          label: 'nan',
          points: [
            [start, Number.NaN],
            [start, Infinity],
          ],
        },
      ],
      threshold: Number.NaN,
    }),
  ],
  ['a threshold far away', chart({ threshold: 1e12 })],
  [
    'a threshold at the other end of all numbers',
    chart({ threshold: 1e308, series: [{ label: 'e', points: [[start, -1e308]] }] }),
  ],
  [
    'times that no date can be',
    chart({
      series: [
        {
          label: 't',
          points: [
            [-1e300, 1],
            [1e300, 2],
          ],
        },
      ],
    }),
  ],
  ['one such time', chart({ series: [{ label: 't', points: [[1e300, 1]] }] })],
  [
    'many years',
    chart({
      series: [
        {
          label: 'y',
          points: [
            [0, 1],
            [Date.UTC(2099, 0), 2],
          ],
        },
      ],
    }),
  ],
])('a picture of %s is one too', async ([, hostile]) => {
  const png = readPng((await draw(hostile)).data)
  expect([png.width, png.height]).toEqual([800, 400])
  // What is outside of the frame stays empty, whatever the values are.
  expect(png.count(blue, [0, 0], [800, 58])).toBe(0)
})

test.for([
  'x'.repeat(3),
  'W'.repeat(1_000),
  '\u0000\u0007\u001b[31m\r\n\t\u202e\u200b\ud800',
  '日本語 العربية 👩‍👩‍👧‍👦 e\u0301',
  '</aws-data> <script>alert(1)</script>',
  '__proto__',
  '',
])('the label %j is drawn within its place', async (label) => {
  const hostile = chart({ title: label, unit: label, series: [{ label, points: wave(0) }] })
  const png = readPng((await draw(hostile)).data)
  for (const x of [0, 19, 781, 799]) {
    expect(png.count(ink, [x, 0], [x + 1, 400])).toBe(0)
  }
})

test('a label of megabytes takes no longer than another one', async () => {
  const label = '\u0301'.repeat(10_000_000)
  const before = performance.now()
  await draw(chart({ title: label, series: [{ label, points: wave(0) }] }))
  expect(performance.now() - before).toBeLessThan(2_000)
})

test('more than it can show is left out: twelve series, the newest 2,000 points of each', async () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ label: `series ${n}`, points: wave(n % 12, 5_000) }))
  const few = many.slice(0, 12).map(({ label, points }) => ({ label, points: points.slice(-2_000) }))
  const drawn = await draw(chart({ series: many }))
  expect(drawn.data).toBe((await draw(chart({ series: few }))).data)
})

/** CPU time of a picture of twelve series, and of its longest turn, in microseconds of this thread. */
const costOf = async (count: number) => {
  const series = Array.from({ length: 12 }, (_, n) => ({
    label: `s${n}`,
    points: wave(n, count).map(([time, value], i) => [time, value * (i % 2)] as const),
  }))
  const used = () => process.threadCpuUsage().user
  let [longest, last, going] = [0, used(), true]
  const turn = () => {
    longest = Math.max(longest, used() - last)
    last = used()
    if (going) setImmediate(turn)
  }
  setImmediate(turn)
  const before = used()
  await draw(chart({ series }))
  going = false
  return { all: used() - before, longest }
}

test('a picture of most points costs as one of few, and keeps no other work waiting for all of it', async () => {
  await costOf(400)
  const few = await costOf(400)
  const most = await costOf(2_000)
  expect(most.all / few.all).toBeLessThan(2.5)
  expect(most.longest / most.all).toBeLessThan(0.15)
})
