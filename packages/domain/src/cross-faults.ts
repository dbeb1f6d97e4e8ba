import { overlapFaults } from './pins-apart.ts'
import type { Tenant } from './tenant.ts'
import { tenantFaults } from './tenant-faults.ts'

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
      connection.emailDomains.forEach((domain, d) => {
        unique('e-mail domain', domain, `${at}.connections[${c}].emailDomains[${d}]`)
      })
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
        for (const member of ['externalId', 'nextExternalId'] as const) {
          const value = role[member]
          if (value === undefined) continue
          const owner = externalIds.get(value) ?? here
          externalIds.set(value, owner)
          if (owner !== here) faults.push(`${here}.roles.${name}.${member}: is that of another account`)
        }
        if (role.roleArn.split(':')[4] !== account.accountId) {
          faults.push(`${here}.roles.${name}.roleArn: names another AWS account than accountId`)
        }
      }
    })
  }
  return [...faults, ...tenants.flatMap(tenantFaults), ...sharedIssuerFaults(tenants)]
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
  const byIssuer = Map.groupBy(all, ({ connection }) => connection.issuer)
  return [...byIssuer].flatMap(([issuer, those]) => {
    const shared = those.length > 1 || publicIssuers.test(issuer)
    // Keys, algorithms and typ are checked before anybody knows which of the connections a token belongs to.
    const differing = (['jwksUri', 'algorithms', 'typ'] as const).filter(
      (name) => new Set(those.map(({ connection }) => String(connection[name]))).size > 1,
    )
    const overlaps = overlapFaults(
      those.map(({ connection: { pins }, path }) => ({ pins, path: `${path}.pins` })),
    )
    const alone = those.flatMap(({ connection, path }) => [
      ...(shared && Object.keys(connection.pins).length === 0
        ? [`${path}.pins: an issuer of several companies needs pins`]
        : []),
      ...differing.map((name) => `${path}.${name}: differs from another connection of the same issuer`),
    ])
    return [...alone, ...overlaps]
  })
}
