import { expect, test } from 'vitest'
import { trustedProxies } from './trusted-proxies.ts'

test.each([
  [undefined, []],
  ['', []],
  ['10.0.0.1', ['10.0.0.1']],
  [' 10.0.0.0/8 , fd00::/8,', ['10.0.0.0/8', 'fd00::/8']],
])('%s', (text, networks) => {
  expect(trustedProxies.parse(text)).toEqual(networks)
})

test.each([
  'true',
  '*',
  'loopback',
  'proxy.example',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::/129',
  '0.0.0.0/0',
  '::/0',
  '10.0.0',
])('%s is refused', (text) => {
  expect(trustedProxies.safeParse(text).success).toBe(false)
})
