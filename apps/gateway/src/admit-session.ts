import { GatewayError, type Grant, type RateLimiter, tenantKey } from '@gateway/domain'
import { tooManyRequests } from './too-many-requests.ts'

/**
 * Limits how fast a user opens sessions, because each takes memory for a day: as often as it may call tools, counted
 * apart from the calls. Over the limit it is 429, since there is no tool result to say it in.
 */
export const admitSession =
  (limiter: RateLimiter) =>
  async ({ tenant, principal }: Grant): Promise<void> => {
    const key = tenantKey(tenant.id, 'rl', 'sessions', principal.id)
    const verdict = await limiter
      .take([{ key, scope: 'user', ...tenant.limits.user }])
      .catch((cause: unknown) => {
        throw new GatewayError('unavailable', 'Rate limits cannot be checked just now.', { cause })
      })
    if (verdict.allowed) return
    const quota = { name: 'user', perMinute: tenant.limits.user.perMinute } as const
    throw tooManyRequests('Too many sessions at once.', { quota, verdict })
  }
