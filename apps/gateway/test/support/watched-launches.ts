import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A way to AWS that counts what launches instances. */
export interface WatchedLaunches extends AsyncDisposable {
  readonly url: string
  /** RunInstances requests so far. */
  count(): number
  /** Calls back when the request that makes it `n` has arrived and was not passed on yet; it is passed on afterwards. */
  at(n: number, then: () => void): void
}

/** Opens it before `awsUrl`, which gets everything as it came. */
export const watchLaunches = async (awsUrl: string): Promise<WatchedLaunches> => {
  const { hostname, port } = new URL(awsUrl)
  let count = 0
  let watch: { readonly n: number; then(): void } | undefined
  const server = createServer(async (incoming, answer) => {
    const body = await text(incoming)
    if (new URLSearchParams(body).get('Action') === 'RunInstances') {
      count += 1
      if (count === watch?.n) watch.then()
    }
    const { method, url: path, headers } = incoming
    const forwarded = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    forwarded.once('error', () => answer.destroy())
    forwarded.end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    at(n, then) {
      watch = { n, then }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
