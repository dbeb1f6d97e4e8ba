import type { Json } from '../inputs/input.ts'

/** What the tenants sign in with. */
export interface TenantsOptions {
  readonly issuers: { readonly acme: string; readonly globex: string }
  readonly sso: { readonly issuer: string; readonly jwksUri: string; readonly clientId: string }
}

/** Accounts of the two tenants; nothing may ever ask for one of the second. */
export const accountsOf = { acme: ['111111111111', '111111111112'], globex: ['222222222222'] } as const

/** Two tenants with nothing in common, with limits that no input reaches: those have tests of their own. */
export const tenantsText = ({ issuers, sso }: TenantsOptions): string =>
  JSON.stringify({
    tenants: [
      tenant('acme', issuers.acme, [
        {
          issuer: sso.issuer,
          jwksUri: sso.jwksUri,
          clientId: sso.clientId,
          algorithms: ['ES256'],
          clientSecretRef: 'SSO_SECRET_ACME',
          emailDomains: ['acme.example'],
          groupToScope: { staff: ['aws:read', 'aws:write'] },
        },
      ]),
      tenant('globex', issuers.globex, []),
    ],
  })

const tenant = (id: 'acme' | 'globex', issuer: string, connections: readonly Json[]): Json => ({
  id,
  name: `The ${id} company`,
  connections: [
    { issuer, jwksUri: issuer, algorithms: ['ES256'], directTokens: true, allowedClients: ['editor'] },
    ...connections,
  ],
  accounts: accountsOf[id].map((accountId, n) => ({
    alias: `${id}-${n}`,
    accountId,
    defaultRegion: 'eu-west-1',
    roles: {
      read: role(accountId, 'read'),
      write: role(accountId, 'write'),
      admin: role(accountId, 'admin'),
    },
  })),
  permissions: { allowedServices: services, allowedRegions: ['eu-west-1', 'us-east-1'] },
  // Within what an answer may take.
  operations: { maxConcurrency: 200, maxConcurrencyPerUser: 200, timeout: 1_500, retryCount: 0 },
  limits: {
    tenant: plenty,
    user: plenty,
    streams: { tenant: 10_000, user: 1_000 },
    aws: Object.fromEntries(services.map((service) => [service, plenty])),
  },
})

const role = (accountId: string, name: string) => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
  externalId: `external-id-of-${accountId}`,
})

const plenty = { perMinute: 1_000_000, burst: 100_000 }

const services = [
  'sts',
  'ec2',
  's3',
  'lambda',
  'logs',
  'cloudwatch',
  'cloudformation',
  'ce',
  'iam',
  'dynamodb',
  'servicequotas',
  'tag',
]
