import { GatewayError, type Stop } from '@gateway/domain'

/** Compares by id, so that lists of every store are in one order. */
export const byId = (one: Stop, other: Stop): number => (one.id < other.id ? -1 : 1)

/** The refusal of one more stop. */
export const tooManyStops = (most: number): GatewayError =>
  new GatewayError(
    'conflict',
    `There are ${most} stops, and no more can be kept. Take back some, or stop a tenant or everything that writes.`,
  )
