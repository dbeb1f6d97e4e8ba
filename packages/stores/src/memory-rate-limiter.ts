import type { Limit, RateLimiter } from '@gateway/domain'
import { allowed, microsecondsPerRequest, refusal } from './gcra.ts'
import { makeRoom } from './make-room.ts'
import type { MemoryAwsBudget } from './memory-aws-budget.ts'

/** What a rate limiter in memory needs: milliseconds since the epoch, and how many keys it may remember. */
export interface MemoryRateLimiterOptions {
  now(): number
  readonly maxKeys: number
  /** The AWS budgets that are tested along; absent means none. */
  readonly budget?: Pick<MemoryAwsBudget, 'waitFor'>
}

/**
 * A rate limiter for one process, otherwise the twin of the one in Redis.
 *
 * At `maxKeys` it first forgets the keys that are full again, which changes no verdict. Only when that is not enough
 * does it forget the keys that were charged longest ago, each of which gets its burst back: choose `maxKeys` well
 * above the number of tenants and users, so that nobody can push out a key by making up others.
 */
export const memoryRateLimiter = ({ now, maxKeys, budget }: MemoryRateLimiterOptions): RateLimiter => {
  // Theoretical arrival times in microseconds; least recently charged first.
  const arrivals = new Map<string, number>()

  const arrivalAfter = (limit: Limit, at: number): number =>
    Math.max(arrivals.get(limit.key) ?? 0, at) + microsecondsPerRequest(limit)

  return {
    async take(limits) {
      const at = Math.floor(now() * 1000)
      let refusing: Limit | undefined
      let longest = 0
      for (const limit of limits) {
        const wait = limit.testedOnly
          ? (budget?.waitFor(limit) ?? 0)
          : arrivalAfter(limit, at) - at - microsecondsPerRequest(limit) * limit.burst
        if (wait > longest) {
          refusing = limit
          longest = wait
        }
      }
      if (refusing) return refusal(refusing, longest)
      for (const limit of limits) {
        if (limit.testedOnly) continue
        const arrival = arrivalAfter(limit, at)
        // Deleted first: a Map keeps the place of a key that is only set again.
        arrivals.delete(limit.key)
        arrivals.set(limit.key, arrival)
      }
      makeRoom(arrivals, maxKeys, (arrival) => arrival <= at)
      return allowed
    },
  }
}
