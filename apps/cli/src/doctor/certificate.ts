import { isIP } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'

/** What a server shows in a TLS handshake. */
export interface Shown {
  /** Why the certificate is not trusted, as OpenSSL calls it; undefined where it is. */
  readonly fault: string | undefined
  /** Milliseconds since 1970. */
  readonly expires: number
  /** `TLSv1.3`. */
  readonly protocol: string | undefined
}

export interface Handshake {
  readonly url: URL
  readonly timeoutMs: number
  readonly ca?: string
  readonly options?: ConnectionOptions
}

/** Shakes hands and hangs up; undefined where there is no handshake. */
export const handshake = ({ url, timeoutMs, ca, options }: Handshake): Promise<Shown | undefined> =>
  new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = connect({
      host,
      port: Number(url.port || 443),
      // RFC 6066 section 3: no address is a server name.
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...options,
      // It is looked at and judged; nothing is sent.
      rejectUnauthorized: false,
    })
    const end = (shown: Shown | undefined) => {
      socket.destroy()
      resolve(shown)
    }
    socket.setTimeout(timeoutMs, () => end(undefined))
    socket.on('error', () => end(undefined))
    socket.on('close', () => end(undefined))
    socket.once('secureConnect', () => {
      const { authorized, authorizationError: error } = socket
      end({
        fault: authorized ? undefined : String((error as { code?: unknown } | undefined)?.code ?? error),
        expires: Date.parse(socket.getPeerCertificate().valid_to),
        protocol: socket.getProtocol() ?? undefined,
      })
    })
  })
