import {
  type Connection,
  GatewayError,
  type OAuthStore,
  type Tenant,
  type TenantDirectory,
} from '@gateway/domain'
import { z } from 'zod'

const account = z.object({
  tenantId: z.string(),
  /** Issuer of the company's SSO, and what pins its connection. */
  idp: z.string(),
  pins: z.record(z.string(), z.string()),
  groups: z.array(z.string()),
  /** What the company's SSO calls the person, for colleagues who decide on what they ask for; it decides nothing. */
  name: z.string().optional(),
})

/** A person who has signed in: whose they are, and little more of them than decides what they may do. */
export type Account = z.infer<typeof account>

/** Seconds that an account is remembered after its last sign-in: as long as the longest grant. */
export const accountLifeSeconds = 31 * 24 * 3600

/** Whose account it is: a company's, for one SSO may know one person at several of them. */
export interface AccountName {
  readonly tenantId: string
  readonly accountId: string
}

const keyOf = ({ tenantId, accountId }: AccountName): string => `${tenantId} ${accountId}`

export const saveAccount = (store: OAuthStore, accountId: string, value: Account): Promise<void> =>
  store.upsert('Account', keyOf({ tenantId: value.tenantId, accountId }), JSON.stringify(value), {
    ttlSeconds: accountLifeSeconds,
  })

/** Forgets an account, so that nothing is renewed for the person at this tenant. */
export const forgetAccount = (store: Pick<OAuthStore, 'destroy'>, name: AccountName): Promise<void> =>
  store.destroy('Account', keyOf(name))

/** The account and what of its company is in force; undefined where any of it is gone. */
export const findAccount = async (
  { store, directory }: { store: OAuthStore; directory: Pick<TenantDirectory, 'find'> },
  name: AccountName,
): Promise<{ account: Account; tenant: Tenant; connection: Connection } | undefined> => {
  const entry = await store.find('Account', keyOf(name))
  if (!entry) return undefined
  const parsed = account.safeParse(JSON.parse(entry.value))
  if (!parsed.success || parsed.data.tenantId !== name.tenantId) return undefined
  const tenant = await directory.find(name.tenantId)
  const connection = tenant?.connections.find(
    ({ issuer, pins }) => issuer === parsed.data.idp && samePins(pins, parsed.data.pins),
  )
  return tenant && connection ? { account: parsed.data, tenant, connection } : undefined
}

const samePins = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name] === value)

/** Groups of a person that anything at the company's tenant depends on; the others are nobody's business here. */
export const groupsThatMatter = (
  tenant: Tenant,
  connection: Connection,
  groups: readonly string[],
): string[] => {
  const named = new Set([
    ...Object.keys(connection.groupToScope ?? {}),
    ...(tenant.confirmation.approverGroups ?? []),
    ...tenant.accounts.flatMap(({ roles }) => Object.values(roles).flatMap((role) => role?.groups ?? [])),
  ])
  return groups.filter((group) => named.has(group)).slice(0, 100)
}

/** Throws where the company may not be served. */
export const requireActive = (tenant: Tenant): void => {
  if (tenant.status !== 'active') {
    throw new GatewayError('tenant_suspended', 'Your company is suspended here. Ask its administrator.')
  }
}
