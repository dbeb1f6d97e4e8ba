import { isTenantId } from '@gateway/domain'
import { createIssuer, type Issuer } from './issuer.ts'
import { operators, type SandboxUser, sandboxUsers } from './users.ts'

/** Name of the operators' issuer; a tenant of that id has none here. */
export const operatorsName = 'operators'

/** The issuers of an SSO. */
export interface Issuers {
  /** Those of its tenants from the start, in order. */
  readonly known: readonly Issuer[]
  readonly operators: Issuer | undefined
  /** By the name in its URL; one that is not there yet is made, where new tenants are welcome. */
  find(name: string): Promise<Issuer | undefined>
}

/** A company that people sign in to. */
export interface SsoTenant {
  readonly id: string
  /** Absent means its id. */
  readonly name?: string
  readonly users: readonly SandboxUser[]
}

export interface IssuersSetup {
  readonly tenants: readonly SsoTenant[]
  /** URL below which each has its own. */
  readonly url: string
  /** Audience of users' tokens. */
  readonly resource: string
  /** Audience of operators' tokens; without it there are none, and no tenants but those of the start. */
  readonly adminResource?: string
}

/** Life of a token that a gateway believes, unless its tenants file says more; of operators it never believes more. */
const usualSeconds = 3600

/** So that nobody fills the memory with names; each costs a key. */
const mostNew = 1000

/** Makes an issuer for each of the tenants, and for operators. */
export const createIssuers = async (setup: IssuersSetup): Promise<Issuers> => {
  const { tenants, url, resource, adminResource } = setup
  const make = ({ id, name, users }: SsoTenant, lifeSeconds?: number) =>
    createIssuer({
      tenantId: id,
      ...(name !== undefined && { name }),
      url: `${url}/${id}`,
      audience: resource,
      users,
      ...(lifeSeconds !== undefined && { lifeSeconds }),
    })
  const known = await Promise.all(tenants.map((tenant) => make(tenant)))
  const operatorIssuer =
    adminResource === undefined
      ? undefined
      : await createIssuer({
          tenantId: operatorsName,
          url: `${url}/${operatorsName}`,
          audience: adminResource,
          users: operators,
          lifeSeconds: usualSeconds,
        })
  const later = new Map<string, Promise<Issuer>>()
  return {
    known,
    operators: operatorIssuer,
    async find(name) {
      if (operatorIssuer && name === operatorsName) return operatorIssuer
      const found = known.find(({ tenantId }) => tenantId === name) ?? later.get(name)
      if (found || !operatorIssuer || !isTenantId(name) || later.size === mostNew) return found
      const made = make({ id: name, users: sandboxUsers }, usualSeconds)
      later.set(name, made)
      return made
    },
  }
}
