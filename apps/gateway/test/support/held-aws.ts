import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A way to AWS that holds every request until it is let go. */
export interface HeldAws extends AsyncDisposable {
  readonly url: string
  /** Resolves when the first request is there. */
  readonly asked: Promise<unknown>
  /** Lets what is held, and all that comes, go on to `awsUrl`. */
  release(): void
}

export const holdAws = async (awsUrl: string): Promise<HeldAws> => {
  const { hostname, port } = new URL(awsUrl)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const server = createServer(async (incoming, answer) => {
    ask()
    await released
    const { method, url: path, headers } = incoming
    const forwarded = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    incoming.pipe(forwarded)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    release,
    async [Symbol.asyncDispose]() {
      release()
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
