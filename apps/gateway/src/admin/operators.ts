import type { Connection, Principal } from '@gateway/domain'
import { directIssuer } from '../direct-issuer.ts'
import type { Issuers } from '../issuers.ts'
import { createKeySet } from '../key-set.ts'
import type { AdminConfig } from './admin-config.ts'

/** Stands for a tenant where operators are told from users: no alias, so no tenant can have it. */
export const operatorsId = '@operators'

/** Whether a principal signed in to the admin API. */
export const isOperator = ({ tenantId }: Principal): boolean => tenantId === operatorsId

/** The issuer table of the admin API: the one issuer of the operators, whose tokens are checked as those of users are. */
export const operatorIssuers = (
  config: AdminConfig,
  { resource, now, changed }: { readonly resource: string; now(): number; changed(): void },
): Issuers => {
  const { issuer, jwksUri, algorithms, clients, groupClaim } = config
  const connection: Connection = {
    issuer,
    jwksUri,
    algorithms,
    typ: ['at+jwt'],
    directTokens: true,
    allowedClients: clients,
    clientClaim: 'client_id',
    scopeClaim: 'scope',
    groupClaim,
    // An operator is no user of any tenant: whatever scopes the token names give nothing here.
    allowedScopes: [],
    maxTokenLifeSeconds: 3_600,
    pins: {},
    signInScopes: ['openid'],
    emailDomains: [],
    subjectClaim: 'sub',
    idJag: false,
  }
  const keys = createKeySet({ jwksUri, now, changed })
  const found = directIssuer({ keys, connections: [{ tenant: { id: operatorsId }, connection }], resource })
  return { find: async (name) => (name === issuer ? found : undefined) }
}
