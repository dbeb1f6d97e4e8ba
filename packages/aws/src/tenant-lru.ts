/** Values of tenants by key, the least recently used out first. */
export interface TenantLru<Value> {
  /** Undefined where there is none; a value that is got is the most recently used one. */
  get(tenantId: string, key: string): Value | undefined
  set(tenantId: string, key: string, value: Value): void
  /** Forgets every value of one tenant, in time that grows with those alone. */
  forget(tenantId: string): void
  clear(): void
}

/**
 * Holds at most `max` values, of one tenant a quarter: where it is full, a tenant with thousands of users puts out
 * values of its own before it can have put out those of all others.
 */
export const createTenantLru = <Value>(max: number): TenantLru<Value> => {
  const share = Math.max(1, Math.floor(max / 4))
  // Sets and maps keep the order in which things were put in, so the first of each is the one to go.
  const recent = new Set<Entry<Value>>()
  const byTenant = new Map<string, Map<string, Entry<Value>>>()

  const remove = (entry: Entry<Value> | undefined): void => {
    if (!entry) return
    const own = byTenant.get(entry.tenantId)
    own?.delete(entry.key)
    if (own?.size === 0) byTenant.delete(entry.tenantId)
    recent.delete(entry)
  }

  const put = (entry: Entry<Value>): void => {
    const own = byTenant.get(entry.tenantId) ?? new Map<string, Entry<Value>>()
    byTenant.set(entry.tenantId, own.set(entry.key, entry))
    recent.add(entry)
    if (own.size > share) remove(own.values().next().value)
    if (recent.size > max) remove(recent.values().next().value)
  }

  return {
    get(tenantId, key) {
      const entry = byTenant.get(tenantId)?.get(key)
      remove(entry)
      if (entry) put(entry)
      return entry?.value
    },
    set(tenantId, key, value) {
      remove(byTenant.get(tenantId)?.get(key))
      put({ tenantId, key, value })
    },
    forget(tenantId) {
      for (const entry of byTenant.get(tenantId)?.values() ?? []) recent.delete(entry)
      byTenant.delete(tenantId)
    },
    clear() {
      recent.clear()
      byTenant.clear()
    },
  }
}

interface Entry<Value> {
  readonly tenantId: string
  readonly key: string
  readonly value: Value
}
