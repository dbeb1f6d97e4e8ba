import {
  type AuditEvent,
  type AuditLog,
  asGatewayError,
  type Call,
  type ErrorCode,
  GatewayError,
  type Principal,
  readTraceparent,
  refusalEvent,
} from '@gateway/domain'
import { responseText, rpcCodes } from '@gateway/mcp'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isOperator } from './admin/operators.ts'
import { challenge } from './challenge.ts'
import { rateLimitHeaders } from './too-many-requests.ts'

/** What the error handler needs. */
export interface FailureOptions {
  readonly publicUrl: string
  readonly audit: AuditLog
  now(): number
}

/** Gives a refusal its body, and the headers that only some of them have. */
export type Answering = (error: GatewayError, request: FastifyRequest, reply: FastifyReply) => FastifyReply

/**
 * The one place where a refused or failed request becomes an answer and an audit event. Only our own sentences go
 * out; what a library said goes to the log.
 */
export const answerFailure =
  (options: FailureOptions, answer: Answering = mcpAnswer(options)) =>
  async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const error = toGatewayError(thrown)
    reply.header('x-request-id', request.id)
    // The connection broke before the request was complete: nobody to answer, and where it broke because of what
    // was sent, the server has audited that. A refusal of ours is audited all the same.
    const broken = !request.raw.complete && request.raw.socket.destroyed
    if (broken && !(thrown instanceof GatewayError)) return reply.send()
    const traceId = readTraceparent(request.span?.traceparent)?.traceId
    const fields = { code: error.code, status: error.status, ...(traceId !== undefined && { traceId }) }
    if (error.status >= 500) request.log.error({ ...fields, err: error.cause }, 'request failed')
    else request.log.info(fields, 'request refused')
    if (!error.audited) await recordRefusal(options, request, error)

    const { allow, quota } = error.details
    const retryAfterSeconds = error.details.retryAfterSeconds ?? (error.status === 503 ? 2 : undefined)
    if (retryAfterSeconds !== undefined)
      reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))))
    if (allow !== undefined) reply.header('allow', allow)
    if (quota) reply.headers(rateLimitHeaders(quota, retryAfterSeconds ?? 1))
    reply.code(error.status).header('cache-control', 'no-store').type('application/json')
    return answer(error, request, reply)
  }

/** A challenge where the caller is to sign in, and else an error of JSON-RPC without an id. */
const mcpAnswer =
  ({ publicUrl }: FailureOptions): Answering =>
  (error, request, reply) => {
    if (error.status === 401) {
      reply.header('www-authenticate', challenge(publicUrl, error))
      const code = error.code === 'missing_token' ? 'unauthorized' : error.code
      return reply.send(JSON.stringify({ error: code, error_description: error.message }))
    }
    const data = { code: error.code, requestId: request.id }
    return reply.send(responseText(null, { error: { code: rpcCodeOf(error), message: error.message, data } }))
  }

/** Writes the audit event of a message that was refused on a connection or stream of its own; never throws. */
export const recordCallRefusal = async (
  { audit, now }: Pick<FailureOptions, 'audit' | 'now'>,
  caller: Pick<Call, 'grant' | 'requestId' | 'sourceIp' | 'log'>,
  code: `rpc:${number}`,
): Promise<void> => {
  await audit
    .append(refusalEvent(caller, Number(code.slice('rpc:'.length)), now()))
    .catch((err: unknown) => caller.log.error({ err }, 'audit event lost'))
}

/** Writes the audit event of a request that was refused before any tool call; never throws. */
export const recordRefusal = async (
  { audit, now }: Pick<FailureOptions, 'audit' | 'now'>,
  request: FastifyRequest,
  refusal: {
    readonly code: AuditEvent['reason_code'] & string
    readonly status: number
    readonly cause?: unknown
  },
): Promise<void> => {
  const { principal } = request
  const { code, status, cause } = refusal
  const event: AuditEvent = {
    schema_version: 1,
    ts: new Date(now()).toISOString(),
    event: code.startsWith('rpc:')
      ? 'mcp.deny'
      : status === 401 || status === 403
        ? 'auth.deny'
        : 'http.deny',
    outcome: status >= 500 ? 'error' : 'deny',
    reason_code: code,
    // Of our own refusals the cause is a word of ours; of a fault it is whatever was thrown.
    ...(typeof cause === 'string' && code !== 'internal' && { detail: cause }),
    request_id: request.id,
    ...(principal && whoseEvent(principal)),
    source: { ip: request.ip },
    http: { method: request.method, route: request.routeOptions.url ?? '(none)', status },
  }
  await audit.append(event).catch((err: unknown) => request.log.error({ err }, 'audit event lost'))
}

const whoseEvent = (principal: Principal): Partial<AuditEvent> => {
  const { id, issuer, subject, tenantId } = principal
  if (isOperator(principal)) return { admin: { operator: { issuer, subject } } }
  return { tenant_id: tenantId, user: { id, issuer, subject } }
}

const rpcCodeOf = (error: GatewayError): number => {
  if (error.code === 'parse_error') return rpcCodes.parseError
  if (error.status >= 500) return rpcCodes.internalError
  return error.status === 400 ? rpcCodes.invalidRequest : rpcCodes.refused
}

/** Our own refusals as they are; the framework's keep their status and get our words; all else is a fault. */
const toGatewayError = (thrown: unknown): GatewayError => {
  if (thrown instanceof GatewayError) return thrown
  const { code, statusCode } = Object(thrown) as { code?: unknown; statusCode?: unknown }
  const known = String(code).startsWith('FST_') ? frameworkStatus.get(statusCode) : undefined
  return known ? new GatewayError(known[0], known[1], { cause: thrown }) : asGatewayError(thrown)
}

const frameworkStatus: ReadonlyMap<unknown, readonly [ErrorCode, string]> = new Map([
  [400, ['bad_request', 'The request is not well-formed.']],
  [404, ['not_found', 'There is nothing here. MCP is served at /mcp.']],
  [408, ['request_timeout', 'The request did not arrive in time.']],
  [413, ['payload_too_large', 'The body is too large; the limit is 1 MiB.']],
  [415, ['unsupported_media_type', 'Send application/json in UTF-8.']],
])
