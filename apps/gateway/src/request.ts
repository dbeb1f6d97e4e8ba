import { GatewayError, type Grant, type Principal, type Span } from '@gateway/domain'
import type { Caller } from '@gateway/mcp'
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by authenticate. */
    principal: Principal | null
    /** Set by tenant. */
    grant: Grant | null
    /** PEM of the key that signed this request's token; set just before the signature check. */
    verificationKey: string | null
    /** Of the request, to the end of its answer; undefined where none are exported, or not of this route. */
    span?: Span | null
  }
}

/** The grant of an authenticated request; a route outside of the guarded scope has none, which is a fault. */
export const grantOfRequest = (request: FastifyRequest): Grant => {
  if (!request.grant) throw new GatewayError('internal', 'The route is not guarded.')
  return request.grant
}

/** Who asks, as the protocol knows it. */
export const callerOf = (request: FastifyRequest): Caller => ({
  grant: grantOfRequest(request),
  requestId: request.id,
  sourceIp: request.ip,
  ...saidBy(request),
  log: request.log,
})

/** What the headers of a request say of its client and of its trace, with the span of the request in it where it has one. */
export const saidBy = ({ headers, span }: FastifyRequest): Pick<Caller, 'userAgent' | 'traceparent'> => {
  const { 'user-agent': userAgent } = headers
  const traceparent = span?.traceparent ?? headers.traceparent
  return {
    ...(userAgent !== undefined && { userAgent }),
    ...(typeof traceparent === 'string' && { traceparent }),
  }
}
