import type { CompiledPolicy } from './iam/evaluate/evaluate-policy.ts'
import type { PolicyDocument } from './iam/policy-document.ts'
import { callLimits, type Limit } from './limits.ts'
import { type Principal, type Scope, scopes } from './principal.ts'
import type { Account, Role, RoleName, Tenant } from './tenant.ts'

/** What a principal may do in a tenant: the tenant's accounts with the roles that the principal may use there. */
export interface Grant {
  readonly tenant: Tenant
  readonly principal: Principal
  readonly accounts: readonly GrantedAccount[]
  /** What it would be with all scopes that the principal may hold, where those are more: its lists show that much. */
  readonly reach?: Grant
  /** Policies that were read for it, so that each is read once. */
  readonly compiled?: WeakMap<PolicyDocument, CompiledPolicy>
  /** Equal for two grants exactly if they may do the same and see the same catalogue; starts with the tenant. */
  readonly catalogueKey: string
  /** What each of its calls is charged to. */
  readonly limits: readonly Limit[]
}

export interface GrantedAccount {
  readonly account: Account
  readonly roles: Partial<Record<RoleName, Role | 'profile'>>
}

/** Scope that the use of each role takes. */
export const scopeOfRole: Record<RoleName, Scope> = {
  read: 'aws:read',
  write: 'aws:write',
  admin: 'aws:admin',
}

/** The grant of a verified principal. The principal's scopes are already narrowed to what its groups map to. */
export const grantOf = (principal: Principal, tenant: Tenant): Grant => {
  const accounts = tenant.accounts.map((account) => ({ account, roles: rolesOf(principal, tenant, account) }))
  const seen = accounts.map(({ account, roles }) => `${account.alias}:${Object.keys(roles).join('+')}`)
  const reach = reachOf(principal, tenant)
  const further = reach ? [`reach ${reach.catalogueKey}`] : []
  const catalogueKey = [tenant.id, principal.scopes.join('+'), ...seen, ...further].join(' ')
  const limits = callLimits(tenant, principal.id)
  const compiled = new WeakMap<PolicyDocument, CompiledPolicy>()
  return { tenant, principal, accounts, catalogueKey, limits, compiled, ...(reach && { reach }) }
}

const reachOf = (principal: Principal, tenant: Tenant): Grant | undefined => {
  const { mayHold = [] } = principal
  const all = scopes.filter((scope) => mayHold.includes(scope) || principal.scopes.includes(scope))
  return all.length > principal.scopes.length ? grantOf({ ...principal, scopes: all }, tenant) : undefined
}

const rolesOf = (principal: Principal, tenant: Tenant, account: Account): GrantedAccount['roles'] => {
  if (tenant.authentication) return principal.scopes.includes('aws:read') ? { read: 'profile' } : {}
  const roles: GrantedAccount['roles'] = {}
  for (const name of ['read', 'write', 'admin'] as const) {
    const role = account.roles[name]
    if (!role || !principal.scopes.includes(scopeOfRole[name])) continue
    if (role.groups && !role.groups.some((group) => principal.groups.includes(group))) continue
    if (role.scopes && !role.scopes.some((scope) => principal.scopes.includes(scope))) continue
    roles[name] = role
  }
  return roles
}
