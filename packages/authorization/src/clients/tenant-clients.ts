import { createHash, createPublicKey } from 'node:crypto'
import type { Scope, Tenant, TenantDirectory } from '@gateway/domain'
import type { ClientMetadata } from 'oidc-provider'
import { httpsUrlFault } from './https-url-fault.ts'
import { redirectUriFault } from './redirect-uris.ts'

/** The tenant that a client of its own names: ids of such clients begin with it, and those of no others do. */
export const tenantIdOfClient = (clientId: string): string | undefined =>
  /^([a-z0-9][a-z0-9-]{0,31})\.[A-Za-z0-9._~-]{1,96}$/.exec(clientId)?.[1]

/** A client of a tenant as oidc-provider has it. Rejects with `unavailable` when nobody can tell. */
export const findTenantClient = async (
  directory: Pick<TenantDirectory, 'find'>,
  clientId: string,
): Promise<ClientMetadata | undefined> => {
  const tenantId = tenantIdOfClient(clientId)
  const tenant = tenantId === undefined ? undefined : await directory.find(tenantId)
  return tenant && clientsOf(tenant).find(({ client_id }) => client_id === clientId)
}

/**
 * The clients of a tenant: its machines (RFC 6749 section 4.4), which ask for no more than their scopes, and the hosts whose
 * id its people enter. None while it is suspended, and none with a fault of `tenantClientFaults`.
 */
export const clientsOf = (tenant: Tenant): ClientMetadata[] => {
  if (tenant.status !== 'active' || tenantClientFaults(tenant).length > 0) return []
  const machines = (tenant.machineClients ?? []).map((machine) => ({
    client_id: machine.clientId,
    client_name: machine.clientId,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: machine.scopes.join(' '),
    ...authenticationOf(machine),
  }))
  const hosts = (tenant.preRegisteredClients ?? []).map((host) => ({
    client_id: host.clientId,
    client_name: host.name,
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    response_types: ['code' as const],
    redirect_uris: host.redirectUris,
    application_type: host.redirectUris.every((uri) => uri.startsWith('https://')) ? 'web' : 'native',
    ...authenticationOf(host),
  })) satisfies ClientMetadata[]
  return [...machines, ...hosts]
}

/** What a token of a machine may be for, and as a member of which groups; undefined for every other client. */
export const machineRightsOf = (
  { status, machineClients = [] }: Tenant,
  clientId: string,
): { readonly scopes: readonly Scope[]; readonly groups: readonly string[] } | undefined =>
  status === 'active' ? machineClients.find((machine) => machine.clientId === clientId) : undefined

/** What keeps clients of a tenant from being served, each as `path: what is wrong`, beside what its schema says. */
export const tenantClientFaults = ({ machineClients = [], preRegisteredClients = [] }: Tenant): string[] => {
  const keyFaults = (path: string, { jwksUri }: Keyed): string[] => {
    const fault = jwksUri === undefined ? undefined : httpsUrlFault(jwksUri)
    return fault === undefined ? [] : [`${path}.jwksUri: ${fault}`]
  }
  return [
    ...machineClients.flatMap((machine, c) => keyFaults(`machineClients[${c}]`, machine)),
    ...preRegisteredClients.flatMap((host, c) => [
      ...host.redirectUris.flatMap((uri, u) => {
        const fault = redirectUriFault(uri)
        return fault === undefined ? [] : [`preRegisteredClients[${c}].redirectUris[${u}]: ${fault}`]
      }),
      ...keyFaults(`preRegisteredClients[${c}]`, host),
    ]),
  ]
}

interface Keyed {
  readonly jwksUri?: string | undefined
  readonly publicKeys?: readonly string[] | undefined
}

const authenticationOf = ({ jwksUri, publicKeys }: Keyed) => {
  if (jwksUri !== undefined) {
    return { token_endpoint_auth_method: 'private_key_jwt' as const, jwks_uri: jwksUri }
  }
  if (publicKeys === undefined) return { token_endpoint_auth_method: 'none' as const }
  return {
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: { keys: publicKeys.map((pem) => jwkOf(pem)) },
  }
}

/** Known by its thumbprint: oidc-provider compares the `kid` of a client that names one. */
const jwkOf = (pem: string) => {
  const { kty = '', crv, e, n, x, y } = createPublicKey(pem).export({ format: 'jwk' })
  // RFC 7638 section 3.2: the required members in order, and no others.
  const required = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }
  const kid = createHash('sha256').update(JSON.stringify(required)).digest('base64url')
  return { ...required, kty, kid, use: 'sig' }
}
