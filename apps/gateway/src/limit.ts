import { type Grant, type Limit, type RateLimiter, tenantKey } from '@gateway/domain'
import fp from 'fastify-plugin'
import { grantOfRequest } from './request.ts'
import { tooManyRequests } from './too-many-requests.ts'

/** A request flood is this many times the user's own call limit. */
const floodFactor = 10

/**
 * Fourth step: floods end here with 429, counted per replica in memory so that they cost the store nothing. The
 * limits of tool calls are charged in `callTool`, whose refusals MCP clients understand; few of them heed a 429.
 */
export const limit = fp<{ flood: RateLimiter }>(
  async (app, { flood }) => {
    const policies = new WeakMap<Grant, Limit>()
    app.addHook('onRequest', async (request) => {
      const grant = grantOfRequest(request)
      const policy = policies.get(grant) ?? floodLimit(grant)
      policies.set(grant, policy)
      const verdict = await flood.take([policy])
      if (verdict.allowed) return
      const quota = { name: 'user', perMinute: policy.perMinute } as const
      throw tooManyRequests('Too many requests.', { quota, verdict })
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
