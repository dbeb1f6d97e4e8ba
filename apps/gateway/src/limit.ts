import { GatewayError, type Grant, type Limit, type RateLimiter, tenantKey } from '@gateway/domain'
import fp from 'fastify-plugin'
import { grantOfRequest } from './request.ts'

/** A request flood is this many times the user's own call limit. */
const floodFactor = 10

/**
 * Fourth step: floods end here with 429, counted per replica in memory so that they cost the store nothing. The
 * limits of tool calls are charged in `callTool`, whose refusals MCP clients understand; few of them heed a 429.
 */
export const limit = fp<{ flood: RateLimiter }>(
  async (app, { flood }) => {
    const policies = new WeakMap<Grant, Limit>()
    app.addHook('onRequest', async (request, reply) => {
      const grant = grantOfRequest(request)
      const policy = policies.get(grant) ?? floodLimit(grant)
      policies.set(grant, policy)
      const verdict = await flood.take([policy])
      if (verdict.allowed) return
      const seconds = Math.ceil(verdict.retryAfterSeconds)
      // draft-ietf-httpapi-ratelimit-headers-10
      reply.header('ratelimit-policy', `"user";q=${policy.perMinute};w=60;qu="requests"`)
      reply.header('ratelimit', `"user";r=0;t=${seconds}`)
      throw new GatewayError('too_many_requests', 'Too many requests.', {
        details: { retryAfterSeconds: seconds },
      })
    })
  },
  { name: 'limit', dependencies: ['resolve-tenant'] },
)

/** The bucket of a caller's requests, and of the messages on its connections. */
export const floodLimit = ({ tenant, principal }: Grant): Limit => {
  const { perMinute, burst } = tenant.limits.user
  return {
    key: tenantKey(tenant.id, 'flood', principal.id),
    scope: 'user',
    perMinute: perMinute * floodFactor,
    burst: burst * floodFactor,
  }
}
