import { readTraceparent, type Span } from '@gateway/domain'
import { cleanToken } from './clean-text.ts'
import type { SdkOutput } from './service-modules.ts'

/** One attempt at AWS, as a trace tells it. */
export interface TracedAttempt {
  /** Span of the call; absent where nothing is traced. */
  readonly parent: Span | undefined
  readonly service: string
  readonly operation: string
  readonly region: string
}

/**
 * Makes an attempt in a span of its own, and tells AWS of the trace where it is recorded. Of the answer the span has AWS's id, of a
 * fault its code and status; nothing of the request but where it goes.
 */
export const inSpan = async <Output extends Pick<SdkOutput, '$metadata'>>(
  { parent, service, operation, region }: TracedAttempt,
  command: object,
  send: () => Promise<Output>,
): Promise<Output> => {
  if (!parent) return send()
  const span = parent.child(`${service}/${operation}`, {
    'rpc.system.name': 'aws-api',
    'rpc.method': `${service}/${operation}`,
    'cloud.region': region,
  })
  tellAws(command, span.traceparent)
  try {
    const output = await send()
    span.set(told(output))
    span.end()
    return output
  } catch (thrown) {
    span.set(told(thrown))
    span.end({ error: cleanToken(thrown instanceof Error ? thrown.name : undefined) ?? 'unknown' })
    throw thrown
  }
}

const told = (of: unknown) => {
  const { $metadata } = Object(of) as { $metadata?: { requestId?: unknown; httpStatusCode?: unknown } }
  const requestId = cleanToken($metadata?.requestId)
  const status = $metadata?.httpStatusCode
  return {
    ...(requestId !== undefined && { 'aws.request_id': requestId }),
    ...(typeof status === 'number' && { 'http.response.status_code': status }),
  }
}

/** What is used of the middleware of a command of the SDK. */
interface WithMiddleware {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'deserialize'; readonly name: string }): void
  }
}
type Middleware = (next: Next) => Next
type Next = (args: { readonly request: unknown }) => Promise<unknown>

/**
 * Sends the trace along as AWS X-Ray knows it (X-Ray Developer Guide, "Tracing header"), after the request is signed: it is not
 * part of the signature.
 */
const tellAws = (command: object, traceparent: string): void => {
  const trace = readTraceparent(traceparent)
  if (!trace?.sampled) return
  const { traceId, spanId } = trace
  const value = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`
  const { middlewareStack } = command as WithMiddleware
  middlewareStack.add(
    (next) => async (args) => {
      const { headers } = Object(args.request) as { headers?: Record<string, string> }
      if (headers) headers['x-amzn-trace-id'] = value
      return next(args)
    },
    { step: 'deserialize', name: 'gatewayTrace' },
  )
}
