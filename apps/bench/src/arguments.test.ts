import { expect, test } from 'vitest'
import { readArguments, sectionNames } from './arguments.ts'

test('without arguments everything runs', () => {
  expect(readArguments([])).toEqual({ json: false, rounds: 5, seconds: 1.5, only: new Set(sectionNames) })
})

test('rounds, seconds and sections can be chosen', () => {
  const asked = readArguments(['--json', '--rounds', '2', '--seconds', '0.5', '--only', 'peers, lists'])
  expect(asked).toEqual({ json: true, rounds: 2, seconds: 0.5, only: new Set(['peers', 'lists']) })
})

test.each([
  [['--rounds', '0'], '--rounds: 1 to 50'],
  [['--rounds', '1.5'], '--rounds: 1 to 50'],
  [['--seconds', 'x'], '--seconds: 0.1 to 60'],
  [['--seconds', '0'], '--seconds: 0.1 to 60'],
  [['--only', 'calls,peer'], '--only: some of calls, peers'],
  [['--fast'], '--fast'],
])('%j is refused', (args, sentence) => {
  expect(() => readArguments(args)).toThrow(sentence)
})
