import { isDeepStrictEqual } from 'node:util'
import type { Role, Tenant, TenantDirectory } from '@gateway/domain'

/**
 * Whether two states of a tenant differ in nothing but the external ids of its roles: those are rotated while everything
 * goes on, and nobody may do more or less by it.
 */
export const sameRules = (before: Tenant, now: Tenant): boolean =>
  before === now || isDeepStrictEqual(withoutIds(before), withoutIds(now))

/** Whether two states of a role are the same, external ids aside, and one rotation leads from one to the other. */
export const sameRole = (before: Role, now: Role | undefined): boolean =>
  now !== undefined &&
  isDeepStrictEqual(roleWithoutIds(before), roleWithoutIds(now)) &&
  idsOf(before).some((id) => idsOf(now).includes(id))

/**
 * The tenant as it is in force, for what stays open through a rotation and would go on with ids of before; `tenant` itself
 * where its rules are others now, which ends what is open.
 */
export const renewedBy =
  (directory: Pick<TenantDirectory, 'known'>) =>
  (tenant: Tenant): Tenant => {
    const now = directory.known(tenant.id)
    return now && sameRules(tenant, now) ? now : tenant
  }

const idsOf = ({ externalId, nextExternalId = externalId }: Role): readonly string[] => [
  externalId,
  nextExternalId,
]

const roleWithoutIds = ({ externalId: _, nextExternalId: __, ...rest }: Role) => rest

const withoutIds = ({ accounts, ...rest }: Tenant) => ({
  ...rest,
  accounts: accounts.map(({ roles, ...account }) => ({
    ...account,
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, role]) => [name, role && roleWithoutIds(role)]),
    ),
  })),
})
