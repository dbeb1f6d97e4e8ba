import type { MicroUsd } from './cost.ts'

/** What one call reserves of its tenant's day. */
export interface Reservation {
  readonly tenantId: string
  readonly callId: string
  /** A whole number, at least 0. */
  readonly microUsd: MicroUsd
  /** Of the whole day. */
  readonly limitMicroUsd: MicroUsd
  /** True where somebody approved that the budget is exceeded: then it always fits. */
  readonly beyond?: boolean
}

/** How a reservation went, by the store's clock. */
export interface ReservationVerdict {
  readonly reserved: boolean
  /** UTC day that it is charged to, as `2026-11-27`; `settle` names it, so that midnight in between changes nothing. */
  readonly day: string
  /** Charged and reserved of that day, with this reservation if it was made. */
  readonly usedMicroUsd: MicroUsd
}

/**
 * What each tenant spends in a day (UTC, by the clock of the store), in micro-dollars. Reserving is atomic over all replicas: of two
 * calls that race for the last cent one passes. A reservation that nobody settles stays charged until its day is over, so a crash errs
 * to the safe side. Every method rejects when the store cannot be reached, and with RangeError for an amount that is no whole number
 * of 0 or more.
 */
export interface BudgetLedger {
  /**
   * Again with the `callId` of one that was made on the same day it changes nothing and gives the first verdict; one that was
   * refused holds nothing and is judged anew. 0 always fits.
   */
  reserve(reservation: Reservation): Promise<ReservationVerdict>
  /** Replaces the reservation by what it came to; 0 gives it back. A call that is settled or unknown is left alone. */
  settle(of: {
    readonly tenantId: string
    readonly callId: string
    readonly day: string
    readonly microUsd: MicroUsd
  }): Promise<void>
  /** Charged and reserved today. */
  used(tenantId: string): Promise<{ readonly day: string; readonly usedMicroUsd: MicroUsd }>
}
