type Json = Record<string, unknown>

/** One customer of the tenants file, as far as tests change it. */
export interface TestTenant extends Json {
  status: 'active' | 'suspended'
  connections: Json[]
}

/** The two customers of every test. */
export interface Tenancy {
  readonly acme: TestTenant
  readonly globex: TestTenant
}

/** What a connection needs to know of a sign-in. */
export interface Issuing {
  readonly issuer: string
  readonly jwks: { readonly url: string }
  readonly key: { readonly alg: string }
}

/** A connection of the tenants file to a sign-in. */
export const connectionTo = ({ issuer, jwks, key }: Issuing): Json => ({
  issuer,
  jwksUri: jwks.url,
  algorithms: [key.alg],
  directTokens: true,
  allowedClients: ['editor'],
})

const role = (accountId: string, name: string) => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
  externalId: `external-id-of-${accountId}`,
})

const account = (alias: string, accountId: string) => ({
  alias,
  accountId,
  defaultRegion: 'eu-west-1',
  roles: { read: role(accountId, 'read'), write: role(accountId, 'write') },
})

const permissions = { allowedServices: ['sts', 'ec2', 's3'], allowedRegions: ['eu-west-1', 'us-east-1'] }

/** The text of the tenants file (JSON is YAML): two customers with nothing in common, one with two accounts. */
export const tenantsText = (
  signIns: { readonly acme: Issuing; readonly globex: Issuing },
  change: (tenancy: Tenancy) => void = () => undefined,
): string => {
  const tenancy: Tenancy = {
    acme: {
      id: 'acme',
      name: 'Acme Corporation',
      status: 'active',
      connections: [connectionTo(signIns.acme)],
      accounts: [account('prod', '111111111111'), account('dev', '111111111112')],
      permissions,
    },
    globex: {
      id: 'globex',
      name: 'Globex Industries',
      status: 'active',
      connections: [connectionTo(signIns.globex)],
      accounts: [account('main', '222222222222')],
      permissions,
    },
  }
  change(tenancy)
  return JSON.stringify({ tenants: [tenancy.acme, tenancy.globex] })
}
