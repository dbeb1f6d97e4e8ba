import {
  callLimits,
  type Grant,
  principalId,
  type Role,
  type RoleName,
  type Tenant,
  tenantSchema,
} from '@gateway/domain'
import type { Settings } from './settings-schema.ts'

/** What beside the settings makes the tenant of one person. */
export interface LocalFacts {
  readonly region: string
  /** IAM prefixes of the services that there are tools or operations for. */
  readonly services: readonly string[]
  /** Name of the person on this machine. */
  readonly osUser: string
  /** Undefined until AWS has said it; nothing is sent to AWS before. */
  readonly accountId: string | undefined
}

/** What stands in for the id of an account that is not known yet; no account of AWS is called so. */
const unknownAccount = 'unknown'

/** The grant of the one person whom a stdio process serves: tenant `local`, account `own`. */
export const localGrant = (settings: Settings, facts: LocalFacts): Grant => {
  const { authentication, permissions } = settings
  const { readOnlyMode } = permissions
  const tenant = localTenant(settings, facts)
  const issuer = 'urn:aws-mcp:os-user'
  const roles: readonly RoleName[] = readOnlyMode ? ['read'] : ['read', 'write', 'admin']
  const way = wayOf(authentication.assumeRole)
  const granted = (account: Tenant['accounts'][number]) => ({
    account,
    roles: Object.fromEntries(roles.map((name) => [name, way])),
  })
  const id = principalId(issuer, facts.osUser)
  return {
    tenant,
    principal: {
      id,
      issuer,
      subject: facts.osUser,
      tenantId: tenant.id,
      client: 'stdio',
      scopes: readOnlyMode ? ['aws:read'] : ['aws:read', 'aws:write', 'aws:admin'],
      groups: [],
    },
    accounts: tenant.accounts.map(granted),
    catalogueKey: `${tenant.id} ${roles.join('+')}`,
    limits: callLimits(tenant, id),
  }
}

const localTenant = (settings: Settings, { region, services, accountId }: LocalFacts): Tenant => {
  const { authentication, permissions, operations } = settings
  const { profile } = authentication
  const { allowedServices = services, allowedRegions = [region], readOnlyMode, ...narrowing } = permissions
  const { timeout, retryCount, maxConcurrency } = operations
  const rate = { perMinute: 600, burst: 120 }
  return {
    ...schema.parse({
      id: 'local',
      name: profile === undefined ? 'own AWS credentials' : `AWS profile ${profile}`,
      authentication: { profile },
      permissions: { ...narrowing, allowedServices, allowedRegions, readOnlyMode },
      // Further calls wait for their turn and are not refused.
      operations: { timeout, retryCount, maxConcurrency, maxConcurrencyPerUser: maxConcurrency },
      // One person is all of the tenant, and need not share it.
      limits: { tenant: rate, user: rate },
    }),
    // Nobody signs in here: the one at the other end of the pipe has started this process.
    connections: [],
    accounts: [{ alias: 'own', accountId: accountId ?? unknownAccount, defaultRegion: region, roles: {} }],
  }
}

const schema = tenantSchema.omit({ connections: true, accounts: true })

/** A role without an external id is assumed without one; what is sent is for `profileRole` of packages/aws to say. */
const wayOf = (assumeRole: Settings['authentication']['assumeRole']): Role | 'profile' =>
  assumeRole ? { roleArn: assumeRole.roleArn, externalId: assumeRole.externalId ?? '' } : 'profile'
