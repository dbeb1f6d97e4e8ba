import type { AwsBucket, AwsBudget } from '@gateway/domain'
import { aimd, microsecondsAt, neverSlowed, rateAt, type Slowdown, slowedDown } from './aimd.ts'
import { allowed, microsecondsPerRequest, refusal } from './gcra.ts'
import { makeRoom } from './make-room.ts'
import type { MemoryRateLimiterOptions } from './memory-rate-limiter.ts'

/**
 * Budgets of one process, otherwise the twin of those in Redis. At `maxKeys` it first forgets the buckets that are full
 * and at their full rate, and then those used longest ago, as `memoryRateLimiter` does.
 */
export const memoryAwsBudget = ({
  now,
  maxKeys,
}: Pick<MemoryRateLimiterOptions, 'now' | 'maxKeys'>): MemoryAwsBudget => {
  const buckets = new Map<string, Level>()

  /** The bucket at the rate in force under `slowdown`. What was taken stays taken when the rate changes. */
  const levelOf = (bucket: AwsBucket, slowdown: Slowdown, at: number): Level => {
    const each = microsecondsAt(rateAt(slowdown, at), microsecondsPerRequest(bucket))
    const known = buckets.get(bucket.key)
    const taken = Math.max((known?.arrival ?? 0) - at, 0)
    const worth = known && known.each !== each ? Math.ceil(taken * (each / known.each)) : taken
    return { slowdown, each, arrival: at + worth }
  }

  const keep = ({ key }: AwsBucket, level: Level, at: number): void => {
    buckets.delete(key)
    buckets.set(key, level)
    makeRoom(buckets, maxKeys, (each) => each.arrival <= at && rateAt(each.slowdown, at) === aimd.full)
  }

  const slowdownOf = ({ key }: AwsBucket): Slowdown => buckets.get(key)?.slowdown ?? neverSlowed

  return {
    async take(bucket) {
      const at = Math.floor(now() * 1000)
      const level = levelOf(bucket, slowdownOf(bucket), at)
      const arrival = level.arrival + level.each
      const wait = arrival - at - level.each * bucket.burst
      keep(bucket, wait > 0 ? level : { ...level, arrival }, at)
      return wait > 0 ? refusal(bucket, wait) : allowed
    },
    async throttled(bucket) {
      const at = Math.floor(now() * 1000)
      keep(bucket, levelOf(bucket, slowedDown(slowdownOf(bucket), at), at), at)
    },
    waitFor(bucket) {
      const at = Math.floor(now() * 1000)
      const { arrival, each } = levelOf(bucket, slowdownOf(bucket), at)
      return arrival + each - at - each * bucket.burst
    },
  }
}

/** A budget that the rate limiter of its process can look into. */
export interface MemoryAwsBudget extends AwsBudget {
  /** Microseconds until a bucket gives an attempt, none above 0 where it does at once; takes nothing. */
  waitFor(bucket: AwsBucket): number
}

interface Level {
  readonly slowdown: Slowdown
  /** Microseconds per request at which `arrival` was reckoned. */
  readonly each: number
  /** Theoretical arrival time of GCRA, in microseconds. */
  readonly arrival: number
}
