import { type Grant, grantOf, type Principal, parseTenants, principalId } from '@gateway/domain'

const role = (accountId: string, name = 'read') => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
  externalId: `external-id-of-${accountId}`,
})

/** Those of the named tools. */
const services = [
  'budgets',
  'ce',
  'cloudformation',
  'cloudwatch',
  'ec2',
  'iam',
  'lambda',
  'logs',
  'rds',
  's3',
  'servicequotas',
  'sts',
  'tag',
]

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
            directTokens: true,
            allowedClients: ['editor'],
          },
        ],
        accounts: [
          {
            alias: 'prod',
            accountId: '111111111111',
            defaultRegion: 'eu-west-1',
            roles: {
              read: role('111111111111'),
              write: role('111111111111', 'write'),
              admin: role('111111111111', 'admin'),
            },
          },
          {
            alias: 'dev',
            accountId: '111111111112',
            defaultRegion: 'us-east-1',
            roles: { read: role('111111111112'), write: role('111111111112', 'write') },
          },
        ],
        permissions: { allowedServices: [...services], allowedRegions: ['eu-west-1', 'us-east-1'] },
      },
    ],
  },
  'tenants.yaml',
)
if (!tenant) throw new Error('the tenants file of the tests is empty')

const person = (subject: string, scopes: Principal['scopes']): Grant =>
  grantOf(
    {
      id: principalId('https://sso.example/acme', subject),
      issuer: 'https://sso.example/acme',
      subject,
      tenantId: 'acme',
      client: 'editor',
      scopes,
      groups: ['readers'],
    },
    tenant,
  )

/** A reader of a tenant with two accounts and two regions. */
export const reader = person('ann', ['aws:read'])

/** One who may also change things there. */
export const operator = person('olga', ['aws:read', 'aws:write'])

/** One who may do everything. */
export const admin = person('ada', ['aws:read', 'aws:write', 'aws:admin'])
