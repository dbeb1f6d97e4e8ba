import { issuerDigest, type StoredTenant, type TenantStore, type TenantWrite } from '@gateway/domain'
import { type Listener, listenIn, tellAll } from './listeners.ts'
import { requireTenantId } from './registry-key.ts'

/** Tenants of one process, which end with it; `onError` hears what listeners throw. */
export const memoryTenantStore = ({ onError }: { onError(error: Error): void }): TenantStore => {
  const tenants = new Map<string, Kept>()
  const retired = new Set<string>()
  const holders = new Map<string, string>()
  const byIssuer = new Map<string, Set<string>>()
  const verifications = new Map<string, Map<string, string>>()
  const listeners = new Set<Listener<string | undefined>>()
  // Ids in order, until one comes or goes.
  let ids: readonly string[] | undefined

  // Later, as if it had been on its way.
  const announce = (id: string): void => queueMicrotask(() => tellAll(listeners, id, onError))

  const free = ({ id, claims, issuers }: TenantWrite): void => {
    for (const claim of claims) holders.delete(claim)
    for (const issuer of issuers) {
      const found = byIssuer.get(issuer)
      found?.delete(id)
      if (found?.size === 0) byIssuer.delete(issuer)
    }
  }

  const hold = ({ id, claims, issuers }: TenantWrite): void => {
    for (const claim of claims) holders.set(claim, id)
    for (const issuer of issuers) byIssuer.set(issuer, (byIssuer.get(issuer) ?? new Set()).add(id))
  }

  return {
    async read(tenantId) {
      const kept = tenants.get(tenantId)
      return kept && { document: kept.document, version: kept.version }
    },
    async list(after, limit) {
      if (!(limit >= 1)) return []
      // All ids are ASCII: order by UTF-16 is order by bytes.
      ids ??= [...tenants.keys()].sort()
      const first = after === undefined ? 0 : ids.findIndex((id) => id > after)
      return first < 0 ? [] : ids.slice(first, first + Math.floor(limit))
    },
    async withIssuer(issuer) {
      return [...(byIssuer.get(issuer) ?? [])].sort()
    },
    async issuerDigests() {
      return new Set([...byIssuer.keys()].map(issuerDigest))
    },
    async write(tenant, expected) {
      const { id, claims } = tenant
      requireTenantId(id)
      if (retired.has(id)) return { outcome: 'retired' }
      const before = tenants.get(id)
      const version = before?.version ?? 0
      if (version !== expected) return { outcome: 'stale', version }
      const claim = claims.find((each) => (holders.get(each) ?? id) !== id)
      if (claim !== undefined) return { outcome: 'claimed', claim }
      if (before) free(before)
      else ids = undefined
      // A copy: whoever wrote it may go on with its lists.
      const kept = { ...structuredClone(tenant), version: version + 1 }
      hold(kept)
      tenants.set(id, kept)
      const found = verifications.get(id)
      for (const role of found?.keys() ?? []) if (!kept.roles.includes(role)) found?.delete(role)
      announce(id)
      return { outcome: 'written', version: kept.version }
    },
    async remove(tenantId, expected) {
      const kept = tenants.get(tenantId)
      if (kept?.version !== expected) return 'stale'
      free(kept)
      ids = undefined
      tenants.delete(tenantId)
      verifications.delete(tenantId)
      retired.add(tenantId)
      announce(tenantId)
      return 'removed'
    },
    async verifications(tenantId) {
      return new Map(verifications.get(tenantId))
    },
    async verified(tenantId, { roleArn, value, replaces, version, announce: announced }) {
      requireTenantId(tenantId)
      if (version !== 0 && tenants.get(tenantId)?.version !== version) return 'stale'
      const found = verifications.get(tenantId) ?? new Map<string, string>()
      if (found.get(roleArn) !== replaces) return 'stale'
      verifications.set(tenantId, found.set(roleArn, value))
      if (announced) announce(tenantId)
      return 'kept'
    },
    async listen(hear) {
      return listenIn(listeners, hear)
    },
  }
}

interface Kept extends TenantWrite, StoredTenant {}
