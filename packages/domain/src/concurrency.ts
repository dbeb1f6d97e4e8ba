import type { WhileAway } from './while-away.ts'

/** Calls that run at once: a lease for each, of the tenant and of the user. */
export interface ConcurrencyBounds {
  readonly tenantId: string
  readonly principalId: string
  readonly callId: string
  readonly maxPerTenant: number
  readonly maxPerUser: number
  /** Life of the lease unless it is renewed: what a crashed replica held is free again after it. */
  readonly ttlSeconds: number
}

/** Leases of running calls, on all replicas together. Every method rejects when the store cannot be reached. */
export interface ConcurrencyLimiter {
  /** `taken`, or whose bound was reached; then nothing was taken. */
  enter(bounds: ConcurrencyBounds, how?: WhileAway): Promise<'taken' | 'tenant' | 'user'>
  /** Gives the lease another life; false where it is gone. */
  renew(lease: ConcurrencyBounds): Promise<boolean>
  leave(lease: Pick<ConcurrencyBounds, 'tenantId' | 'principalId' | 'callId'>): Promise<void>
}
