import { defineResource } from '@gateway/domain'
import { aliasesOf } from './prompts/completions.ts'

/** What the caller may use, as a document that a host can attach to a conversation; asks AWS nothing. */
export const accountInfo = defineResource({
  uri: 'aws://account-info',
  name: 'account-info',
  title: 'AWS accounts',
  description: 'The AWS accounts, regions and roles that you may use, and the default of each.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  async read({ grant: { tenant, accounts } }, { uri }) {
    const text = JSON.stringify({
      tenant: tenant.id,
      regions: tenant.permissions.allowedRegions,
      accounts: accounts.map(({ account, roles }) => accountOf(account, Object.keys(roles))),
    })
    return [{ uri, mimeType: 'application/json', text }]
  },
})

/** The same of one account. */
export const oneAccountInfo = defineResource({
  uri: 'aws://{account}/account-info',
  name: 'one-account-info',
  title: 'One AWS account',
  description: 'One AWS account by its alias: its id, default region, and the roles that you may use in it.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  complete: {
    account: aliasesOf,
  },
  async read({ grant, account }, { uri }) {
    const granted = grant.accounts.find((each) => each.account.alias === account.alias)
    const text = JSON.stringify(accountOf(account, Object.keys(granted?.roles ?? {})))
    return [{ uri, mimeType: 'application/json', text }]
  },
})

const accountOf = (
  { alias, accountId, defaultRegion }: { alias: string; accountId: string; defaultRegion: string },
  roles: readonly string[],
) => ({ alias, accountId, defaultRegion, roles })
