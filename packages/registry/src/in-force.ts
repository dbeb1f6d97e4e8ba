import { type Account, externalIdDigest, type Role, type RoleName, type Tenant } from '@gateway/domain'
import { decisionOf, type KeptVerification } from './kept-verification.ts'

/** Where a tenant comes from. Roles of the file were written down by the operator, who vouches for them. */
export type TenantSource = 'file' | 'store'

/** The roles of an account, with their names. */
export const rolesOf = ({ roles }: Account): { name: RoleName; role: Role }[] =>
  (['read', 'write', 'admin'] as const).flatMap((name) => {
    const role = roles[name]
    return role ? [{ name, role }] : []
  })

/** The tenant with what blocks each of its roles; the same object where nothing does. */
export const inForce = (
  tenant: Tenant,
  kept: ReadonlyMap<string, KeptVerification>,
  source: TenantSource,
): Tenant => {
  let blocks = false
  const accounts = tenant.accounts.map((account) => {
    const roles: Account['roles'] = {}
    for (const { name, role } of rolesOf(account)) {
      const blocked = blockedBy({ account, name, role, kept: kept.get(role.roleArn), source })
      blocks ||= blocked !== undefined
      roles[name] = blocked === undefined ? role : { ...role, blocked }
    }
    return { ...account, roles }
  })
  return blocks ? { ...tenant, accounts } : tenant
}

/**
 * Why a role may not be used, or undefined. One of the store takes an accepted verification of exactly this role and
 * external id; one of the file is blocked by a rejected one only.
 */
export const blockedBy = ({ account, name, role, kept, source }: JudgedRole): string | undefined => {
  const decision = kept && decisionOf(kept)
  const ofThisRole =
    decision && decision.roleArn === role.roleArn && digestsOf(role).has(decision.externalIdDigest)
  const which = `The ${name} role of account "${account.alias}"`
  if (ofThisRole && decision.status === 'accepted') return undefined
  if (ofThisRole && decision.status === 'rejected') {
    const failed = decision.probes.filter(({ outcome }) => outcome === 'failed').map(({ probe }) => probe)
    const probes = failed.length > 0 ? ` (${failed.join(', ')})` : ''
    return `${which} did not pass its last verification${probes}. Ask the operator of the gateway to have its trust policy put right.`
  }
  if (source === 'file') return undefined
  return `${which} has not been verified yet. Ask the operator of the gateway to verify it.`
}

export interface JudgedRole {
  readonly account: Pick<Account, 'alias'>
  readonly name: RoleName
  readonly role: Role
  readonly kept: KeptVerification | undefined
  readonly source: TenantSource
}

/**
 * Digests of the external ids of a role. During a rotation what is verified is the next id. It is kept before the tenant
 * moves on to it, and the two are not written together, so that it counts on both sides of the move and no call is
 * refused in between.
 */
export const digestsOf = ({ externalId, nextExternalId }: Role): ReadonlySet<string> =>
  new Set([externalId, ...(nextExternalId === undefined ? [] : [nextExternalId])].map(externalIdDigest))
