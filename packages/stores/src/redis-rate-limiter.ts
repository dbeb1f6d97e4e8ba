import type { Limit, LimitVerdict, RateLimiter } from '@gateway/domain'
import { allowed, microsecondsPerRequest, refusal } from './gcra.ts'
import { gcraScript } from './gcra-script.ts'
import type { RedisConnection } from './open-redis.ts'

/** A rate limiter whose state and clock are Redis's, shared by all replicas: one round trip per call. */
export const redisRateLimiter = ({ run }: RedisConnection): RateLimiter => ({
  async take(limits) {
    if (limits.length === 0) return allowed
    const charged = limits.filter(({ testedOnly }) => !testedOnly)
    const ordered = [...charged, ...limits.filter(({ testedOnly }) => testedOnly)]
    const keys = ordered.map(({ key }) => key)
    const each = ordered.flatMap((limit) => [microsecondsPerRequest(limit), limit.burst])
    return verdictOf(await run(gcraScript, keys, [charged.length, ...each]), ordered)
  },
})

/** Throws at an answer that the script does not give, because what cannot be understood must not allow. */
const verdictOf = (reply: unknown, limits: readonly Limit[]): LimitVerdict => {
  if (reply === 0) return allowed
  const [index, wait] = Array.isArray(reply) ? (reply as unknown[]) : []
  const limit = typeof index === 'number' ? limits[index - 1] : undefined
  if (!limit || typeof wait !== 'number') throw new Error('the rate limit script gave an unknown answer')
  return refusal(limit, wait)
}
