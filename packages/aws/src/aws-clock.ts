import type { SdkClient } from './service-modules.ts'

/**
 * Milliseconds by which AWS's clock is ahead of this machine's, below 0 where it is behind: what the SDK learnt from the
 * `Date` of the last answer to `client`, by which it signs; 0 before any answer.
 */
export const awsAheadOf = (client: SdkClient | undefined): number => client?.config?.systemClockOffset ?? 0

/**
 * When a session ends by this machine's clock, in milliseconds: neither after `atMost` milliseconds from when it was `asked`
 * for nor after the `expiration` that AWS gave, which is a time of AWS's own clock, `awsAhead` of this machine's.
 */
export const endOfSession = ({
  asked,
  atMost,
  expiration,
  awsAhead,
}: {
  readonly asked: number
  readonly atMost: number
  readonly expiration: Date | undefined
  readonly awsAhead: number
}): number => Math.min(asked + atMost, (expiration?.getTime() ?? Number.POSITIVE_INFINITY) - awsAhead)
