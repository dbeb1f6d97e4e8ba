import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** What of a request the provider shall see otherwise than it came. */
export interface ForwardedParts {
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * A request as the provider gets it: its own line, headers and body instead of those that came. oidc-provider builds URLs from
 * `Host` and forwarded headers and parses the body by itself, so nothing of a caller's reaches it unread.
 */
export const forwardedRequest = (raw: IncomingMessage, { url, headers, body }: ForwardedParts) => {
  const buffer = Buffer.from(body ?? '')
  const own = {
    url,
    originalUrl: url,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(buffer.length) }) },
    readable: true,
    iterator: () => Readable.from(buffer.length > 0 ? [buffer] : [])[Symbol.asyncIterator](),
  }
  const forwarded: IncomingMessage = Object.create(
    raw,
    Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, { value, writable: true, configurable: true }]),
    ),
  )
  return forwarded
}
