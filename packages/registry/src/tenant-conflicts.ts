import { crossFaults, type Tenant } from '@gateway/domain'
import { rolesOf } from './in-force.ts'

/** What a tenant has in common with tenants of the file, which it must not: each a sentence with a path. */
export type FileConflicts = (tenant: Tenant) => readonly string[]

/** Tells of conflicts with the tenants of a file; each look-up costs as much as the tenants that share a name. */
export const fileConflicts = (file: ReadonlyMap<string, Tenant>): FileConflicts => {
  const sharing = new Map<string, Set<Tenant>>()
  for (const tenant of file.values()) {
    for (const name of namesOf(tenant)) {
      const known = sharing.get(name) ?? new Set()
      sharing.set(name, known.add(tenant))
    }
  }
  return (tenant) => {
    const others = new Set(namesOf(tenant).flatMap((name) => [...(sharing.get(name) ?? [])]))
    return faultsAmong(tenant, [...others], 'of the tenants file')
  }
}

/**
 * What is wrong with a tenant beside `others`, which are right among themselves. Paths start in the tenant; those of
 * another one name it.
 */
export const faultsAmong = (tenant: Tenant, others: readonly Tenant[], whose: string): readonly string[] =>
  crossFaults([
    ...others.map((other) => ({ tenant: other, at: `(${other.id}, ${whose})` })),
    { tenant, at: own },
  ]).map((fault) => fault.replaceAll(`${own}.`, ''))

// No path has a space.
const own = 'this tenant'

const namesOf = (tenant: Tenant): string[] => [
  `id ${tenant.id}`,
  ...tenant.connections.flatMap(({ issuer, emailDomains }) => [
    `issuer ${issuer}`,
    ...emailDomains.map((domain) => `e-mail domain ${domain}`),
  ]),
  ...tenant.accounts.flatMap((account) =>
    rolesOf(account).flatMap(({ role: { roleArn, externalId, nextExternalId } }) => [
      `role ${roleArn}`,
      `external id ${externalId}`,
      ...(nextExternalId === undefined ? [] : [`external id ${nextExternalId}`]),
    ]),
  ),
]
