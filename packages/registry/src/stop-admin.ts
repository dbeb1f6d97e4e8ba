import type { Stop } from '@gateway/domain'
import type { Operator } from './tenant-admin.ts'

/** When what was stopped, or goes on, does so everywhere. */
export interface InForce {
  /** Seconds until every replica knows it. */
  readonly effectiveWithinSeconds: number
}

/**
 * What operators stop and let go on, the same for the HTTP API and the command line. Each stop and each resumption is audited,
 * refused or not. Throws `GatewayError` with `bad_request` (`details.issues`), `not_found`, `conflict` or `unavailable`.
 */
export interface StopAdmin {
  /** By id. */
  list(): Promise<readonly Stop[]>
  /**
   * Stops a tenant, one of its principals (`principalId`, or `issuer` and `subject` as their identity provider names them), a tool
   * or everything that writes, these two of one tenant or of all. What is stopped already gets the new reason.
   */
  stop(input: unknown, by: Operator): Promise<{ readonly stop: Stop } & InForce>
  /** Takes the stop of this id back; `not_found` where there is none. */
  resume(id: string, by: Operator): Promise<{ readonly resumed: string } & InForce>
}
