import type { Operation } from './aws-calls.ts'
import { GatewayError } from './errors.ts'
import type { Grant, GrantedAccount } from './grant.ts'

/** Account and region of one call, and the arguments that are left for the tool. */
export interface Aim {
  readonly granted: GrantedAccount
  readonly region: string
  /** Where the call asks several regions at once; `region` is the first of them. */
  readonly regions?: readonly string[]
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Takes `account` (an alias), `region` and, where the operation knows it, `regions` out of the arguments. Without an
 * account the tenant's first one and its default region are meant, and the receipt says which; for what changes something
 * see `demandAccount`. An alias of another tenant is as unknown as any other.
 */
export const aimOf = (
  grant: Grant,
  args: Readonly<Record<string, unknown>>,
  operation: Pick<Operation, 'acrossRegions'>,
): Aim => {
  const { account, region, ...others } = args
  const granted =
    account === undefined ? grant.accounts[0] : grant.accounts.find((each) => each.account.alias === account)
  if (!granted) {
    const linked = aliasesOf(grant)
    throw new GatewayError('account_not_linked', `No such account. Accounts of this tenant: ${linked}.`)
  }
  if (region !== undefined && typeof region !== 'string') {
    throw invalid('region: expected a string such as eu-west-1.')
  }
  const first = region ?? granted.account.defaultRegion
  if (!operation.acrossRegions || !('regions' in others)) return { granted, region: first, rest: others }
  const { regions, ...rest } = others
  if (regions === undefined) return { granted, region: first, rest }
  const [head, ...more] = listed(regions)
  if (head === undefined) throw invalid('regions: expected a list of regions such as ["eu-west-1"].')
  if (region !== undefined) throw invalid('regions: give either region or regions.')
  return { granted, region: head, regions: [head, ...more], rest }
}

/** Refuses what changes something in an account that nobody named, where there are several. */
export const demandAccount = (
  grant: Grant,
  { account }: Readonly<Record<string, unknown>>,
  operation: Pick<Operation, 'access' | 'iamActions' | 'generic'>,
): void => {
  if (account !== undefined || grant.accounts.length < 2) return
  if (isRead(operation) || !usesAws(operation)) return
  throw invalid(`account: say in which account, since this changes something. There are ${aliasesOf(grant)}.`)
}

/** Whether an operation changes nothing. */
export const isRead = ({ access }: Pick<Operation, 'access'>): boolean =>
  access === 'read' || access === 'sensitive-read'

/** Whether an operation asks AWS anything. */
export const usesAws = ({ iamActions, generic }: Pick<Operation, 'iamActions' | 'generic'>): boolean =>
  generic === true || iamActions.length > 0

/** Whether an operation holds a lease while it runs: what it asks for takes time of AWS, or of the store that all share. */
export const takesLease = (operation: Pick<Operation, 'iamActions' | 'generic' | 'readsStore'>): boolean =>
  operation.readsStore === true || usesAws(operation)

const aliasesOf = ({ accounts }: Grant): string => accounts.map(({ account }) => account.alias).join(', ')

const listed = (value: unknown): readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? [...new Set(value)] : []

const invalid = (text: string): GatewayError => new GatewayError('invalid_arguments', text)
