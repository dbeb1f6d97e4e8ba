const longest = 512

/**
 * What is wrong with an https URL that a client gives us to read, as the rest of a sentence that never repeats it; undefined
 * for one that may be read. `allow` tells of hosts that may have any address and any port, and http.
 */
export const httpsUrlFault = (
  text: unknown,
  allow: (host: string) => boolean = () => false,
): string | undefined => {
  if (typeof text !== 'string') return 'is not a text'
  if (text.length > longest) return `is longer than ${longest} characters`
  // Every reader has to take it for the same place: no backslash, no blank, nothing to be decoded twice.
  if (!/^[\x21-\x7e]+$/.test(text) || /["#<>\\^`{|}]/.test(text)) return 'has characters that it may not have'
  const url = URL.parse(text)
  const authority = /^https?:\/\/([^/?]+)/.exec(text)?.[1]
  if (!url || !authority) return 'is not an https URL'
  if (authority.includes('@')) return 'has a user name'
  const allowed = allow(url.hostname)
  if (url.protocol !== 'https:' && !allowed) return 'is not an https URL'
  if (/:\d*$/.test(authority) && !allowed) return 'has a port'
  if (!allowed && !isPublicName(authority)) return 'has a host that is no public name'
  return undefined
}

/**
 * Whether a host is a name with a dot, as DNS has it, and none that is of one network only (RFC 6761, RFC 6762, RFC 8375,
 * RFC 9476). Names in the internet end in a label that is no number, so no spelling of an address is one.
 */
const isPublicName = (host: string): boolean =>
  host.length <= 253 &&
  /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/.test(host) &&
  !/\.(localhost|local|internal|intranet|lan|home\.arpa|in-addr\.arpa|ip6\.arpa|onion|alt|invalid)$/.test(
    host,
  )
