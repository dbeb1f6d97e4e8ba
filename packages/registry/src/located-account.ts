import { GatewayError } from '@gateway/domain'
import { rolesOf } from './in-force.ts'
import type { TenantRecord, TenantRecords } from './tenant-records.ts'

/** An account as it is written down just now. */
export interface Located {
  readonly record: TenantRecord
  readonly account: TenantRecord['tenant']['accounts'][number]
  readonly identity: string
}

/** The account of a tenant; rejects with `not_found`, too. */
export const accountIn = async (
  records: TenantRecords,
  tenantId: string,
  alias: string,
): Promise<Located> => {
  const record = await records.get(tenantId)
  const account = record.tenant.accounts.find((each) => each.alias === alias)
  if (!account) throw new GatewayError('not_found', 'The tenant has no such account.')
  return { record, account, identity: identityOf(account, record.retired.get(alias)) }
}

/** All of an account that a verification is about. */
export const identityOf = (account: Located['account'], retiredExternalId: string | undefined): string =>
  JSON.stringify([
    retiredExternalId,
    ...rolesOf(account).map(({ name, role }) => [name, role.roleArn, role.externalId, role.nextExternalId]),
  ])

/** What is told to whoever verifies an account that does not stand still. */
export const changedMeanwhile = () =>
  new GatewayError('conflict', 'Others change this account at the same time. Try again.')
