import type { PrincipalBound, RevokedEnds } from './revoked-ends.ts'
import type { TenantBound, TenantsInForce } from './tenants-in-force.ts'

/** Something that stays open for a caller of a tenant. */
export type OpenBound = TenantBound & PrincipalBound

/** All that may end what is open: its tenant changes, its caller is revoked. */
export interface OpenBounds {
  add(bound: OpenBound): void
  remove(bound: OpenBound): void
}

/** Tells both of what is open. */
export const openBounds = (
  inForce: Pick<TenantsInForce, 'add' | 'remove'>,
  revoked: Pick<RevokedEnds, 'add' | 'remove'>,
): OpenBounds => ({
  add(bound) {
    inForce.add(bound)
    revoked.add(bound)
  },
  remove(bound) {
    inForce.remove(bound)
    revoked.remove(bound)
  },
})
