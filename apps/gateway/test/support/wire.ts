import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request as the test wants it on the wire, doubled headers included. */
export interface WireRequest {
  readonly method?: string
  readonly path?: string
  /** Names and values in order; `host` is added unless given. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends one request on a connection of its own. */
export const send = async (origin: string, options: WireRequest): Promise<WireAnswer> => {
  const { hostname, port, host } = new URL(origin)
  const { method = 'GET', path = '/', headers = [], body } = options
  const all = headers.some(([name]) => name.toLowerCase() === 'host')
    ? [...headers]
    : [['host', host], ...headers]
  if (body !== undefined) all.push(['content-length', String(Buffer.byteLength(body))])
  const request = httpRequest({ hostname, port, method, path, headers: all.flat(), agent: false })
  request.end(body)
  const [response] = await once(request, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

/** Sends bytes as they are and reads until the connection ends, for what no HTTP client would send. */
export const sendRaw = async (origin: string, bytes: string): Promise<string> => {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.setTimeout(5000, () => socket.destroy(new Error('no answer for 5 s')))
  socket.end(Buffer.from(bytes, 'latin1'))
  return await text(socket)
}
