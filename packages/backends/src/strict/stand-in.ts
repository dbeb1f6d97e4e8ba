import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request that has come in whole. */
export interface WholeRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** Takes in a whole request. */
export const wholeRequest = async (incoming: IncomingMessage): Promise<WholeRequest> => {
  const { method = 'GET', url = '/', headers, rawHeaders } = incoming
  return { method, url, headers, rawHeaders, body: await buffer(incoming) }
}

/** Sends it to the stand-in at `upstream` as it came; gives the answer once its headers are there. */
export const askStandIn = (
  upstream: string,
  { method, url, rawHeaders, body }: WholeRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const { hostname, port } = new URL(upstream)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = [...endToEnd(rawHeaders), 'content-length', String(body.length)]
  // A connection for each request: one that was kept may be closed while the request is on its way.
  const onward = request({ hostname, port, method, path: url, headers, agent: false, signal })
  onward.once('response', resolve)
  onward.once('error', reject)
  onward.end(body)
  return promise
}

const ownToConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']

const endToEnd = (raw: readonly string[]): string[] =>
  raw.filter((_, i) => !ownToConnection.includes((raw[i - (i % 2)] ?? '').toLowerCase()))

/** Whether the stand-in at `upstream` has a bucket in another account than `account`. */
export const isForeignBucket = async (
  upstream: string,
  bucket: string,
  account: string,
): Promise<boolean> => {
  const answer = await fetch(`${upstream}/${encodeURIComponent(bucket)}`, {
    method: 'HEAD',
    headers: {
      'x-moto-account-id': account,
      authorization: 'AWS4-HMAC-SHA256 Credential=judge/20260101/us-east-1/s3/aws4_request',
    },
  })
  // A bucket that does not exist is nobody's: the stand-in itself will say so.
  return !answer.ok && answer.status !== 404
}
