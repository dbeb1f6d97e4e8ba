import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import tls from 'node:tls'

/** What is asked for, and where: `address` is connected to, whatever the URL's host resolves to by then. */
export interface PinnedRequest {
  readonly url: URL
  readonly address: string
  /** Reaches `address` through this HTTP proxy (CONNECT, RFC 9110 section 9.3.6). */
  readonly proxy?: URL | undefined
  /** Certificates (PEM) that are trusted beside those of Node. */
  readonly ca?: string | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** A JSON text and how long it may be kept, in the words of its headers. */
export interface JsonAnswer {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The JSON text that one GET answers with status 200. Rejects for every other answer: redirects are not followed, nothing is
 * unpacked, and what is longer than `maxBytes` is not read to its end.
 */
export const getPinned = async (request: PinnedRequest): Promise<JsonAnswer> => {
  const { url, address, proxy, ca, signal } = request
  const name = bare(url.hostname)
  const secure = {
    ...(isIP(name) === 0 && { servername: name }),
    ...(ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
  }
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const tunnel = proxy && (await openTunnel(proxy, address, port, request))
  const options: RequestOptions = {
    host: address,
    port,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'mcp-gateway',
    },
    signal,
    ...secure,
  }
  const { protocol } = url
  // An agent of its own keeps no connection; with any, Node does not ask for the one that there is.
  if (tunnel === undefined) options.agent = false
  else {
    options.createConnection = () =>
      protocol === 'https:' ? tls.connect({ socket: tunnel, host: address, ...secure }) : tunnel
  }
  try {
    const made = url.protocol === 'https:' ? https.request(options) : http.request(options)
    return await readJson(await responseTo(made), request.maxBytes)
  } finally {
    tunnel?.destroy()
  }
}

const responseTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
    request.end()
  })

const readJson = async (response: IncomingMessage, maxBytes: number): Promise<JsonAnswer> => {
  try {
    const { statusCode, headers } = response
    if (statusCode !== 200) throw new Error(`the host answered with status ${statusCode}`)
    if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(headers['content-type'] ?? '')) {
      throw new Error('the host answered with something else than JSON')
    }
    if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
      throw new Error('the host packed its answer')
    }
    const chunks: Buffer[] = []
    let length = Number(headers['content-length'] ?? 0) > maxBytes ? Number.POSITIVE_INFINITY : 0
    if (length === 0) {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        length += chunk.length
        if (length > maxBytes) break
        chunks.push(chunk)
      }
    }
    if (length > maxBytes) throw new Error(`the host answered with more than ${maxBytes} bytes`)
    const kept = (['cache-control', 'expires'] as const).flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, value.slice(0, 1_024)]]
    })
    return { text: Buffer.concat(chunks).toString('utf8'), headers: Object.fromEntries(kept) }
  } finally {
    response.destroy()
  }
}

const openTunnel = (
  proxy: URL,
  address: string,
  port: number,
  { signal, ca }: PinnedRequest,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const secure = proxy.protocol === 'https:'
    const target = `${address.includes(':') ? `[${address}]` : address}:${port}`
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
    const request = (secure ? https : http).request({
      method: 'CONNECT',
      host: bare(proxy.hostname),
      port: Number(proxy.port || (secure ? 443 : 80)),
      path: target,
      headers: {
        host: target,
        ...(proxy.username !== '' && {
          'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
        }),
      },
      agent: false,
      signal,
      ...(secure && ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
    })
    request.on('connect', ({ statusCode }, socket) => {
      // Whoever uses it hears of its end, too; without a listener of its own an error would end the process.
      socket.on('error', () => undefined)
      if (statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      reject(new Error(`the proxy answered with status ${statusCode}`))
    })
    request.on('response', (response) => {
      response.destroy()
      reject(new Error(`the proxy answered with status ${response.statusCode}`))
    })
    request.on('error', reject)
    request.end()
  })

/** A host of a URL without the brackets of IPv6. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')
