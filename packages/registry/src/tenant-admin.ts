import type { AccountOnboarding, Tenant, Verification } from '@gateway/domain'

/** The operator of the gateway who asks, verified. */
export interface Operator {
  readonly issuer: string
  readonly subject: string
  readonly requestId: string
  readonly sourceIp?: string
}

export interface TenantSummary {
  readonly id: string
  readonly name: string
  readonly status: Tenant['status']
  /** Tenants of the file are changed there and are read-only here. */
  readonly source: 'file' | 'store'
  /** Of the stored tenant; 0 for one of the file. */
  readonly version: number
}

export interface TenantView extends TenantSummary {
  readonly tenant: Tenant
  /** Of each role the one that decides, and after it a newer one that could not tell. */
  readonly verifications: readonly Verification[]
  /** Why a stored tenant is not served, such as a role that the tenants file gives to another one. */
  readonly faults?: readonly string[]
}

/** What lets the gateway into an account, with the version of the tenant that it is of: 0 for one of the file. */
export interface OnboardingView extends AccountOnboarding {
  readonly version: number
}

/**
 * What operators do with tenants, the same for the HTTP API and the command line. Each operation that changes something
 * is audited, refused ones too. Input is unknown JSON and is checked here; throws `GatewayError` with `bad_request`
 * (`details.issues`), `not_found`, `conflict`, `precondition_failed` or `unavailable`.
 */
export interface TenantAdmin {
  list(page: { readonly after?: string; readonly limit?: number }): Promise<{
    readonly tenants: readonly TenantSummary[]
    readonly next?: string
  }>
  show(id: string): Promise<TenantView>
  /** `{id, name, connections, permissions, operations?, limits?, budget?}`; its accounts come one by one. */
  create(input: unknown, by: Operator): Promise<TenantView>
  /**
   * Any of `{name, connections, permissions, operations, limits, budget}`, each replacing the whole block; null takes
   * the last three back to their defaults.
   */
  update(id: string, changes: unknown, expectedVersion: number, by: Operator): Promise<TenantView>
  suspend(id: string, by: Operator): Promise<TenantView>
  resume(id: string, by: Operator): Promise<TenantView>
  /** For good: its id is never given away again. */
  offboard(id: string, by: Operator): Promise<void>
  /**
   * `{alias, accountId, defaultRegion, roles: {read: {roleArn?, groups?, scopes?}, write?, admin?}}`. The external id is
   * made here; one that is sent is refused. The roles are blocked until they are verified.
   */
  addAccount(id: string, input: unknown, by: Operator): Promise<OnboardingView>
  /**
   * Any of `{defaultRegion, roles}` of the same shape; a role without `roleArn` keeps the one that it has, and one that
   * `roles` does not name goes.
   */
  updateAccount(
    id: string,
    alias: string,
    changes: unknown,
    expectedVersion: number,
    by: Operator,
  ): Promise<OnboardingView>
  removeAccount(id: string, alias: string, expectedVersion: number, by: Operator): Promise<TenantView>
  onboarding(id: string, alias: string): Promise<OnboardingView>
  /**
   * Probes every role of the account, for tenants of either source, and keeps what was found. Audited once for each
   * role.
   */
  verify(id: string, alias: string, by: Operator): Promise<readonly Verification[]>
  /**
   * Makes the next external id; a `conflict` while one is under way, or the one before it was not seen refused. The templates then name both; `verify` moves on to the new one once AWS takes it, and the
   * templates then name that one alone.
   */
  rotateExternalId(id: string, alias: string, by: Operator): Promise<OnboardingView>
}
