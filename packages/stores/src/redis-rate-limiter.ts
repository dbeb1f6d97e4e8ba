import { createHash } from 'node:crypto'
import type { Limit, LimitVerdict, RateLimiter } from '@gateway/domain'
import { allowed, microsecondsPerRequest, refusal } from './gcra.ts'
import { gcraScript } from './gcra-script.ts'
import type { RedisConnection } from './open-redis.ts'

/** A rate limiter whose state and clock are Redis's, shared by all replicas: one round trip per call. */
export const redisRateLimiter = ({ client }: RedisConnection): RateLimiter => {
  const sha = createHash('sha1').update(gcraScript).digest('hex')
  return {
    async take(limits) {
      if (limits.length === 0) return allowed
      const args = argumentsOf(limits)
      const reply: unknown = await client.evalsha(sha, limits.length, ...args).catch((cause: unknown) => {
        // A restarted Redis has lost the script; EVAL runs it and stores it again. Nothing was charged so far.
        if (isMissingScript(cause)) return client.eval(gcraScript, limits.length, ...args)
        throw cause
      })
      return verdictOf(reply, limits)
    },
  }
}

const argumentsOf = (limits: readonly Limit[]): (string | number)[] => {
  const args: (string | number)[] = []
  for (const { key } of limits) args.push(key)
  for (const limit of limits) {
    const each = microsecondsPerRequest(limit)
    args.push(each, each * limit.burst)
  }
  return args
}

const isMissingScript = (cause: unknown): boolean =>
  cause instanceof Error && cause.message.startsWith('NOSCRIPT')

/** Throws at an answer that the script does not give, because what cannot be understood must not allow. */
const verdictOf = (reply: unknown, limits: readonly Limit[]): LimitVerdict => {
  if (reply === 0) return allowed
  const [index, wait] = Array.isArray(reply) ? (reply as unknown[]) : []
  const limit = typeof index === 'number' ? limits[index - 1] : undefined
  if (!limit || typeof wait !== 'number') throw new Error('the rate limit script gave an unknown answer')
  return refusal(limit, wait)
}
