import { expect, test } from 'vitest'
import { answerSize, fitAnswer } from './fit-answer.ts'

const records = (count: number, length: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `i-${n}`, note: 'x'.repeat(length) }))

test('what is short enough is the very same', () => {
  const data = { things: records(10, 10), other: { list: [1, 2, 3] } }
  expect(fitAnswer(data, 'things')).toEqual({ data })
  expect(fitAnswer(data, 'things').data).toBe(data)
  expect(fitAnswer(undefined, undefined)).toEqual({ data: undefined })
})

test('a list loses its last records, and says how many are left', () => {
  const { data, cut } = fitAnswer({ bucket: 'b', things: records(500, 100) }, 'things') as {
    data: { bucket: string; things: { id: string }[] }
    cut: unknown
  }
  const shown = data.things.length
  expect(shown).toBeGreaterThan(200)
  expect(cut).toEqual({ list: 'things', shown, of: 500 })
  expect(data.bucket).toBe('b')
  expect(data.things).toEqual(records(shown, 100))
  expect(answerSize(data)).toBeLessThanOrEqual(32_000)
  // One more would not have fitted.
  expect(answerSize({ bucket: 'b', things: records(shown + 1, 100) })).toBeGreaterThan(32_000)
})

test('one record that is too long is cut inside, and the first is always there', () => {
  const { data, cut } = fitAnswer({ things: records(3, 100_000) }, 'things') as {
    data: { things: { id: string; note: string }[] }
    cut: unknown
  }
  expect(cut).toEqual({ list: 'things', shown: 1, of: 3, texts: 1 })
  expect(data.things[0]?.id).toBe('i-0')
  const [, kept, missing] = /^(x+)… \(cut, (\d+) characters\)$/.exec(data.things[0]?.note ?? '') ?? []
  expect((kept?.length ?? 0) + Number(missing)).toBe(100_000)
  expect(answerSize(data)).toBeLessThanOrEqual(32_000)
})

test('lists inside lose their end, and the answer says which', () => {
  const points = Array.from({ length: 2000 }, (_, n) => ({ time: `2026-01-01T00:${n}`, value: n }))
  const { data, cut } = fitAnswer({ name: 'short', series: [{ label: 'CPU', points }] }, undefined) as {
    data: { name: string; series: { label: string; points: unknown[] }[] }
    cut: unknown
  }
  const shown = data.series[0]?.points.length ?? 0
  expect(data).toEqual({ name: 'short', series: [{ label: 'CPU', points: points.slice(0, shown) }] })
  expect(shown).toBeGreaterThan(500)
  expect(cut).toEqual({ inside: [{ list: 'series[0].points', shown, of: 2000 }] })
})

test('one long member does not take the others with it', () => {
  const data = { a: 'a'.repeat(100_000), b: 'b'.repeat(5_000), c: 'c'.repeat(100_000), d: 1 }
  const fitted = fitAnswer(data, undefined)
  const { a, b, c, d } = fitted.data as typeof data
  expect([b, d, fitted.cut]).toEqual([data.b, 1, { texts: 2 }])
  for (const each of [a, c]) expect(each.length).toBeGreaterThan(13_000)
})

test('what stands beside a list does not push all of it out', () => {
  const prefixes = Array.from({ length: 1000 }, (_, n) => `prefix ${n} ${'y'.repeat(900)}`)
  const fitted = fitAnswer({ prefixes, things: records(500, 100) }, 'things')
  const data = fitted.data as { prefixes: string[]; things: object[] }
  expect(data.prefixes.length).toBeGreaterThan(10)
  expect(data.things.length).toBeGreaterThan(80)
  expect(fitted.cut).toEqual({
    list: 'things',
    shown: data.things.length,
    of: 500,
    inside: [{ list: 'prefixes', shown: data.prefixes.length, of: 1000 }],
  })
})

/** Repeatable "random" numbers below `below`. */
const numbers = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
}

const odd = ['x', '"', '\\', '\n', '|', '\u202e', '\u0001', '😀', '<aws-data>', '\u{e0041}', 'ü']

const anything = (next: (below: number) => number, depth: number): unknown => {
  const kind = next(depth > 2 ? 4 : 7)
  if (kind === 0) return next(1000)
  if (kind < 4) return (odd[next(odd.length)] ?? '').repeat(next(40) === 0 ? next(5_000) : next(30))
  if (kind < 6) return Array.from({ length: next(14) }, () => anything(next, depth + 1))
  return Object.fromEntries(
    Array.from({ length: next(14) }, () => [
      `${odd[next(odd.length)]}${next(1000)}`,
      anything(next, depth + 1),
    ]),
  )
}

test('whatever the data, it is short afterwards, and what is left is a part of it', {
  timeout: 30_000,
}, () => {
  let cuts = 0
  for (let seed = 1; seed <= 60; seed++) {
    const next = numbers(seed)
    const data = {
      things: Array.from({ length: next(60) }, () => anything(next, 0)),
      more: anything(next, 0),
    }
    for (const limit of [500, 4_000, 32_000]) {
      const fitted = fitAnswer(data, 'things', limit)
      expect([seed, limit, answerSize(fitted.data) <= limit]).toEqual([seed, limit, true])
      if (answerSize(data) > limit) cuts += 1
      else expect(fitted.data).toBe(data)
      expect(fitted.cut !== undefined).toBe(fitted.data !== data)
    }
  }
  expect(cuts).toBeGreaterThan(60)
})

test.for<[string, unknown]>([
  ['many members', Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`name ${n}`, n]))],
  ['a name of a megabyte', { ['n'.repeat(1_000_000)]: 1 }],
  ['a text alone', 'z'.repeat(1_000_000)],
  ['hidden characters', { a: '\u{e0041}'.repeat(100_000) }],
  [
    'records that have nothing in common',
    { things: Array.from({ length: 3000 }, (_, n) => ({ [`c${n}`]: n })) },
  ],
  ['deep', JSON.parse(`${'[{"a":'.repeat(30)}"${'x'.repeat(1_000_000)}"${'}]'.repeat(30)}`)],
  ['half of a character', { a: '😀'.repeat(50_000) }],
])('%s: short, and quickly so', ([, data]) => {
  const started = performance.now()
  const fitted = fitAnswer(data, 'things')
  expect(performance.now() - started).toBeLessThan(2_000)
  expect(answerSize(fitted.data)).toBeLessThanOrEqual(32_000)
  expect(fitted.cut).toBeDefined()
  expect(JSON.stringify(fitted.data)).not.toMatch(/\\ud[89a-f]/)
})

test('no text is more than fifteen times as long as its JSON, so short ones are not measured', () => {
  const sparse = Array.from({ length: 8 }, (_, n) => ({ [String.fromCharCode(97 + n)]: 1 }))
  const worst = [
    { a: '\u202e'.repeat(500) },
    { a: '\u{e0001}'.repeat(500) },
    sparse,
    { list: sparse },
    { a: [{ b: '"\\|\n' }] },
    { a: Array.from({ length: 50 }, () => '",="') },
  ]
  for (const data of worst) {
    const size = JSON.stringify(data).length
    expect(answerSize(data), JSON.stringify(data).slice(0, 40)).toBeLessThanOrEqual(size * 15 + 1_000)
  }
})
