import { GatewayError } from './errors.ts'
import type { Grant, GrantedAccount } from './grant.ts'

/** Account and region of one call, and the arguments that are left for the tool. */
export interface Aim {
  readonly granted: GrantedAccount
  readonly region: string
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Takes `account` (an alias) and `region` out of the arguments. Without them the tenant's first account and its
 * default region are meant; the receipt says which. An alias of another tenant is as unknown as any other.
 */
export const aimOf = (grant: Grant, args: Readonly<Record<string, unknown>>): Aim => {
  const { account, region, ...rest } = args
  const granted =
    account === undefined ? grant.accounts[0] : grant.accounts.find((each) => each.account.alias === account)
  if (!granted) {
    const linked = grant.accounts.map((each) => each.account.alias).join(', ')
    throw new GatewayError('account_not_linked', `No such account. Accounts of this tenant: ${linked}.`)
  }
  if (region !== undefined && typeof region !== 'string') {
    throw new GatewayError('invalid_arguments', 'region: expected a string such as eu-west-1.')
  }
  return { granted, region: region ?? granted.account.defaultRegion, rest }
}
