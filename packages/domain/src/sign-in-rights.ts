import type { Connection } from './connection.ts'
import { knownScopes, type Scope } from './principal.ts'

/** Most groups of one person that are looked at. */
const mostGroups = 1_000

/**
 * Groups that a claim names: a list, or one. A string is one group: names of groups may hold spaces, and `staff aws-admins` must
 * not make an admin.
 */
export const groupsIn = (claim: unknown): string[] => {
  if (typeof claim === 'string') return claim === '' ? [] : [claim]
  return Array.isArray(claim) ? claim.filter((each) => typeof each === 'string').slice(0, mostGroups) : []
}

/** Scopes that people of these groups can have by a sign-in: what it allows, and where it maps groups, what theirs map to. */
export const scopesByGroups = (
  { allowedScopes, groupToScope }: Pick<Connection, 'allowedScopes' | 'groupToScope'>,
  groups: readonly string[],
): Scope[] => {
  const mapped =
    groupToScope && groups.flatMap((group) => (Object.hasOwn(groupToScope, group) ? groupToScope[group] : []))
  return knownScopes(allowedScopes).filter((scope) => !mapped || mapped.includes(scope))
}
