import { expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { flippedBit, jsonText, mutateJson, raw } from './mutate-json.ts'

const value = { id: 1, params: { name: 'a', list: [1, { deep: true }] } }

test('what is raw is written as it is, and all else as JSON in the bytes of UTF-8', () => {
  expect(jsonText({ a: raw('1e400'), b: 'é', c: raw('"\xff"') })).toBe(
    '{"a":1e400,"b":"\xc3\xa9","c":"\xff"}',
  )
  expect(jsonText(undefined)).toBe('null')
})

test('a mutation leaves the value as it was, and mostly gives another', () => {
  const before = JSON.stringify(value)
  const made = Array.from({ length: 200 }, (_, n) => jsonText(mutateJson(randomOf(1, n), value)))
  expect(JSON.stringify(value)).toBe(before)
  expect(made.filter((text) => text === before).length).toBeLessThan(20)
  expect(new Set(made).size).toBeGreaterThan(120)
  // Every place is reached, the whole of it and the deepest too.
  expect(made.some((text) => !text.startsWith('{"id"'))).toBe(true)
  expect(
    made.some((text) => text.startsWith('{"id":1,"params":{"name":"a","list":[1,') && text !== before),
  ).toBe(true)
})

test('exactly one bit is changed', () => {
  for (let n = 0; n < 100; n++) {
    const flipped = flippedBit(randomOf(2, n), 'abcdef')
    const bits = [...flipped].map((each, at) => (each.charCodeAt(0) ^ 'abcdef'.charCodeAt(at)).toString(2))
    expect(bits.join('').replaceAll('0', '')).toBe('1')
  }
  expect(flippedBit(randomOf(2, 1), '')).toBe('')
})
