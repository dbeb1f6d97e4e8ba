import type { Connection, Tenant } from '@gateway/domain'
import { keyIdShape } from './bearer.ts'
import type { Issuer } from './issuers.ts'
import type { KeySet } from './key-set.ts'
import { principalOf } from './principal-of.ts'

/** What a token of an issuer may be for. */
export interface IssuedConnection {
  readonly tenant: Pick<Tenant, 'id'>
  readonly connection: Connection
}

/** A company's own sign-in, its keys, and the connections that its tokens may belong to: they agree on how those are checked. */
export interface DirectIssuerOptions {
  readonly keys: KeySet
  readonly connections: readonly [IssuedConnection, ...IssuedConnection[]]
  /** Canonical resource: the audience of a connection that names none. */
  readonly resource: string
}

/** The issuer of tokens that workloads and hosts bring along from a company's own sign-in, without our authorization server. */
export const directIssuer = ({ keys, connections, resource }: DirectIssuerOptions): Issuer => {
  const { issuer, algorithms, typ } = connections[0].connection
  const direct = connections.flatMap(({ connection }) => (connection.directTokens ? [connection] : []))
  return {
    issuer,
    keys,
    algorithms,
    typ,
    kid: keyIdShape,
    audiences: direct.flatMap(({ allowedAudiences }) => allowedAudiences ?? [resource]),
    maxLifeSeconds: Math.max(...direct.map(({ maxTokenLifeSeconds }) => maxTokenLifeSeconds)),
    requiredClaims: ['exp', 'iat', 'iss', 'aud'],
    principalOf: (claims, now) => principalOf(connections, claims, { resource, now }),
  }
}
