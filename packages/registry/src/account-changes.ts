import { GatewayError, partitionOfRegion } from '@gateway/domain'
import { badInput, type InputOf, type RolesInput } from './admin-input.ts'
import { rolesOf } from './in-force.ts'
import type { StoredAccount, StoredDocument } from './stored-tenant.ts'

/** The document with one more account, whose roles share `externalId`. */
export const withAccount = (
  document: StoredDocument,
  { alias, accountId, defaultRegion, roles }: InputOf<'addAccount'>,
  externalId: string,
): StoredDocument => {
  if (document.accounts.some((each) => each.alias === alias)) {
    throw new GatewayError('conflict', 'The tenant has an account of this alias already.')
  }
  if (document.accounts.some((each) => each.accountId === accountId)) {
    throw new GatewayError('conflict', 'The tenant has this AWS account already.')
  }
  const account = { alias, accountId, defaultRegion, roles: {} }
  const added = { ...account, roles: rolesFrom(roles, { document, account, ids: { externalId } }) }
  return { ...document, accounts: [...document.accounts, added] }
}

/** The document with another default region or other roles of an account, which keeps its external ids. */
export const withChangedAccount = (
  document: StoredDocument,
  alias: string,
  { defaultRegion, roles }: InputOf<'updateAccount'>,
): StoredDocument => {
  const account = accountOf(document, alias)
  const changed = { ...account, ...(defaultRegion !== undefined && { defaultRegion }) }
  if (!roles) return withOther(document, account, changed)
  const [first] = rolesOf(account)
  if (!first) throw new GatewayError('conflict', 'The account has no role. Remove it and add it again.')
  const { externalId, nextExternalId } = first.role
  const ids = { externalId, ...(nextExternalId !== undefined && { nextExternalId }) }
  return withOther(document, account, {
    ...changed,
    roles: rolesFrom(roles, { document, account: changed, ids }),
  })
}

/** The document without an account. */
export const withoutAccount = (document: StoredDocument, alias: string): StoredDocument => {
  const account = accountOf(document, alias)
  return { ...document, accounts: document.accounts.filter((each) => each !== account) }
}

/** The document with a rotation of the account's external id begun. */
export const withNextExternalId = (
  document: StoredDocument,
  alias: string,
  nextExternalId: string,
): StoredDocument => {
  const account = accountOf(document, alias)
  const those = rolesOf(account)
  if (those.some(({ role }) => role.nextExternalId !== undefined)) {
    throw new GatewayError(
      'conflict',
      'A rotation is under way: bring the trust policies up to date by the template, then verify the account.',
    )
  }
  if (account.retiredExternalId !== undefined) {
    throw new GatewayError(
      'conflict',
      'The external id before the last rotation was not seen refused yet: bring the trust policies up to date by the template, then verify the account.',
    )
  }
  const roles: StoredAccount['roles'] = {}
  for (const { name, role } of those) roles[name] = { ...role, nextExternalId }
  return withOther(document, account, { ...account, roles })
}

/** The account of this alias; throws `not_found`. */
export const accountOf = <Known extends { readonly alias: string }>(
  { accounts }: { readonly accounts: readonly Known[] },
  alias: string,
): Known => {
  const account = accounts.find((each) => each.alias === alias)
  if (!account) throw new GatewayError('not_found', 'The tenant has no such account.')
  return account
}

const withOther = (document: StoredDocument, from: StoredAccount, to: StoredAccount): StoredDocument => ({
  ...document,
  accounts: document.accounts.map((each) => (each === from ? to : each)),
})

interface RolesOf {
  readonly document: StoredDocument
  readonly account: StoredAccount
  readonly ids: { readonly externalId: string; readonly nextExternalId?: string }
}

/** A role that is not named keeps its ARN, or gets the one that our templates make. */
const rolesFrom = (input: RolesInput, { document, account, ids }: RolesOf): StoredAccount['roles'] => {
  const partition = partitionOfRegion(account.defaultRegion)
  const roles: StoredAccount['roles'] = {}
  const faults: string[] = []
  for (const name of ['read', 'write', 'admin'] as const) {
    const given = input[name]
    if (!given) continue
    const standard = `arn:${partition}:iam::${account.accountId}:role/mcp-gateway-${document.id}-${name}`
    const { roleArn = account.roles[name]?.roleArn ?? standard, ...who } = given
    if (roleArn.split(':')[4] !== account.accountId) {
      faults.push(`roles.${name}.roleArn: names another AWS account than accountId`)
    }
    if (roleArn.split(':')[1] !== partition) {
      faults.push(`roles.${name}.roleArn: is of another partition than defaultRegion`)
    }
    roles[name] = { ...who, roleArn, ...ids }
  }
  if (faults.length > 0) throw badInput(faults)
  return roles
}
