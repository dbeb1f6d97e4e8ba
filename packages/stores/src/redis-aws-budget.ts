import type { AwsBudget } from '@gateway/domain'
import { takeScript, throttledScript } from './aws-budget-scripts.ts'
import { allowed, microsecondsPerRequest, refusal } from './gcra.ts'
import type { RedisConnection } from './open-redis.ts'

/** Budgets whose state and clock are Redis's, so that all replicas slow down together: one round trip per attempt. */
export const redisAwsBudget = ({ run }: RedisConnection): AwsBudget => ({
  async take(bucket) {
    const wait = await run(takeScript, [bucket.key], [microsecondsPerRequest(bucket), bucket.burst])
    // What cannot be understood must not allow.
    if (typeof wait !== 'number') throw new Error('the AWS budget script gave an unknown answer')
    return wait === 0 ? allowed : refusal(bucket, wait)
  },
  async throttled(bucket) {
    await run(throttledScript, [bucket.key], [microsecondsPerRequest(bucket)])
  },
})
