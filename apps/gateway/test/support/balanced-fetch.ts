import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'

/** A `fetch` for SDK clients that asks the `origins` in turn whatever the URL says, under the URL's own host. */
export const balancedFetch = (origins: readonly string[]): typeof fetch => {
  let turn = 0
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    const { host, pathname, search } = new URL(input instanceof Request ? input.url : input)
    const asked = request(`${origins[turn++ % origins.length]}${pathname}${search}`, {
      method,
      headers: { ...Object.fromEntries(new Headers(headers)), host },
      agent: false,
      ...(signal && { signal }),
    })
    asked.end(typeof body === 'string' ? body : undefined)
    const [answer]: IncomingMessage[] = await once(asked, 'response')
    if (!answer) throw new Error('no answer')
    answer.on('error', () => undefined)
    const empty = answer.statusCode === 202 || answer.statusCode === 204
    if (empty) answer.resume()
    return new Response(empty ? null : (Readable.toWeb(answer) as ReadableStream), {
      status: answer.statusCode ?? 500,
      headers: Object.entries(answer.headers).map(([name, value]): [string, string] => [name, `${value}`]),
    })
  }
}
