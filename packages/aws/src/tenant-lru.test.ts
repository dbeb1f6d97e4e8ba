import { expect, test } from 'vitest'
import { createTenantLru } from './tenant-lru.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)

test('the least recently used goes first, whoever it belongs to', () => {
  const lru = createTenantLru<number>(4)
  for (const tenant of ['a', 'b', 'c', 'd']) lru.set(tenant, 'k', 1)
  expect(lru.get('a', 'k')).toBe(1)
  lru.set('e', 'k', 1)
  expect(lru.get('b', 'k')).toBeUndefined()
  expect(lru.get('a', 'k')).toBe(1)
})

test('a tenant puts out its own values before it holds more than a quarter', () => {
  const lru = createTenantLru<number>(20)
  for (const number of numbers(5)) lru.set('quiet', String(number), number)
  for (const number of numbers(1_000)) lru.set('loud', String(number), number)
  expect(numbers(5).map((number) => lru.get('quiet', String(number)))).toEqual(numbers(5))
  expect(numbers(1_000).filter((number) => lru.get('loud', String(number)) !== undefined)).toEqual([
    995, 996, 997, 998, 999,
  ])
})

test('a tenant is forgotten wholly, and nothing of another', () => {
  const lru = createTenantLru<number>(100)
  // Neither the end of one id nor the start of a key may be taken for the other.
  for (const tenant of ['a', 'a b', 'b']) for (const key of ['k', 'b k']) lru.set(tenant, key, 1)
  lru.forget('a')
  const left = ['a', 'a b', 'b'].map((tenant) => ['k', 'b k'].map((key) => lru.get(tenant, key)))
  expect(left).toEqual([
    [undefined, undefined],
    [1, 1],
    [1, 1],
  ])
  lru.clear()
  expect(lru.get('b', 'k')).toBeUndefined()
})

test('a value that is set again is replaced and counted once', () => {
  const lru = createTenantLru<number>(8)
  lru.set('a', 'k', 1)
  lru.set('a', 'other', 1)
  lru.set('a', 'k', 2)
  expect([lru.get('a', 'k'), lru.get('a', 'other')]).toEqual([2, 1])
})
