import type { Connection, Principal } from '@gateway/domain'
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
  { now, changed }: { now(): number; changed(): void },
): Issuers => {
  const { issuer, jwksUri, algorithms, clients, groupClaim } = config
  const typ: Connection['typ'] = ['at+jwt']
  const connection: Connection = {
    issuer,
    jwksUri,
    algorithms,
    typ,
    allowedClients: clients,
    clientClaim: 'client_id',
    scopeClaim: 'scope',
    groupClaim,
    // An operator is no user of any tenant: whatever scopes the token names give nothing here.
    allowedScopes: [],
    maxTokenLifeSeconds: 3_600,
    pins: {},
  }
  const keys = createKeySet({ jwksUri, now, changed })
  const found = {
    issuer,
    keys,
    algorithms,
    typ,
    connections: [{ tenant: { id: operatorsId }, connection }],
  } as const
  return { find: async (name) => (name === issuer ? found : undefined) }
}
