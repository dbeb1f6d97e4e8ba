import { z } from 'zod'
import { crossFaults, type PlacedTenant } from './cross-faults.ts'
import { ConfigurationError, faultOf } from './faults.ts'
import { type Tenant, tenantSchema } from './tenant.ts'

/**
 * The tenants of a parsed tenants file that are right by themselves, and every fault of the file by its path. `check`
 * tells what else is wrong with a tenant, by the path in it.
 */
export const checkTenants = (
  document: unknown,
  check: (tenant: Tenant) => readonly string[] = () => [],
): { tenants: Tenant[]; faults: string[] } => {
  const file = fileSchema.safeParse(document)
  if (!file.success) return { tenants: [], faults: file.error.issues.map(faultOf) }
  const faults: string[] = []
  const placed: PlacedTenant[] = []
  file.data.tenants.forEach((each, t) => {
    const parsed = tenantSchema.safeParse(each)
    if (parsed.success) placed.push({ tenant: parsed.data, at: `tenants[${t}]` })
    else
      faults.push(
        ...parsed.error.issues.map(({ path, message }) =>
          faultOf({ path: ['tenants', t, ...path], message }),
        ),
      )
  })
  const checked = placed.flatMap(({ tenant, at }) => check(tenant).map((fault) => `${at}.${fault}`))
  // Among those that are right by themselves, so that one bad tenant does not hide what is wrong between others.
  return {
    tenants: placed.map(({ tenant }) => tenant),
    faults: [...faults, ...checked, ...crossFaults(placed)],
  }
}

/** The tenants of a parsed tenants file; throws `ConfigurationError`, naming `source`, if it has any fault. */
export const parseTenants = (document: unknown, source: string): Tenant[] => {
  const { tenants, faults } = checkTenants(document)
  if (faults.length > 0) throw new ConfigurationError(source, faults)
  return tenants
}

const fileSchema = z.strictObject({ tenants: z.array(z.unknown()).min(1) })
