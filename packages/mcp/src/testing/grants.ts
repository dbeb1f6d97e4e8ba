import { type Grant, grantOf, parseTenants, principalId, type Scope } from '@gateway/domain'

const tenantEntry = (id: string, accountId: string) => ({
  id,
  name: id,
  connections: [
    {
      issuer: `https://sso.example/${id}`,
      jwksUri: `https://sso.example/${id}/jwks.json`,
      algorithms: ['ES256'],
      directTokens: true,
      allowedClients: ['editor'],
    },
  ],
  accounts: [`${id}-one`, `${id}-two`].map((alias, n) => ({
    alias,
    accountId: `${accountId}${n}`,
    defaultRegion: 'eu-west-1',
    roles: Object.fromEntries(
      ['read', 'write'].map((name) => [
        name,
        { roleArn: `arn:aws:iam::${accountId}${n}:role/${name}`, externalId: `external-id-${id}-${n}` },
      ]),
    ),
  })),
  permissions: { allowedServices: ['ec2'], allowedRegions: ['eu-west-1'] },
})

/** Two tenants, read anew: their objects are equal in every reading, and never the same. */
export const readTenants = () =>
  parseTenants(
    { tenants: [tenantEntry('acme', '11111111111'), tenantEntry('globex', '22222222222')] },
    'tenants.yaml',
  )

/** A caller of a tenant, acme's Ann unless said otherwise. */
export const grantOfCaller = ({
  tenantId = 'acme',
  subject = 'ann',
  scopes = ['aws:read'] as readonly Scope[],
  tenants = shared,
  tokenExpires = undefined as number | undefined,
} = {}): Grant => {
  const tenant = tenants.find(({ id }) => id === tenantId)
  if (!tenant) throw new Error(`the tenants of the tests have no ${tenantId}`)
  const issuer = `https://sso.example/${tenantId}`
  const id = principalId(issuer, subject)
  const expiry = tokenExpires === undefined ? {} : { tokenExpires }
  return grantOf({ id, issuer, subject, tenantId, client: 'editor', scopes, groups: [], ...expiry }, tenant)
}

const shared = readTenants()
