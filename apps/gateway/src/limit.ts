import { GatewayError, type RateLimiter, tenantKey } from '@gateway/domain'
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
    app.addHook('onRequest', async (request, reply) => {
      const { tenant, principal } = grantOfRequest(request)
      const { perMinute, burst } = tenant.limits.user
      const policy = { perMinute: perMinute * floodFactor, burst: burst * floodFactor }
      const key = tenantKey(tenant.id, 'flood', principal.id)
      const verdict = await flood.take([{ key, scope: 'user', ...policy }])
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
