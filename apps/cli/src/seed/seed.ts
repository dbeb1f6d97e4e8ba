import type { AwsAccess, Tenant } from '@gateway/domain'
import { hasGatewayRoles, makeGatewayRoles } from './gateway-roles.ts'
import { ownerSession } from './owner-session.ts'
import { sandboxData } from './sandbox-data.ts'
import { seedAccount } from './seed-account.ts'

/** What `seed` did. */
export interface Seeded {
  readonly requests: number
  /** Accounts, as `acme/prod`, that an earlier run had filled. */
  readonly skipped: readonly string[]
}

/** Fills all accounts of the tenants at once. An account with its gateway roles is complete and stays as it is. */
export const seed = async ({
  access,
  tenants,
  signal,
  now = new Date(),
}: {
  access: Pick<AwsAccess, 'send'>
  tenants: readonly Tenant[]
  signal: AbortSignal
  now?: Date
}): Promise<Seeded> => {
  let requests = 0
  const skipped: string[] = []
  const counted: Pick<AwsAccess, 'send'> = {
    send(...call) {
      requests += 1
      return access.send(...call)
    },
  }
  const accounts = tenants.flatMap((tenant) => tenant.accounts.map((account) => ({ tenant, account })))
  await Promise.all(
    accounts.map(async ({ tenant, account }) => {
      const owner = ownerSession(counted, tenant, account, signal)
      if (await hasGatewayRoles(owner)) {
        skipped.push(`${tenant.id}/${account.alias}`)
        return
      }
      const data = sandboxData.get(account.accountId)
      if (data) await seedAccount(owner, data, now)
      await makeGatewayRoles(owner)
    }),
  )
  return { requests, skipped }
}
