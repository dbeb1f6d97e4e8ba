import { type ConcurrencyBounds, type ConcurrencyLimiter, tenantKey } from '@gateway/domain'
import { enterScript, leaveScript, renewScript } from './concurrency-scripts.ts'
import type { RedisConnection } from './open-redis.ts'

/**
 * Leases in Redis, for any number of replicas; Redis's clock is the one they live by. A call that enters again has its
 * one lease renewed, so that an enter whose answer was lost may be repeated.
 */
export const redisConcurrencyLimiter = ({ run }: RedisConnection): ConcurrencyLimiter => ({
  async enter(bounds) {
    const { maxPerTenant, maxPerUser } = bounds
    const args = [leaseOf(bounds), lifeOf(bounds), maxPerTenant, maxPerUser]
    const reply = await run(enterScript, keysOf(bounds), args)
    const outcome = typeof reply === 'number' ? outcomes[reply] : undefined
    // What cannot be understood must not allow.
    if (!outcome) throw new Error('the script that takes leases gave an unknown answer')
    return outcome
  },
  async renew(lease) {
    return (await run(renewScript, keysOf(lease), [leaseOf(lease), lifeOf(lease)])) === 1
  },
  async leave(lease) {
    await run(leaveScript, keysOf(lease), [leaseOf(lease)])
  },
})

const outcomes = ['taken', 'tenant', 'user'] as const

type Lease = Pick<ConcurrencyBounds, 'tenantId' | 'principalId' | 'callId'>

const keysOf = ({ tenantId, principalId }: Lease): readonly string[] => [
  tenantKey(tenantId, 'running', 'all'),
  tenantKey(tenantId, 'running', 'u', principalId),
]

/** Among the tenant's leases a call's id alone would let one user end the lease of another. */
const leaseOf = ({ principalId, callId }: Lease): string => JSON.stringify([principalId, callId])

const lifeOf = ({ ttlSeconds }: ConcurrencyBounds): number => Math.ceil(ttlSeconds * 1000)
