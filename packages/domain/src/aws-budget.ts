import type { LimitVerdict } from './limits.ts'
import type { WhileAway } from './while-away.ts'

/** One bucket of AWS's own request quotas: of a tenant's account, service, region, and reading or writing. */
export interface AwsBucket {
  /** Starts with the tenant. */
  readonly key: string
  /** What a refusal calls it: `aws:ec2:eu-west-1`. */
  readonly scope: string
  readonly perMinute: number
  readonly burst: number
}

/**
 * Requests to AWS by token bucket (GCRA), slowed down on all replicas together when AWS throttles: additive increase,
 * multiplicative decrease. A throttling halves the rate, once in 60 s, down to 5 %; after 60 s without one it grows by
 * 10 % of the configured rate every 30 s. Rejects when the store cannot be reached.
 */
export interface AwsBudget {
  /** Takes one attempt, or says how long until the next. */
  take(bucket: AwsBucket, how?: WhileAway): Promise<LimitVerdict>
  /** AWS has throttled an attempt. */
  throttled(bucket: AwsBucket): Promise<void>
}
