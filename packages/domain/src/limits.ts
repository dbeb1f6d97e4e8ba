import type { Tenant } from './tenant.ts'
import type { WhileAway } from './while-away.ts'

/** One bucket: GCRA with `perMinute` requests per minute and `burst` at once. The key starts with its tenant. */
export interface Limit {
  readonly key: string
  /** What a refusal calls it: `tenant`, `user`, `tool`, `aws:ec2:eu-west-1`. */
  readonly scope: string
  readonly perMinute: number
  readonly burst: number
  /** The bucket of an AWS budget (`AwsBucket`): it refuses as the others do, but every attempt is charged to it by itself. */
  readonly testedOnly?: true
}

/** The limits that one call of a principal is charged to. */
export const callLimits = (
  { id, limits }: Pick<Tenant, 'id' | 'limits'>,
  principalId: string,
): readonly Limit[] => [
  { key: tenantKey(id, 'rl', 'all'), scope: 'tenant', ...limits.tenant },
  { key: tenantKey(id, 'rl', 'u', principalId), scope: 'user', ...limits.user },
]

export type LimitVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      /** `scope` of the limit that refused; where several did, the one with the longest wait. */
      readonly scope: string
      /** Seconds until the next success, at least 0.001. */
      readonly retryAfterSeconds: number
    }

/**
 * Tests every limit and charges one request to each only if all allow it: a refused request costs nothing. Where it knows
 * nothing of AWS budgets, it leaves out what is only to be tested.
 * All keys of one call share a tenant's hash tag. Rejects when the store cannot be reached.
 */
export interface RateLimiter {
  take(limits: readonly Limit[], how?: WhileAway): Promise<LimitVerdict>
}

/** Hash tag of a tenant: every key of a tenant starts with it, so that a Redis cluster keeps them together. */
export const tenantKey = (tenantId: string, ...rest: readonly string[]): string =>
  [`{${tenantId}}`, ...rest].join(':')
