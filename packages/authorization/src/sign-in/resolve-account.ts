import {
  GatewayError,
  type OAuthStore,
  principalId,
  scopesByGroups,
  type TenantDirectory,
} from '@gateway/domain'
import { groupsThatMatter, requireActive, saveAccount } from '../accounts.ts'
import type { CompanySignIn } from './company-sign-ins.ts'
import type { SignedIn } from './upstream.ts'

/**
 * Whose account a verified sign-in is: exactly one connection's pins must match its claims, and it must be the one that the
 * person was sent to. Throws `unknown_tenant`, and `tenant_suspended`. The account is written, with its groups as they are now.
 */
export const resolveAccount = async (
  { store, directory }: { readonly store: OAuthStore; readonly directory: Pick<TenantDirectory, 'issuedBy'> },
  { tenant, connection }: CompanySignIn,
  { subject, claims, groups }: SignedIn,
): Promise<{ readonly accountId: string; readonly mayDoAnything: boolean }> => {
  const matches = (await directory.issuedBy(connection.issuer)).filter((each) =>
    Object.entries(each.connection.pins).every(([name, value]) => claims[name] === value),
  )
  const [match, ...others] = matches
  if (!match || others.length > 0 || match.tenant.id !== tenant.id) {
    throw new GatewayError('unknown_tenant', 'Your sign-in belongs to no company that this gateway serves.', {
      cause: match ? 'pins of another or of several connections match' : 'pins of no connection match',
    })
  }
  requireActive(match.tenant)
  const accountId = principalId(connection.issuer, subject)
  const mattering = groupsThatMatter(match.tenant, match.connection, groups)
  await saveAccount(store, accountId, {
    tenantId: match.tenant.id,
    idp: connection.issuer,
    pins: match.connection.pins,
    groups: mattering,
    name: nameIn(claims, subject),
  })
  return { accountId, mayDoAnything: scopesByGroups(match.connection, mattering).length > 0 }
}

/** Name and address of a person as their company's SSO has them, or else the subject (OpenID Connect Core 1.0 section 5.1). */
const nameIn = (claims: SignedIn['claims'], subject: string): string => {
  const { name, email, preferred_username: user } = claims
  const [called, address] = [name, email ?? user].map((each) => (typeof each === 'string' ? each.trim() : ''))
  const shown = called && address ? `${called} (${address})` : called || address || subject
  return shown.slice(0, 320)
}
