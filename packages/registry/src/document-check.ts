import { ConfigurationError, faultOf, GatewayError, type Tenant, type TenantStore } from '@gateway/domain'
import { badInput } from './admin-input.ts'
import { rolesOf } from './in-force.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import { reach } from './reach-store.ts'
import type { TenantCheck } from './read-tenants.ts'
import { parseStored, type StoredDocument, storedTenantSchema, tenantOf } from './stored-tenant.ts'
import { faultsAmong, fileConflicts } from './tenant-conflicts.ts'

/**
 * Passes a document that may be written: right by itself (else `bad_request`), and beside the tenants of the file and
 * those who share an issuer (else `conflict`). Who shares anything else the store finds as it writes.
 */
export type DocumentCheck = (document: StoredDocument) => Promise<StoredDocument>

export interface DocumentCheckOptions {
  readonly store: Pick<TenantStore, 'withIssuer' | 'read'>
  readonly file?: Pick<TenantsFile, 'tenants'>
  readonly check: TenantCheck
  /** A customer whose role this were would be the gateway. */
  readonly gatewayPrincipalArn: string
}

export const documentCheck = ({
  store,
  file,
  check,
  gatewayPrincipalArn,
}: DocumentCheckOptions): DocumentCheck => {
  const sharing = async ({ id, connections }: Tenant): Promise<Tenant[]> => {
    const issuers = [...new Set(connections.map(({ issuer }) => issuer))]
    const found = await Promise.all(issuers.map((issuer) => reach(() => store.withIssuer(issuer))))
    // All of them: pins may overlap with those of any.
    const ids = [...new Set(found.flat())].filter((each) => each !== id)
    const others: Tenant[] = []
    while (ids.length > 0) {
      const page = await Promise.all(ids.splice(0, pageSize).map((each) => read(each)))
      others.push(...page.filter((each) => each !== undefined))
    }
    return others
  }

  const read = async (id: string): Promise<Tenant | undefined> => {
    const stored = file?.tenants().has(id) ? undefined : await reach(() => store.read(id))
    const parsed = stored && parseStored(id, stored.document)
    return parsed && 'document' in parsed ? { ...tenantOf(parsed.document), accounts: [] } : undefined
  }

  return async (document) => {
    const whole = completed(document)
    const tenant = tenantOf(whole)
    const own = [...faultsAmong(tenant, [], ''), ...check(tenant)]
    for (const [a, account] of tenant.accounts.entries()) {
      for (const { name, role } of rolesOf(account)) {
        if (role.roleArn !== gatewayPrincipalArn) continue
        own.push(`accounts[${a}].roles.${name}.roleArn: is the role of the gateway itself`)
      }
    }
    if (own.length > 0) throw badInput(own)
    const shared = faultsAmong(tenant, await sharing(tenant), 'stored')
    const issues = [...new Set([...fileConflicts(file?.tenants() ?? new Map())(tenant), ...shared])]
    if (issues.length > 0) {
      throw new GatewayError('conflict', 'The tenant would not go together with others.', {
        details: { issues },
      })
    }
    return whole
  }
}

/** Tenants that are read at the same time. */
const pageSize = 100

/** As it will be read, with every default. */
const completed = (document: StoredDocument): StoredDocument => {
  const parsed = storedTenantSchema.safeParse(document)
  if (parsed.success) return parsed.data
  // Inputs were checked before: this is a mistake of ours.
  throw new ConfigurationError('a document of a tenant', parsed.error.issues.map(faultOf))
}
