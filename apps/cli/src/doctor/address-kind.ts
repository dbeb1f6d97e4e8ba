import { BlockList, isIP } from 'node:net'

/** Who can reach an address; `never`: what no service of anybody has, cloud metadata among it. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never'

const listOf = (subnets: readonly (readonly [string, number, ('ipv4' | 'ipv6')?])[]): BlockList => {
  const list = new BlockList()
  for (const [net, prefix, family = 'ipv4'] of subnets) list.addSubnet(net, prefix, family)
  return list
}

/** IANA special-purpose address registries (RFC 6890). */
const kinds = [
  [
    'loopback',
    listOf([
      ['127.0.0.0', 8],
      ['::1', 128, 'ipv6'],
    ]),
  ],
  [
    'private',
    listOf([
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
      ['fc00::', 7, 'ipv6'],
    ]),
  ],
  [
    'never',
    listOf([
      ['0.0.0.0', 8],
      ['169.254.0.0', 16],
      ['192.0.0.0', 24],
      ['192.0.2.0', 24],
      ['198.18.0.0', 15],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['224.0.0.0', 3],
      ['::', 128, 'ipv6'],
      ['64:ff9b::', 96, 'ipv6'],
      ['64:ff9b:1::', 48, 'ipv6'],
      ['100::', 64, 'ipv6'],
      ['2001:db8::', 32, 'ipv6'],
      ['2002::', 16, 'ipv6'],
      ['fe80::', 10, 'ipv6'],
      ['ff00::', 8, 'ipv6'],
    ]),
  ],
] as const

/** What kind of address this is; text that is no address is `never`. */
export const addressKind = (address: string): AddressKind => {
  const family = isIP(address)
  if (family === 0) return 'never'
  const found = kinds.find(([, list]) => list.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  return found?.[0] ?? 'public'
}

const order = ['public', 'private', 'loopback'] as const

/**
 * Whether a deployment at `target` may name a server at `named`: nobody outside may send us to this machine or into the
 * network that it is in.
 */
export const mayName = (target: AddressKind, named: AddressKind): boolean =>
  target !== 'never' && named !== 'never' && order.indexOf(named) <= order.indexOf(target)
