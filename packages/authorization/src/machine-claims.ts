import { principalId, type RevocationStore, type TenantDirectory } from '@gateway/domain'
import { errors } from 'oidc-provider'
import { machineRightsOf, tenantIdOfClient } from './clients/tenant-clients.ts'
import type { TokenUnderWay } from './token-rights.ts'

export interface MachineClaimsOptions {
  readonly issuer: string
  readonly directory: Pick<TenantDirectory, 'find'>
  readonly revocations: Pick<RevocationStore, 'read'>
  now(): number
}

/**
 * Claims of a token of a client that acts for itself (RFC 6749 section 4.4): the tenant that registered it, and of the scopes
 * that it asks for, or else of all, those that it has. No `idp`: nobody signed in. Throws `invalid_client` where it is gone.
 */
export const machineClaims =
  ({ issuer, directory, revocations, now }: MachineClaimsOptions) =>
  async (token: TokenUnderWay): Promise<Record<string, unknown>> => {
    const { clientId = '' } = token
    const tenantId = tenantIdOfClient(clientId)
    const tenant = tenantId === undefined ? undefined : await directory.find(tenantId)
    const rights = tenant && machineRightsOf(tenant, clientId)
    if (!tenant || !rights) throw new errors.InvalidClient('the client acts for no tenant')
    const asked = token.scope?.split(' ')
    const scopes = rights.scopes.filter((scope) => asked === undefined || asked.includes(scope))
    if (scopes.length === 0)
      throw new errors.InvalidScope('the client has none of these scopes', token.scope ?? '')
    const sub = principalId(issuer, clientId)
    const state = await revocations.read({ tenantId: tenant.id, userId: sub, clientId })
    if (now() / 1000 < state.notBefore) throw new errors.InvalidClient('the client was revoked just now')
    token.scope = scopes.join(' ')
    return { scope: token.scope, sub, tenant: tenant.id, groups: rights.groups }
  }
