import { type AwsTarget, principalId, type RoleName, tenantSchema } from '@gateway/domain'

export interface TargetChoice {
  readonly tenant?: string
  readonly accountId?: string
  readonly roleArn?: string
  readonly externalId?: string
  readonly roleName?: RoleName
  readonly subject?: string
  readonly client?: string
  readonly profile?: string
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
        allowedClients: ['*'],
      },
    ],
    ...(profile !== undefined && { authentication: { profile } }),
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
  const role = profile === undefined || byRole ? { roleArn, externalId } : 'profile'
  return { tenant, principal, account, roleName, role, region: 'eu-west-1' }
}

/** Signals that no test waits for. */
export const never = new AbortController().signal
