import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address, as a resolver writes it, is one of the internet: no network of one's own, nothing reserved (RFC 6890),
 * and no IPv6 address that stands for an IPv4 one, which a gateway on the way would unwrap.
 */
export const isGlobalAddress = (address: string): boolean => {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address).range() === 'unicast'
  // A zone (`%eth0`) is of a link, and global unicast is 2000::/3 only (RFC 4291 section 2.4).
  if (!ipaddr.IPv6.isValid(address) || address.includes('%')) return false
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.range() === 'unicast' && ((parsed.toByteArray()[0] ?? 0) & 0xe0) === 0x20
}
