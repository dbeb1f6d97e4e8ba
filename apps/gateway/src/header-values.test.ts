import { expect, test } from 'vitest'
import { headerValues } from './header-values.ts'

const raw = ['Host', 'a', 'X-Host', 'host', 'hosts', 'host', 'HOST', 'b', 'accept', 'host', 'host', '']

test('every value of the name in any letters, in their order; nothing of longer names or of values', () => {
  expect(headerValues(raw, 'host')).toEqual(['a', 'b', ''])
  expect(headerValues(raw, 'accept')).toEqual(['host'])
  expect(headerValues(raw, 'authorization')).toEqual([])
  expect(headerValues([], 'host')).toEqual([])
})
