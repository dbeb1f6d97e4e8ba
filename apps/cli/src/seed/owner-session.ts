import type { Account, AwsAccess, AwsTarget, Tenant } from '@gateway/domain'
import { principalId } from '@gateway/domain'

/** Requests of one account's owner. */
export interface OwnerSession {
  readonly account: Account
  readonly send: SendAsOwner
}

/** Sends one request to the account, in its default region or another one. */
export type SendAsOwner = (
  service: string,
  operation: string,
  input: object,
  region?: string,
) => Promise<unknown>

/**
 * The account as its owner sees it: the role that AWS Organizations makes in every account it creates, assumed
 * the way an administrator of the customer would.
 */
export const ownerSession = (
  access: Pick<AwsAccess, 'send'>,
  tenant: Tenant,
  account: Account,
  signal: AbortSignal,
): OwnerSession => {
  // One target per region and not per request: a session that may write is opened for each target.
  const targets = new Map<string, AwsTarget>()
  const targetIn = (region: string): AwsTarget => {
    const target = targets.get(region) ?? {
      tenant,
      principal: {
        id: principalId('sandbox', 'owner'),
        issuer: 'sandbox',
        subject: 'owner',
        tenantId: tenant.id,
        client: 'sandbox-seed',
        scopes: ['aws:admin'],
        groups: [],
      },
      account,
      roleName: 'admin',
      role: {
        roleArn: `arn:aws:iam::${account.accountId}:role/OrganizationAccountAccessRole`,
        externalId: 'sandbox-seed',
      },
      region,
    }
    targets.set(region, target)
    return target
  }
  return {
    account,
    async send(service, operation, input, region = account.defaultRegion) {
      const { output } = await access.send(targetIn(region), { service, operation, input }, signal)
      return output
    },
  }
}
