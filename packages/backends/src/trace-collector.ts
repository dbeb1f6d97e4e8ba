import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { fieldsOf, lastOf, numberOf, textOf } from './protobuf-fields.ts'

/** A span as a collector was sent it. */
export interface CollectedSpan {
  readonly name: string
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  /** Empty for one that begins a trace. */
  readonly parentId: string
  readonly attributes: Readonly<Record<string, string | number>>
  /** 2 is an error. */
  readonly status: number
}

/** A collector of OpenTelemetry on loopback, which takes traces over HTTP in protobuf and keeps all that was sent. */
export interface TraceCollector extends AsyncDisposable {
  readonly url: string
  /** Every byte of every body, decompressed. */
  bytes(): Buffer
  readonly headers: readonly NodeJS.Dict<string | string[]>[]
  spans(): readonly CollectedSpan[]
  resource(): Readonly<Record<string, string | number>>
}

/** Opens the collector; it answers every export with `status`. */
export const openTraceCollector = async (status = 200): Promise<TraceCollector> => {
  const bodies: Buffer[] = []
  const headers: NodeJS.Dict<string | string[]>[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    headers.push(request.headers)
    bodies.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const groups = () => bodies.flatMap((body) => fieldsOf(body).get(1) ?? []).map((group) => fieldsOf(group))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => Buffer.concat(bodies),
    headers,
    spans: () =>
      groups()
        .flatMap((group) => group.get(2) ?? [])
        .flatMap((scope) => fieldsOf(scope).get(2) ?? [])
        .map(spanOf),
    resource: () =>
      Object.assign({}, ...groups().map((group) => attributesOf(fieldsOf(lastOf(group, 1)).get(1)))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** `opentelemetry.proto.trace.v1.Span`. */
const spanOf = (message: Buffer): CollectedSpan => {
  const fields = fieldsOf(message)
  return {
    traceId: lastOf(fields, 1).toString('hex'),
    spanId: lastOf(fields, 2).toString('hex'),
    parentId: lastOf(fields, 4).toString('hex'),
    name: textOf(fields, 5),
    kind: numberOf(fields, 6),
    attributes: attributesOf(fields.get(9)),
    status: numberOf(fieldsOf(lastOf(fields, 15)), 3),
  }
}

/** `opentelemetry.proto.common.v1.KeyValue`: texts and integers. */
const attributesOf = (pairs: readonly Buffer[] = []): Record<string, string | number> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const fields = fieldsOf(pair)
      const value = fieldsOf(lastOf(fields, 2))
      return [textOf(fields, 1), value.has(1) ? textOf(value, 1) : numberOf(value, 3)]
    }),
  )
