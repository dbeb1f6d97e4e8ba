import type { Account, Role, RoleName, Tenant } from '../tenant.ts'

/** The role of a tenant's account that is probed. */
export interface ProbedRole {
  readonly tenant: Tenant
  readonly account: Account
  readonly roleName: RoleName
  readonly role: Role
}

/** How the gateway tries to become the role. */
export interface ProbeAttempt {
  /** Absent means none is sent. */
  readonly externalId?: string
  /** Whether a source identity and session tags go along, as they do with every call. */
  readonly attributed: boolean
}

/** What AWS said. Only its refusal is one: throttling, timeouts and faults leave it unknown. */
export type ProbeAnswer =
  | { readonly outcome: 'assumed'; readonly session: ProbedSession }
  | { readonly outcome: 'denied'; readonly code: string }
  | { readonly outcome: 'unknown'; readonly code: string }

/** A session that a probe has opened; its credentials never leave the package that has them. */
export interface ProbedSession {
  /** STS API, GetCallerIdentity. */
  identity(): Promise<{ readonly accountId: string; readonly arn: string }>
  /** Whether it may write: EC2 CreateInternetGateway as a dry run, which changes nothing. */
  mayWrite(): Promise<'allowed' | 'denied' | 'unknown'>
}

/** Tries roles out for onboarding; never through the cache of sessions, and never with a session policy. */
export interface RoleProber {
  assume(probed: ProbedRole, attempt: ProbeAttempt): Promise<ProbeAnswer>
}
