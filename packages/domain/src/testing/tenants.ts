import { type Grant, grantOf } from '../grant.ts'
import { type Principal, principalId, type Scope } from '../principal.ts'
import type { Tenant } from '../tenant.ts'
import { parseTenants } from '../tenants-file.ts'

/** A role of the tenants file; its ExternalId is the account's. */
export const roleIn = (accountId: string, name: string, groups?: string[]) => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
  externalId: `external-id-of-${accountId}`,
  ...(groups && { groups }),
})

/** A connection of the tenants file. */
export const connectionTo = (issuer: string) => ({
  issuer,
  jwksUri: `${issuer}/jwks.json`,
  algorithms: ['ES256'],
  directTokens: true,
  allowedClients: ['editor'],
})

/** The tenants file of these tests: two customers with nothing in common, one of them with two accounts. */
export const tenantsDocument = () => ({
  tenants: [
    {
      id: 'acme',
      name: 'Acme Corporation',
      connections: [connectionTo('https://sso.example/acme')],
      accounts: [
        {
          alias: 'prod',
          accountId: '111111111111',
          defaultRegion: 'eu-west-1',
          roles: {
            read: roleIn('111111111111', 'read'),
            write: roleIn('111111111111', 'write', ['operators']),
          },
        },
        {
          alias: 'dev',
          accountId: '111111111112',
          defaultRegion: 'us-east-1',
          roles: { read: roleIn('111111111112', 'read'), admin: roleIn('111111111112', 'admin') },
        },
      ],
      permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1', 'us-east-1'] },
    },
    {
      id: 'globex',
      name: 'Globex Industries',
      connections: [connectionTo('https://sso.example/globex')],
      accounts: [
        {
          alias: 'main',
          accountId: '222222222222',
          defaultRegion: 'eu-west-1',
          roles: { read: roleIn('222222222222', 'read') },
        },
      ],
      permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'] },
    },
  ],
})

/** One tenant of that file, with changes. */
export const tenantOf = (id: 'acme' | 'globex', changes: Partial<Tenant> = {}): Tenant => {
  const tenant = parseTenants(tenantsDocument(), 'tenants.yaml').find((each) => each.id === id)
  if (!tenant) throw new Error(`the tenants file of the tests has no ${id}`)
  return { ...tenant, ...changes }
}

/** A verified caller of a tenant. */
export const principalOf = (
  tenantId: string,
  { subject = 'ann', scopes = ['aws:read'] as readonly Scope[], groups = [] as readonly string[] } = {},
): Principal => {
  const issuer = `https://sso.example/${tenantId}`
  const id = principalId(issuer, subject)
  return { id, issuer, subject, tenantId, client: 'editor', scopes, groups, tokenId: 'token-1' }
}

/** What a caller may do in one of the two tenants. */
export const grantIn = (
  id: 'acme' | 'globex',
  options: { tenant?: Partial<Tenant>; subject?: string; scopes?: readonly Scope[]; groups?: string[] } = {},
): Grant => grantOf(principalOf(id, options), tenantOf(id, options.tenant))
