import { GatewayError, type Tenant, type Verification } from '@gateway/domain'
import { inForce, rolesOf } from './in-force.ts'
import { decisionOf } from './kept-verification.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import type { TenantCheck } from './read-tenants.ts'
import type { TenantSummary, TenantView } from './tenant-admin.ts'
import { fileConflicts } from './tenant-conflicts.ts'
import type { TenantRecord, TenantRecords } from './tenant-records.ts'

/** The tenant with what blocks its roles. */
export const tenantAsShown = ({ tenant, kept, source }: TenantRecord): Tenant => inForce(tenant, kept, source)

/** All that operators see of a tenant. */
export const viewOf = (
  id: string,
  record: TenantRecord,
  { file, check }: { readonly file: Pick<TenantsFile, 'tenants'> | undefined; readonly check: TenantCheck },
): TenantView => {
  const { source, version, tenant } = record
  const conflicts = source === 'store' && file ? fileConflicts(file.tenants())(tenant) : []
  const faults = source === 'store' ? [...conflicts, ...check(tenant)] : []
  return {
    id,
    name: tenant.name,
    status: tenant.status,
    source,
    version,
    tenant: tenantAsShown(record),
    verifications: verificationsOf(record),
    ...(faults.length > 0 && { faults }),
  }
}

/** Of the roles that the tenant has: what decides, and a newer one that could not tell. */
const verificationsOf = ({ tenant, kept }: TenantRecord): Verification[] =>
  tenant.accounts.flatMap((account) =>
    rolesOf(account).flatMap(({ role }) => {
      const each = kept.get(role.roleArn)
      return each ? [...new Set([decisionOf(each), each.last])] : []
    }),
  )

/** One line of a list; undefined for a tenant that is gone meanwhile. */
export const summaryOf = async (id: string, records: TenantRecords): Promise<TenantSummary | undefined> => {
  try {
    const record = await records.find(id)
    if (!record) return undefined
    const { source, version, tenant } = record
    return { id, name: tenant.name, status: tenant.status, source, version }
  } catch (thrown) {
    // One whose document is damaged is shown, so that it can be offboarded; it is not served.
    if (!(thrown instanceof GatewayError) || thrown.code !== 'conflict') throw thrown
    return { id, name: id, status: 'suspended', source: 'store', version: 0 }
  }
}
