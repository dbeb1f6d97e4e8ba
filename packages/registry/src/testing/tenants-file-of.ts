import type { Tenant } from '@gateway/domain'
import type { TenantsFile } from '../open-tenants-file.ts'

/** A tenants file without a file; `become` is what a reload does. */
export const tenantsFileOf = (
  ...first: readonly Tenant[]
): TenantsFile & { become(...tenants: readonly Tenant[]): void } => {
  const listeners = new Set<(changed: readonly string[]) => void>()
  const byId = (tenants: readonly Tenant[]) => new Map(tenants.map((tenant) => [tenant.id, tenant]))
  let tenants = byId(first)
  return {
    tenants: () => tenants,
    listen(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
    close: () => listeners.clear(),
    become(...next) {
      const before = tenants
      tenants = byId(next)
      const changed = [...new Set([...before.keys(), ...tenants.keys()])].filter(
        (id) => before.get(id) !== tenants.get(id),
      )
      for (const hear of [...listeners]) hear(changed)
    },
  }
}
