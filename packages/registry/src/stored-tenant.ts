import { externalIdDigest, faultOf, type Tenant, type TenantWrite, tenantSchema } from '@gateway/domain'
import { z } from 'zod'
import { rolesOf } from './in-force.ts'

const account = tenantSchema.shape.accounts.element
const externalId = account.shape.roles.unwrap().shape.read.unwrap().shape.externalId

/** A tenant as it is stored: one entry of a tenants file, but its accounts come one by one. */
export const storedTenantSchema = tenantSchema
  // A profile is of the operator's own AWS configuration, which is for the file alone to give away.
  .omit({ authentication: true })
  .extend({
    accounts: z.array(
      account.extend({
        /** The external id before the last rotation, until AWS is seen to refuse it. Never shown. */
        retiredExternalId: externalId.optional(),
      }),
    ),
  })

export type StoredDocument = z.infer<typeof storedTenantSchema>
export type StoredAccount = StoredDocument['accounts'][number]

/** What is stored under `id`, or what is wrong with it. */
export const parseStored = (
  id: string,
  document: string,
): { readonly document: StoredDocument } | { readonly faults: readonly string[] } => {
  let json: unknown
  try {
    json = JSON.parse(document)
  } catch {
    return { faults: ['(root): is no JSON'] }
  }
  const parsed = storedTenantSchema.safeParse(json)
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
  if (parsed.data.id !== id) return { faults: ['id: is that of another tenant'] }
  return { document: parsed.data }
}

/** The tenant of a stored document. */
export const tenantOf = (document: StoredDocument): Tenant => ({
  ...document,
  accounts: document.accounts.map(({ retiredExternalId: _, ...account }) => account),
})

/** What is written of a document: with it go the names that no other tenant may hold. */
export const writeOf = (document: StoredDocument): TenantWrite => {
  const claims = document.connections.flatMap(({ issuer, pins, emailDomains }) => [
    `issuer:${issuer} ${pinsText(pins)}`,
    ...emailDomains.map((domain) => `email-domain:${domain}`),
  ])
  const roles = new Set<string>()
  for (const account of document.accounts) {
    const ids = [account.retiredExternalId]
    for (const { role } of rolesOf(account)) {
      claims.push(`role:${role.roleArn}`)
      roles.add(role.roleArn)
      ids.push(role.externalId, role.nextExternalId)
    }
    claims.push(
      ...ids.filter((each) => each !== undefined).map((each) => `external-id:${externalIdDigest(each)}`),
    )
  }
  return {
    id: document.id,
    document: JSON.stringify(document),
    claims: [...new Set(claims)],
    issuers: [...new Set(document.connections.map(({ issuer }) => issuer))],
    roles: [...roles],
  }
}

const pinsText = (pins: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(pins).sort())
