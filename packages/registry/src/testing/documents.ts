import { parseTenants, type Tenant } from '@gateway/domain'

/** A connection of a document. */
export const connectionTo = (issuer: string, pins?: Record<string, string>) => ({
  issuer,
  jwksUri: `${issuer}/jwks.json`,
  algorithms: ['ES256'],
  directTokens: true,
  allowedClients: ['editor'],
  ...(pins && { pins }),
})

/** An account of a document, with its read role. */
export const accountOf = (alias: string, accountId: string) => ({
  alias,
  accountId,
  defaultRegion: 'eu-west-1',
  roles: {
    read: {
      roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${alias}`,
      externalId: `external-id-of-${accountId}`,
    },
  },
})

/** A tenant of a document; `id` makes its issuer, and the account id is the caller's to tell tenants apart. */
export const documentOf = (id: string, accountId: string, changes: Record<string, unknown> = {}) => ({
  id,
  name: `The ${id} company`,
  connections: [connectionTo(`https://sso.example/${id}`)],
  accounts: [accountOf('main', accountId)],
  permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'] },
  ...changes,
})

/** What `create` of the administration takes. */
export const createInput = (id: string, changes: Record<string, unknown> = {}) => {
  const { accounts: _, ...input } = documentOf(id, '000000000000')
  return { ...input, ...changes }
}

/** The tenant of such a document. */
export const tenantFrom = (document: ReturnType<typeof documentOf>): Tenant => {
  const [tenant] = parseTenants({ tenants: [document] }, 'the document of a test')
  if (!tenant) throw new Error('the document of a test has no tenant')
  return tenant
}
