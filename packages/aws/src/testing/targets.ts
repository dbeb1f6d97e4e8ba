import { type AwsTarget, principalId, type RoleName, type SessionPolicy, tenantSchema } from '@gateway/domain'

export interface TargetChoice {
  readonly tenant?: string
  readonly accountId?: string
  readonly roleArn?: string
  readonly externalId?: string
  readonly roleName?: RoleName
  readonly subject?: string
  readonly client?: string
  readonly profile?: string
  /** Runs as whatever the SDK's default chain finds. */
  readonly byChain?: boolean
  readonly sessionPolicy?: SessionPolicy
  readonly limits?: Record<string, { perMinute: number; burst: number }>
  /** With a profile: run as the role, which the profile assumes, instead of as the profile itself. */
  readonly byRole?: boolean
  readonly retryCount?: number
  readonly timeout?: number
}

/** A target as the line makes one, of a tenant with one account. */
export const targetOf = ({
  tenant: id = 'acme',
  accountId = '111111111111',
  roleArn = `arn:aws:iam::${accountId}:role/mcp/mcp-gateway-read`,
  externalId = `ext-${id}`,
  roleName = 'read',
  subject = 'alice@example.com',
  client = 'https://client.example/mcp.json',
  profile,
  byRole = false,
  byChain = false,
  sessionPolicy,
  limits = {},
  retryCount = 0,
  timeout = 5_000,
}: TargetChoice = {}): AwsTarget => {
  const tenant = tenantSchema.parse({
    id,
    name: id,
    connections: [
      {
        issuer: 'https://idp.example',
        jwksUri: 'https://idp.example/jwks',
        algorithms: ['ES256'],
        directTokens: true,
        allowedClients: ['*'],
      },
    ],
    ...(profile !== undefined && { authentication: { profile } }),
    ...(byChain && { authentication: {} }),
    limits: { aws: limits },
    accounts: [
      {
        alias: 'main',
        accountId,
        defaultRegion: 'eu-west-1',
        roles: { [roleName]: { roleArn, externalId } },
      },
    ],
    permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'] },
    operations: { timeout, retryCount },
  })
  const [account] = tenant.accounts
  if (!account) throw new Error('no account')
  const issuer = 'https://idp.example'
  const principal = {
    id: principalId(issuer, subject),
    issuer,
    subject,
    tenantId: id,
    client,
    scopes: [],
    groups: [],
  }
  const own = profile !== undefined || byChain
  const role = !own || byRole ? { roleArn, externalId } : 'profile'
  const target = { tenant, principal, account, roleName, role, region: 'eu-west-1' } as const
  return sessionPolicy ? { ...target, sessionPolicy } : target
}

/** Signals that no test waits for. */
export const never = new AbortController().signal
