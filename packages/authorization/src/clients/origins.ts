import { withoutPort } from './redirect-uris.ts'

/**
 * Whether a page of this `Origin` (RFC 6454) may be a client that is called back at one of these: an app that runs in a browser
 * and asks for tokens itself. On loopback the port does not count, as in its redirects.
 */
export const isOriginOf = (redirectUris: readonly unknown[], origin: string): boolean => {
  const asked = originOf(origin)
  return asked !== undefined && redirectUris.some((uri) => typeof uri === 'string' && originOf(uri) === asked)
}

/** Schemes of apps have no origin, and `null` is anybody's. */
const originOf = (uri: string): string | undefined => {
  const { origin = 'null', protocol = '' } = URL.parse(withoutPort(uri) ?? uri) ?? {}
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined
}
