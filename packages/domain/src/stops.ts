import type { WhileAway } from './while-away.ts'

/** What an operator can stop: everything that writes, a tool, a tenant, or one of its principals. */
export type StopTarget =
  | { readonly kind: 'writes'; readonly tenantId?: string }
  | { readonly kind: 'tool'; readonly tool: string; readonly tenantId?: string }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'principal'; readonly tenantId: string; readonly principalId: string }

/** A stop that is in force until an operator takes it back. */
export type Stop = StopTarget & {
  /** Equal for two exactly if they stop the same; see `stopId`. */
  readonly id: string
  /** Shown to whoever is stopped. */
  readonly reason: string
  /** Issuer and subject of the operator. */
  readonly by: { readonly issuer: string; readonly subject: string }
  /** ISO 8601. */
  readonly since: string
}

/** Such as `writes`, `tool:aws_api_write`, `tenant:acme`, `principal:ID@acme`, `writes@acme`. */
export const stopId = (target: StopTarget): string => {
  switch (target.kind) {
    case 'tenant':
      return `tenant:${target.tenantId}`
    case 'principal':
      return `principal:${target.principalId}@${target.tenantId}`
    case 'tool':
      return `tool:${target.tool}${at(target.tenantId)}`
    case 'writes':
      return `writes${at(target.tenantId)}`
  }
}

const at = (tenantId: string | undefined): string => (tenantId === undefined ? '' : `@${tenantId}`)

/** Stops that there can be: far more than an operator sets by hand, and few enough to be looked through for each call. */
export const maxStops = 10_000

/** Stops of all replicas, of the operator and of no tenant. Every method rejects when the store cannot be reached. */
export interface StopStore {
  /** By id. A store that has lost stops which this process knew writes them again, and tells of it. */
  list(): Promise<readonly Stop[]>
  /** Replaces one of the same id; rejects with `conflict` where there would be more than `maxStops`. */
  put(stop: Stop): Promise<void>
  /** True if there was one. */
  remove(id: string): Promise<boolean>
}

/** The stops as this process knows them. */
export interface Stops {
  /**
   * Those in force, by id, at most five seconds old; while their store is away, for those that only read at most a minute. Without a
   * promise where what is known is fresh; throws or rejects with `unavailable` where nobody can tell.
   */
  inForce(how?: WhileAway): readonly Stop[] | Promise<readonly Stop[]>
}
