import { expect, test } from 'vitest'
import { logPattern } from './log-pattern.ts'

test.for<[string, string]>([
  ['GET /users/42 took 12.5ms', 'GET /users/<n> took <n>ms'],
  ['2026-01-02T03:04:05.678Z ERROR code=500', '<time> ERROR code=<n>'],
  ['2026-01-02 03:04:05,678 INFO x', '<time> <time>,<n> INFO x'],
  ['2026-01-02T03:04:05+02:00 x', '<time> x'],
  ['RequestId: 4b1f2c3d-1111-2222-3333-444455556666 Duration: 3.14 ms', 'RequestId: <uuid> Duration: <n> ms'],
  ['from 10.0.0.5:443 to ::1 and 2001:db8:0:0:0:0:0:1.', 'from <ip> to <ip> and <ip>.'],
  ['sha deadbeef1 at 0xFF, not deadbeef or facade', 'sha <hex> at <hex>, not deadbeef or facade'],
  ['trace 1-5e272390-8c398be037738dc042009320', 'trace <id>'],
  ['key a1b2c3d4e5f6g7h8i9j0', 'key <id>'],
  ['retry -3 of +5, 1e10 left', 'retry <n> of <n>, <n> left'],
  ['user42 v1.5 i-0123456789abcdef0', 'user<n> v<n> i-<n>abcdef<n>'],
  ['{"level":"error","ms":17,"id":"x"}', '{"level":"error","ms":<n>,"id":"x"}'],
  ['  many   \t spaces  ', 'many spaces'],
  ['日本語 42 ünï', '日本語 <n> ünï'],
  ['', ''],
  ['------', '------'],
  ['finished.', 'finished.'],
  ['at file.ts:12:3', 'at file.ts:<n>:<n>'],
])('%s', ([line, pattern]) => {
  expect(logPattern(line)).toBe(pattern)
})

/** The same numbers in every run (a linear congruential generator). */
const draws = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

const templates = [
  (n: () => string) => `processed ${n()} of ${n()} items in ${n()}ms`,
  (n: () => string) => `ERROR code=${n()}, retry:${n()}`,
  (n: () => string) => `user${n()} bought [${n()}] (${n()})`,
  (n: () => string) => `{"status":${n()},"path":"/orders/${n()}/lines/${n()}"}`,
  (n: () => string) => `shard-${n()} lag ${n()}; took -${n()} %`,
]

test('lines that differ in their numbers alone have one pattern, and different ones do not', () => {
  const draw = draws(7)
  const number = () => String(draw(10)).concat(...Array.from({ length: draw(15) }, () => String(draw(10))))
  const patterns = templates.map((template) => {
    const found = new Set(Array.from({ length: 300 }, () => logPattern(template(number))))
    expect([...found]).toHaveLength(1)
    return [...found][0]
  })
  expect(new Set(patterns).size).toBe(templates.length)
})

test('lines that differ in ids, times and addresses alone have one pattern', () => {
  const draw = draws(11)
  const hex = (length: number) => Array.from({ length }, () => draw(16).toString(16)).join('')
  const two = (below: number) => String(draw(below)).padStart(2, '0')
  const found = new Set(
    Array.from({ length: 500 }, () =>
      logPattern(
        `2026-${two(12)}-${two(28)}T${two(24)}:${two(60)}:${two(60)}.${draw(1000)}Z ${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)} from ${draw(256)}.${draw(256)}.${draw(256)}.${draw(256)} 0x${hex(1 + draw(16))} a1${hex(38)}`,
      ),
    ),
  )
  expect([...found]).toEqual(['<time> <uuid> from <ip> <hex> <hex>'])
})

test('a pattern has no longer a number in it, so it is its own pattern', () => {
  const draw = draws(13)
  const alphabet = [...'abcf019 .:-_=+/"{},\n\té\u{1f600}T']
  for (let i = 0; i < 2_000; i += 1) {
    const line = Array.from({ length: draw(80) }, () => alphabet[draw(alphabet.length)]).join('')
    const pattern = logPattern(line)
    expect(pattern).not.toMatch(/\d/)
    expect([line, logPattern(pattern)]).toEqual([line, pattern])
  }
})

test.for<[string, string]>([
  ['digits', '1'],
  ['hex', 'a1'],
  ['colons', ':'],
  ['dots and digits', '1.'],
  ['times', '2026-01-02T'],
  ['dashes', 'a-'],
  ['spaces', ' '],
  ['uuids', '4b1f2c3d-1111-2222-3333-444455556666'],
  ['words', '1a '],
  ['surrogates', '\ud800'],
])('a megabyte of %s takes time in proportion', ([, piece]) => {
  // Quadratic work would take minutes; the machine may be busy.
  const started = performance.now()
  logPattern(piece.repeat(1_048_576 / piece.length))
  expect(performance.now() - started).toBeLessThan(5_000)
})
