import { GatewayError } from '@gateway/domain'

/** Where a browser is sent, as a person should see it: hosts in ASCII (punycode), never shortened. */
export type Destination =
  | { readonly kind: 'host'; readonly host: string }
  /** A program that listens on this computer (RFC 8252 section 7.3). */
  | { readonly kind: 'loopback'; readonly host: string }
  /** Whatever app registered for a scheme (RFC 8252 section 7.1), such as `cursor://`. */
  | { readonly kind: 'app'; readonly scheme: string }

/** What a URI leads to; throws `bad_request` for one that a browser must not be sent to. */
export const destinationOf = (uri: string): Destination => {
  const { protocol, hostname, host, href } = parsed(uri)
  if (protocol === 'https:' || protocol === 'http:') {
    // To URL a host may have `;` and `,`, which would end a directive or a policy.
    if (!/^[\w.-]+$|^\[::1\]$/.test(hostname)) throw refused()
    if (isLoopback(hostname)) return { kind: 'loopback', host }
    if (protocol === 'https:') return { kind: 'host', host }
  } else if (!neverSentTo.has(protocol)) {
    return { kind: 'app', scheme: href.startsWith(`${protocol}//`) ? `${protocol}//` : protocol }
  }
  throw refused()
}

/** The https host of a client id that is a URL (client id metadata document); undefined for any other. */
export const hostOfClientId = (clientId: string): string | undefined => {
  const url = URL.parse(clientId)
  return url?.protocol === 'https:' ? url.host : undefined
}

/** The source of a Content-Security-Policy that lets a form's answer lead to a URI; throws like `destinationOf`. */
export const formSourceOf = (uri: string): string => {
  const destination = destinationOf(uri)
  const { protocol, host, origin, port } = parsed(uri)
  if (destination.kind === 'app') return protocol
  // CSP3 has no IPv6 literals: Chromium ignores such a source and then stops the redirect.
  return host.startsWith('[') ? `${protocol}//*${port && `:${port}`}` : origin
}

const parsed = (uri: string): URL => {
  const url = URL.parse(uri)
  if (!url) throw refused()
  return url
}

const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)

const refused = () =>
  new GatewayError('bad_request', 'The app asked for its answer at an address that is not allowed.')

/** Schemes that browsers or systems act upon themselves. */
const neverSentTo: ReadonlySet<string> = new Set(
  'about blob chrome data file filesystem ftp javascript mailto ms-settings resource sms tel vbscript view-source ws wss'
    .split(' ')
    .map((scheme) => `${scheme}:`),
)
