import { asGatewayError, GatewayError, type RateLimiter, tenantKey } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import type { Answering } from '../failures.ts'
import { operatorsId } from './operators.ts'

/** Refusals of the admin API: `{"error":{"code","message","issues"?},"requestId"}`. */
export const adminAnswer: Answering = (error, request, reply) => {
  const { code, message, details } = error
  if (error.status === 401) {
    // RFC 6750 section 3: without a token there is no error.
    const challenge =
      code === 'missing_token'
        ? 'Bearer'
        : 'Bearer error="invalid_token", error_description="The access token is not valid"'
    reply.header('www-authenticate', challenge)
  }
  const { issues } = details
  return reply.send(
    JSON.stringify({ error: { code, message, ...(issues && { issues }) }, requestId: request.id }),
  )
}

/** Failed sign-ins of one address. */
const perMinute = 30
const burst = 30

/**
 * Makes a failed sign-in a 429 where there were too many from its address. Who signs in well is let in all the same:
 * behind a balancer all come from one address, and nobody is to lock the operators out.
 */
export const slowFailedSignIns =
  (flood: RateLimiter) =>
  async (thrown: unknown, { ip }: FastifyRequest): Promise<unknown> => {
    const { status } = asGatewayError(thrown)
    if (status !== 401 && status !== 403) return thrown
    const key = tenantKey(operatorsId, 'failed-sign-ins', ip)
    const verdict = await flood.take([{ key, scope: 'address', perMinute, burst }])
    if (verdict.allowed) return thrown
    const details = { retryAfterSeconds: Math.ceil(verdict.retryAfterSeconds) }
    return new GatewayError('too_many_requests', 'Too many failed sign-ins.', { details, cause: 'sign-in' })
  }
