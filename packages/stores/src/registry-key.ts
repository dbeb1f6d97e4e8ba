import { issuerDigest, isTenantId } from '@gateway/domain'

/**
 * Keys of the registry of tenants. They do not start with a tenant: a claim, an issuer and the list of ids are of all
 * tenants, and a tenant's own document and verifications change in one step with them, which in a Redis cluster takes
 * one hash tag for all. It is none that a tenant's keys could have, because no tenant id starts with `~`. Nothing of a
 * call is here, so that keys under a tenant's tag still are all that a tenant's calls can reach.
 */
const registryKey = (...parts: readonly string[]): string => ['{~tenants}', ...parts].join(':')

/** Ids of live tenants (ZSET), ids of removed ones (SET), who holds a claim (HASH), and who has an issuer (ZSET). */
export const registryKeys = {
  ids: registryKey('ids'),
  retired: registryKey('retired'),
  claims: registryKey('claims'),
  issuers: registryKey('issuers'),
} as const

/** What operators have stopped (HASH): of no tenant as well, and read by every replica all the while. */
export const stopsKey = registryKey('stops')

/** Channel of the ids of tenants that have changed. */
export const changedChannel = registryKey('changed')

/** Keys of one tenant: its document with what it holds, and its verifications (each a HASH). Throws for a malformed id. */
export const keysOfTenant = (id: string): { readonly tenant: string; readonly verified: string } => {
  requireTenantId(id)
  return { tenant: registryKey('tenant', id), verified: registryKey('verified', id) }
}

/** Throws for a tenant about to be stored whose id is malformed, which is our own mistake. */
export const requireTenantId = (id: string): void => {
  if (!isTenantId(id)) throw new RangeError('the id of a tenant is 1-32 of a-z, 0-9 and -')
}

/** Start of an issuer's members in the index. Hashed, because a token may name an issuer of any length. */
export const issuerPrefix = (issuer: string): string => `${issuerDigest(issuer)}:`
