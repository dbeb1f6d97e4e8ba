import type { Connection, Tenant, TenantDirectory } from '@gateway/domain'

/** A company's SSO that people sign in through. */
export interface CompanySignIn {
  readonly tenant: Tenant
  readonly connection: Connection & { readonly clientId: string }
}

/** Which company a person means; it decides where they are sent and nothing else. */
export interface CompanySignIns {
  /** The one that there is; undefined where there are several or none. */
  only(): Promise<CompanySignIn | undefined>
  /** By an e-mail address, its domain, or the id of a tenant. */
  find(text: string): Promise<CompanySignIn | undefined>
  close(): void
}

export interface CompanySignInsOptions {
  readonly directory: Pick<TenantDirectory, 'list' | 'find' | 'listen'>
  now(): number
}

/** Milliseconds after which the list of companies is read again, whatever was heard. */
const maxAgeMs = 300_000

/** Most tenants that are asked for at once. */
const pageSize = 200

/**
 * The sign-ins of tenants, of suspended ones too: their people are told once they are known. Read when somebody first asks. Of what the directory announces later only the tenants that
 * have changed are read again: there may be thousands.
 */
export const createCompanySignIns = ({ directory, now }: CompanySignInsOptions): CompanySignIns => {
  let known: Companies | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Companies> | undefined
  /** How often all may have changed. */
  let lost = 0
  const changed = new Set<string>()

  const readAll = async (): Promise<Companies> => {
    const found: Companies = new Map()
    const [startedAt, lostBefore] = [now(), lost]
    changed.clear()
    let after: string | undefined
    for (;;) {
      const ids = await directory.list(after, pageSize)
      for (const id of ids) found.set(id, signInsOf(await directory.find(id)))
      after = ids.at(-1)
      if (ids.length < pageSize) break
    }
    if (lost === lostBefore) {
      known = found
      readAt = startedAt
    }
    return found
  }
  const isFresh = () => now() - readAt < maxAgeMs
  const renew = async (): Promise<Companies> => {
    const companies = known && isFresh() ? known : await readAll()
    for (const id of [...changed]) {
      // Before it is asked for: it may change again meanwhile.
      changed.delete(id)
      try {
        companies.set(id, signInsOf(await directory.find(id)))
      } catch (thrown) {
        changed.add(id)
        throw thrown
      }
    }
    return companies
  }
  const all = async (): Promise<Companies> => {
    if (known && isFresh() && changed.size === 0) return known
    reading ??= renew().finally(() => {
      reading = undefined
    })
    return reading
  }
  const stop = directory.listen((tenantId) => {
    if (tenantId !== undefined) return void changed.add(tenantId)
    lost += 1
    known = undefined
  })

  return {
    async only() {
      const signIns = [...(await all()).values()].flat().filter(({ tenant }) => tenant.status === 'active')
      return signIns.length === 1 ? signIns[0] : undefined
    },
    async find(text) {
      const name = text.trim().toLowerCase()
      if (name === '' || name.length > 320) return undefined
      const domain = name.slice(name.lastIndexOf('@') + 1)
      const companies = await all()
      const byId = companies.get(name)
      if (byId && byId.length > 0) return byId[0]
      return [...companies.values()].flat().find(({ connection }) => connection.emailDomains.includes(domain))
    },
    close: stop,
  }
}

/** By the id of the tenant; one without sign-ins has none, or is gone. */
type Companies = Map<string, readonly CompanySignIn[]>

/** The ways in which people of a tenant sign in through a browser. */
export const signInsOf = (tenant: Tenant | undefined): CompanySignIn[] =>
  (tenant?.connections ?? []).flatMap((connection) =>
    tenant === undefined || connection.clientId === undefined
      ? []
      : [{ tenant, connection: { ...connection, clientId: connection.clientId } }],
  )
