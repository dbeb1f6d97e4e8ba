import { type Tenant, tenantsFileSchema } from './tenant.ts'

/** A configuration that cannot be used: every fault at once, each with its path and without any value. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[]

  constructor(source: string, faults: readonly string[]) {
    super(`${source} cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigurationError'
    this.faults = faults
  }
}

/** Checks a parsed tenants file, within tenants and across them; throws `ConfigurationError` naming `source`. */
export const parseTenants = (document: unknown, source: string): Tenant[] => {
  const parsed = tenantsFileSchema.safeParse(document)
  if (!parsed.success) {
    throw new ConfigurationError(source, parsed.error.issues.map(faultOf))
  }
  const faults = crossFaults(parsed.data.tenants)
  if (faults.length > 0) throw new ConfigurationError(source, faults)
  return parsed.data.tenants
}

/** `a.b[0].c: what is wrong`, in zod's words, which never repeat the value. */
export const faultOf = (issue: { path: readonly PropertyKey[]; message: string }): string => {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  )
  return `${path || '(root)'}: ${issue.message}`
}

const crossFaults = (tenants: readonly Tenant[]): string[] => {
  const faults: string[] = []
  const unique = uniqueness(faults)
  const externalIds = new Map<string, string>()
  tenants.forEach((tenant, t) => {
    const at = `tenants[${t}]`
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
  })
  return faults
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
