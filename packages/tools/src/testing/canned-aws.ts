import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What AWS answers: a body, or a function that writes the whole response. */
export interface CannedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  write?(response: ServerResponse): void
}

/** One request of a test, as `request` of the server tells it, and its answer. */
export type CannedExchange = readonly [request: string, answer: CannedAnswer]

export interface CannedAws extends AsyncDisposable {
  readonly url: string
}

/**
 * AWS on a loopback port, as `requestText` of every request and its headers decide. Disposing it throws if there
 * was a request that got no answer.
 */
export const answeringAws = async (
  answer: (request: string, headers: IncomingMessage['headers']) => CannedAnswer | undefined,
): Promise<CannedAws> => {
  const unexpected: string[] = []
  const server = createServer(async (request, response) => {
    const text = await requestText(request)
    const canned = answer(text, request.headers)
    if (!canned) {
      unexpected.push(text)
      response.writeHead(500).end()
      return
    }
    if (canned.write) return canned.write(response)
    const length = { 'content-length': String(Buffer.byteLength(canned.body ?? '')) }
    response.writeHead(canned.status ?? 200, {
      'x-amz-request-id': 'aws-request-1',
      ...length,
      ...canned.headers,
    })
    response.end(canned.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (unexpected.length > 0) throw new Error(`unexpected requests to AWS:\n${unexpected.join('\n')}`)
    },
  }
}

/** AWS that expects exactly these requests in this order; disposing it throws if there were others or too few. */
export const cannedAws = async (...exchanges: readonly CannedExchange[]): Promise<CannedAws> => {
  const left = [...exchanges]
  const aws = await answeringAws((request) => {
    if (left[0]?.[0] !== request) return undefined
    return left.shift()?.[1]
  })
  return {
    url: aws.url,
    async [Symbol.asyncDispose]() {
      await aws[Symbol.asyncDispose]()
      if (left.length > 0)
        throw new Error(`AWS was not asked:\n${left.map(([request]) => request).join('\n')}`)
    },
  }
}

/** `eu-west-1 s3 GET /bucket?list-type=2`: where the request is signed for, what it asks, the target of a JSON service, and the body. */
const requestText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const scope = /Credential=ASIACANNED\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  )
  const form = Buffer.concat(chunks).toString()
  const target = request.headers['x-amz-target']
  const asked = [scope?.[1] ?? 'unsigned', scope?.[2] ?? '', request.method, request.url, target]
    .filter((part) => part !== undefined)
    .join(' ')
  return form ? `${asked} ${form}` : asked
}
