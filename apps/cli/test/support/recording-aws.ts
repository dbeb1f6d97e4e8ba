import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request to AWS as it came over the wire. */
export interface Signed {
  /** Id of the access key that has signed it (Signature Version 4, `Credential`). */
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  /** Fields of a request of the query protocol; `Action` names the operation. */
  readonly fields: URLSearchParams
}

/** Stands before an AWS stand-in and remembers by which key each request was signed. */
export const recordingAws = async (standIn: string) => {
  const signed: Signed[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { authorization = '', 'x-amz-security-token': token } = request.headers
    signed.push({
      accessKeyId: /Credential=(\w+)\//.exec(authorization)?.[1] ?? 'none',
      sessionToken: typeof token === 'string' ? token : undefined,
      fields: new URLSearchParams(body),
    })
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(new URL(request.url ?? '/', standIn), {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      ...(body !== '' && { body }),
    })
    const type = answer.headers.get('content-type') ?? 'text/xml'
    response.writeHead(answer.status, { 'content-type': type, 'x-amzn-requestid': 'r' })
    response.end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The one request of this operation; throws where there are none or several. */
    one(operation: string): Signed {
      const found = signed.filter(({ fields }) => fields.get('Action') === operation)
      const [first, ...more] = found
      if (!first || more.length > 0) throw new Error(`${found.length} requests of ${operation}`)
      return first
    },
    /** Every request of this operation, in their order. */
    all: (operation: string): readonly Signed[] =>
      signed.filter(({ fields }) => fields.get('Action') === operation),
    operations: (): string[] => signed.map(({ fields }) => fields.get('Action') ?? ''),
    /** Ids of all keys that have signed anything. */
    keys: (): string[] => [...new Set(signed.map(({ accessKeyId }) => accessKeyId))],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A server of container credentials (AWS SDKs Reference Guide, "Container credential provider"). */
export const containerCredentials = async (accessKeyId: string) => {
  const authorization = 'of-the-container'
  const server = createServer((request, response) => {
    if (request.headers.authorization !== authorization) return response.writeHead(401).end()
    const expires = new Date(Date.now() + 3_600_000).toISOString()
    const keys = { AccessKeyId: accessKeyId, SecretAccessKey: 'secret', Token: 'token', Expiration: expires }
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    env: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/creds`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
