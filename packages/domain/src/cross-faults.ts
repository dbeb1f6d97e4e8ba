import type { Tenant } from './tenant.ts'

/** A tenant and where it stands in its file. */
export interface PlacedTenant {
  readonly tenant: Tenant
  /** `tenants[3]`. */
  readonly at: string
}

/** What no tenant alone can be blamed for: names, roles and issuers that tell tenants apart. */
export const crossFaults = (tenants: readonly PlacedTenant[]): string[] => {
  const faults: string[] = []
  const unique = uniqueness(faults)
  const externalIds = new Map<string, string>()
  for (const { tenant, at } of tenants) {
    unique('tenant id', tenant.id, `${at}.id`)
    tenant.connections.forEach((connection, c) => {
      // Two tenants behind one issuer are told apart by pins only, so an equal pair would be ambiguous.
      const pins = JSON.stringify(Object.entries(connection.pins).sort())
      unique('issuer with these pins', `${connection.issuer} ${pins}`, `${at}.connections[${c}].issuer`)
    })
    tenant.accounts.forEach((account, a) => {
      const here = `${at}.accounts[${a}]`
      unique('account alias', `${tenant.id}/${account.alias}`, `${here}.alias`)
      unique('account id', `${tenant.id}/${account.accountId}`, `${here}.accountId`)
      if (!tenant.permissions.allowedRegions.includes(account.defaultRegion)) {
        faults.push(`${here}.defaultRegion: is not in permissions.allowedRegions`)
      }
      if (!tenant.authentication && !account.roles.read) {
        faults.push(
          `${here}.roles.read: every account needs a read role (or the tenant authentication.profile)`,
        )
      }
      for (const [name, role] of Object.entries(account.roles)) {
        if (!role) continue
        unique('role', role.roleArn, `${here}.roles.${name}.roleArn`)
        // The roles of one account share theirs; with another account's it would no longer tell customers apart.
        const owner = externalIds.get(role.externalId) ?? here
        externalIds.set(role.externalId, owner)
        if (owner !== here) faults.push(`${here}.roles.${name}.externalId: is that of another account`)
        if (role.roleArn.split(':')[4] !== account.accountId) {
          faults.push(`${here}.roles.${name}.roleArn: names another AWS account than accountId`)
        }
      }
    })
  }
  return [...faults, ...sharedIssuerFaults(tenants)]
}

const uniqueness = (faults: string[]) => {
  const seen = new Map<string, string>()
  return (what: string, value: string, path: string) => {
    const key = `${what} ${value}`
    const first = seen.get(key)
    if (first) faults.push(`${path}: the same ${what} is already used at ${first}`)
    else seen.set(key, path)
  }
}

/** Issuers whose tokens are of every company in the world. */
const publicIssuers =
  /^(https:\/\/)?(accounts\.google\.com|login\.microsoftonline\.com\/(common|organizations|consumers)\b)/

const sharedIssuerFaults = (tenants: readonly PlacedTenant[]): string[] => {
  const all = tenants.flatMap(({ tenant, at }) =>
    tenant.connections.map((connection, c) => ({ connection, path: `${at}.connections[${c}]` })),
  )
  return all.flatMap(({ connection, path }, i) => {
    const others = all.filter((each, j) => j !== i && each.connection.issuer === connection.issuer)
    const faults: string[] = []
    if (
      (others.length > 0 || publicIssuers.test(connection.issuer)) &&
      Object.keys(connection.pins).length === 0
    ) {
      faults.push(`${path}.pins: an issuer of several companies needs pins`)
    }
    for (const name of ['jwksUri', 'algorithms', 'typ'] as const) {
      // Keys, algorithms and typ are checked before anybody knows which of the connections a token belongs to.
      const own = String(connection[name])
      if (others.some((other) => String(other.connection[name]) !== own))
        faults.push(`${path}.${name}: differs from another connection of the same issuer`)
    }
    return faults
  })
}
