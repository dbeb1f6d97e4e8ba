import { expect, test } from 'vitest'
import { addressKind, mayName } from './address-kind.ts'

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.9.9.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['fd00::1', 'private'],
  ['169.254.169.254', 'never'],
  ['::ffff:169.254.169.254', 'never'],
  ['fe80::1', 'never'],
  ['0.0.0.0', 'never'],
  ['::', 'never'],
  ['255.255.255.255', 'never'],
  ['64:ff9b::7f00:1', 'never'],
  ['2002:7f00:1::', 'never'],
  ['no address', 'never'],
  ['172.32.0.1', 'public'],
  ['8.8.8.8', 'public'],
  ['2606:4700::1', 'public'],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind)
})

test.each([
  ['public', 'public', true],
  ['public', 'private', false],
  ['public', 'loopback', false],
  ['private', 'public', true],
  ['private', 'private', true],
  ['private', 'loopback', false],
  ['loopback', 'loopback', true],
  ['loopback', 'never', false],
  ['never', 'public', false],
] as const)('a deployment that is %s may name a server that is %s: %s', (target, named, may) => {
  expect(mayName(target, named)).toBe(may)
})
