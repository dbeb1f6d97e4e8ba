import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a key endpoint answers: a set, or one of the ways in which such endpoints fail. */
export type JwksAnswer =
  | { readonly keys: readonly object[] }
  | keyof typeof failures
  | { readonly text: string }

/** An endpoint that serves key sets on loopback. */
export interface JwksServer extends AsyncDisposable {
  readonly url: string
  /** Requests so far, to the redirect's target too. */
  readonly requests: number
  serve(answer: JwksAnswer): void
}

const html = { 'content-type': 'text/html' }
const json = { 'content-type': 'application/json' }

const failures = {
  'error 500': (response: ServerResponse) => response.writeHead(500).end('Internal Server Error'),
  'error 401': (response: ServerResponse) => response.writeHead(401, json).end('{"keys":[]}'),
  'no answer': () => undefined,
  'half an answer': (response: ServerResponse) => response.writeHead(200, json).write('{"keys":['),
  'a redirect': (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
  'an HTML page': (response: ServerResponse) => response.writeHead(200, html).end('<h1>Sign in</h1>'),
  '10 MB': (response: ServerResponse) =>
    response.writeHead(200, json).end(`{"keys":[],"pad":"${'x'.repeat(10_000_000)}"}`),
  'a closed connection': (response: ServerResponse) => response.destroy(),
  'no key set': (response: ServerResponse) => response.writeHead(200, json).end('{"error":"try later"}'),
  'an empty body': (response: ServerResponse) => response.writeHead(200, json).end(),
} as const

/** The ways of failing that answer at once. */
export const quickFailures = (Object.keys(failures) as (keyof typeof failures)[]).filter(
  (name) => name !== 'no answer' && name !== 'half an answer',
)

/** Starts an endpoint; `/elsewhere` always has the last good set, for whoever follows redirects. */
export const openJwksServer = async (first: JwksAnswer): Promise<JwksServer> => {
  let answer = first
  let good = first
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const current = request.url === '/elsewhere' ? good : answer
    if (typeof current === 'string') return failures[current](response)
    return response.writeHead(200, json).end('text' in current ? current.text : JSON.stringify(current))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    get requests() {
      return requests
    },
    serve(next) {
      answer = next
      if (typeof next === 'object') good = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
