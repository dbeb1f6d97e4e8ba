import { createServer, request as forward } from 'node:http'
import { freePort } from '@gateway/backends'

/** What a front makes of an answer. */
export interface FrontAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A reverse proxy as operators put one in front of a gateway; `spoil` is what is wrong with it. */
export interface Front extends AsyncDisposable {
  readonly url: string
  /** Where it passes requests on to. */
  target: string
  spoil: (path: string, answer: FrontAnswer, method: string) => void
}

/** Starts one on loopback that passes everything on, with the `Host` that it was asked for. */
export const startFront = async (): Promise<Front> => {
  const port = await freePort()
  const server = createServer((request, response) => {
    const to = new URL(front.target)
    const options = { host: to.hostname, port: to.port, path: request.url, method: request.method }
    const passed = forward({ ...options, headers: request.headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const whole: FrontAnswer = {
          status: answer.statusCode ?? 502,
          headers: { ...answer.headers },
          body: Buffer.concat(chunks).toString(),
        }
        front.spoil(request.url ?? '/', whole, request.method ?? 'GET')
        for (const name of ['transfer-encoding', 'content-length']) delete whole.headers[name]
        response.writeHead(
          whole.status,
          Object.fromEntries(
            Object.entries(whole.headers).filter(([, value]) => value !== undefined),
          ) as Record<string, string>,
        )
        response.end(whole.body)
      })
    })
    passed.on('error', () => response.writeHead(502).end())
    request.pipe(passed)
  })
  server.listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const front: Front = {
    url: `http://127.0.0.1:${port}`,
    target: '',
    spoil: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return front
}
