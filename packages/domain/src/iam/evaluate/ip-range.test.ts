import { BlockList } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inRange, ipRangeOf } from './ip-range.ts'

const contains = (range: string, address: string): boolean | undefined => {
  const [one, other] = [ipRangeOf(range), ipRangeOf(address)]
  return one && other && inRange(one, other)
}

/** As Node itself says it. */
const blocks = (address: string, prefix: number, other: string, family: 'ipv4' | 'ipv6'): boolean => {
  const list = new BlockList()
  list.addSubnet(address, prefix, family)
  return list.check(other, family)
}

/** Addresses near one another, so that ranges hold some of them. */
const near = (other: string) => fc.constantFrom(other, other.replace(/.$/, '0'), other.replace(/^./, '1'))

test('ranges of IPv4 hold what Node says they hold', () => {
  fc.assert(
    fc.property(
      fc.ipV4().chain((address) => fc.tuple(fc.constant(address), near(address))),
      fc.integer({ min: 0, max: 32 }),
      ([address, other], prefix) => {
        // Node reads no leading zero either.
        if (/(^|\.)0\d/.test(other) || ipRangeOf(other) === undefined) return
        expect(contains(`${address}/${prefix}`, other)).toBe(blocks(address, prefix, other, 'ipv4'))
      },
    ),
    { numRuns: 500 },
  )
})

test('ranges of IPv6 hold what Node says they hold', () => {
  const plain = fc.ipV6().filter((address) => !/^[0:]*(ffff:)?\d+\.|^[0:]*ffff:/i.test(address))
  fc.assert(
    fc.property(
      plain,
      plain,
      fc.integer({ min: 0, max: 128 }),
      fc.boolean(),
      (address, another, prefix, same) => {
        const other = same ? address : another
        expect(contains(`${address}/${prefix}`, other)).toBe(blocks(address, prefix, other, 'ipv6'))
      },
    ),
    { numRuns: 500 },
  )
})

test.for([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4/33',
  '1.2.3.4/',
  '1.2.3.4/8/8',
  '1.2.3.4 ',
])('%j is no address', (text) => {
  expect(ipRangeOf(text)).toBeUndefined()
})

test.for([
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '::1/129',
  'g::',
  '::12345',
  '1:2:3:4:5:6:7:1.2.3.4',
  '::1.2.3',
  '1.2.3.4::',
])('%j is no address of IPv6', (text) => {
  expect(ipRangeOf(text)).toBeUndefined()
})
