import type { KeptFinding, TenantStore, TenantWrite } from '@gateway/domain'
import { expect } from 'vitest'
import { uniqueTenant } from './unique-tenant.ts'

/** A store of tenants under test, in which there is none. */
export interface TenantStoreUnderTest extends AsyncDisposable {
  readonly tenants: TenantStore
}

/** A tenant that no other test has, holding one name of its own. */
export const newTenant = (id = uniqueTenant()): TenantWrite => ({
  id,
  document: `{"id":"${id}","name":"a \\"b\\" ☃"}`,
  claims: [`role:arn:aws:iam::111122223333:role/${id}`],
  issuers: [`https://${id}.example`],
  roles: [roleArn, `${roleArn}-2`],
})

/** A role of `newTenant`; the other ends in `-2`. */
export const roleArn = 'arn:aws:iam::111122223333:role/reader'

/** The first that was found of a role of a tenant of the file, which nobody needs to hear of. */
export const findingOf = (role: string, value: string, changes: Partial<KeptFinding> = {}): KeptFinding => ({
  roleArn: role,
  value,
  replaces: undefined,
  version: 0,
  announce: false,
  ...changes,
})

/** How long an announcement may be on its way. */
export const soon = { timeout: 5000, interval: 5 }

/** Every id, by pages of `limit`. */
export const allIds = async (tenants: TenantStore, limit: number): Promise<string[]> => {
  const ids: string[] = []
  for (;;) {
    const page = await tenants.list(ids.at(-1), limit)
    expect(page.length).toBeLessThanOrEqual(limit)
    ids.push(...page)
    if (page.length < limit) return ids
  }
}
