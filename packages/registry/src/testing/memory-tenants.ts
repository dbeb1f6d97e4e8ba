import { issuerDigest, type StoredTenant, type TenantStore, type TenantWrite } from '@gateway/domain'

export interface TestStore extends TenantStore {
  /** While true, every method rejects, as without a server. */
  down: boolean
  /** While true, nobody hears of anything, as with a lost subscription. */
  deaf: boolean
  /** Calls so far, as `read acme`. */
  readonly calls: string[]
  /** Runs before the next call that starts with this text, once: what happens elsewhere just then. */
  before(call: string, meanwhile: () => unknown): void
  announce(id: string | undefined): void
  /** Writes a document as it is, whatever version there is. */
  plant(write: Partial<TenantWrite> & { readonly id: string; readonly document: string }): void
  /** What is claimed, and by whom. */
  readonly claims: ReadonlyMap<string, string>
}

/** A tenant store in memory for the tests of this package. */
export const memoryTenants = (): TestStore => {
  const tenants = new Map<string, StoredTenant & { readonly issuers: readonly string[] }>()
  const claims = new Map<string, string>()
  const retired = new Set<string>()
  const found = new Map<string, Map<string, string>>()
  const listeners = new Set<(id: string | undefined) => void>()
  const calls: string[] = []
  const meanwhiles: { readonly call: string; readonly meanwhile: () => unknown }[] = []

  const called = async (call: string): Promise<void> => {
    calls.push(call)
    const at = meanwhiles.findIndex((each) => call.startsWith(each.call))
    if (at >= 0) await meanwhiles.splice(at, 1)[0]?.meanwhile()
    await new Promise((resolve) => setImmediate(resolve))
    if (store.down) throw new Error('the store of the test is down')
  }
  const announce = (id: string | undefined) => {
    if (!store.deaf) for (const hear of [...listeners]) hear(id)
  }
  const free = (id: string) => {
    for (const [claim, owner] of claims) if (owner === id) claims.delete(claim)
  }
  const put = ({
    id,
    document,
    claims: wanted = [],
    issuers = [],
    roles,
  }: Partial<TenantWrite> & Planted): number => {
    free(id)
    for (const claim of wanted) claims.set(claim, id)
    const version = (tenants.get(id)?.version ?? 0) + 1
    tenants.set(id, { document, version, issuers })
    const kept = found.get(id)
    for (const role of kept?.keys() ?? []) if (roles?.includes(role) === false) kept?.delete(role)
    announce(id)
    return version
  }

  const store: TestStore = {
    down: false,
    deaf: false,
    calls,
    claims,
    announce,
    before: (call, meanwhile) => meanwhiles.push({ call, meanwhile }),
    plant: (write) => void put(write),
    async read(id) {
      await called(`read ${id}`)
      const stored = tenants.get(id)
      return stored && { document: stored.document, version: stored.version }
    },
    async list(after, limit) {
      await called('list')
      const ids = [...tenants.keys()].filter((id) => after === undefined || id > after)
      return ids.sort().slice(0, limit)
    },
    async withIssuer(issuer) {
      await called(`withIssuer ${issuer}`)
      return [...tenants].filter(([, each]) => each.issuers.includes(issuer)).map(([id]) => id)
    },
    async issuerDigests() {
      await called('issuerDigests')
      return new Set([...tenants.values()].flatMap(({ issuers }) => issuers.map(issuerDigest)))
    },
    async write(tenant, expected) {
      await called(`write ${tenant.id}`)
      if (retired.has(tenant.id)) return { outcome: 'retired' }
      const version = tenants.get(tenant.id)?.version ?? 0
      if (version !== expected) return { outcome: 'stale', version }
      const claim = tenant.claims.find((each) => (claims.get(each) ?? tenant.id) !== tenant.id)
      if (claim !== undefined) return { outcome: 'claimed', claim }
      return { outcome: 'written', version: put(tenant) }
    },
    async remove(id, expected) {
      await called(`remove ${id}`)
      if (tenants.get(id)?.version !== expected) return 'stale'
      tenants.delete(id)
      found.delete(id)
      free(id)
      retired.add(id)
      announce(id)
      return 'removed'
    },
    async verifications(id) {
      await called(`verifications ${id}`)
      return new Map(found.get(id))
    },
    async verified(id, { roleArn, value, replaces, version, announce: tell }) {
      await called(`verified ${id}`)
      if (version !== 0 && tenants.get(id)?.version !== version) return 'stale'
      if (found.get(id)?.get(roleArn) !== replaces) return 'stale'
      found.set(id, (found.get(id) ?? new Map()).set(roleArn, value))
      if (tell) announce(id)
      return 'kept'
    },
    async listen(hear) {
      await called('listen')
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
  return store
}

interface Planted {
  readonly id: string
  readonly document: string
}
