import { type Grant, grantOf, parseTenants, principalId } from '@gateway/domain'

const role = (accountId: string) => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-read`,
  externalId: `external-id-of-${accountId}`,
})

const [tenant] = parseTenants(
  {
    tenants: [
      {
        id: 'acme',
        name: 'Acme Corporation',
        connections: [
          {
            issuer: 'https://sso.example/acme',
            jwksUri: 'https://sso.example/acme/jwks.json',
            algorithms: ['ES256'],
            allowedClients: ['editor'],
          },
        ],
        accounts: [
          {
            alias: 'prod',
            accountId: '111111111111',
            defaultRegion: 'eu-west-1',
            roles: { read: role('111111111111') },
          },
          {
            alias: 'dev',
            accountId: '111111111112',
            defaultRegion: 'us-east-1',
            roles: { read: role('111111111112') },
          },
        ],
        permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1', 'us-east-1'] },
      },
    ],
  },
  'tenants.yaml',
)
if (!tenant) throw new Error('the tenants file of the tests is empty')

/** A reader of a tenant with two accounts and two regions. */
export const reader: Grant = grantOf(
  {
    id: principalId('https://sso.example/acme', 'ann'),
    issuer: 'https://sso.example/acme',
    subject: 'ann',
    tenantId: 'acme',
    client: 'editor',
    scopes: ['aws:read'],
    groups: ['readers'],
  },
  tenant,
)
