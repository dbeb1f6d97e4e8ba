import { type Connection, GatewayError, type Tenant, type TenantDirectory } from '@gateway/domain'
import { LruObject } from 'toad-cache'
import { createKeySet, type KeySet } from './key-set.ts'

/** What a token of an issuer may be for. */
export interface IssuedConnection {
  readonly tenant: Pick<Tenant, 'id'>
  readonly connection: Connection
}

/** An issuer whose tokens are accepted, with the connections that its tokens may belong to. */
export interface Issuer {
  readonly issuer: string
  readonly keys: KeySet
  readonly algorithms: Connection['algorithms']
  readonly typ: readonly string[]
  readonly connections: readonly [IssuedConnection, ...IssuedConnection[]]
}

/** The only place where a token's `iss` leads to anything. */
export interface Issuers {
  /** The issuer of exactly this name; undefined for one that nobody uses. Rejects with `unavailable`. */
  find(issuer: string): Promise<Issuer | undefined>
}

/** What the table of issuers needs. */
export interface IssuersOptions {
  readonly directory: Pick<TenantDirectory, 'issuedBy'>
  now(): number
  /** Called when the keys of an issuer are not what they were. */
  changed(): void
  /** Most key sets that are kept; those of the longest unused issuers go first. */
  readonly maxKeySets?: number
}

/**
 * The issuers of the tenants in force. Their key sets are kept when tenants change, and made only for issuers that a
 * tenant uses: a name that a stranger writes into a token is looked up in what the directory holds, leads to no request to
 * whom it names and is not remembered.
 */
export const createIssuers = (options: IssuersOptions): Issuers => {
  const { directory, now, changed, maxKeySets = 5_000 } = options
  const keySets = new LruObject<KeySet>(maxKeySets)
  const keysOf = ({ issuer, jwksUri }: Connection): KeySet => {
    const name = JSON.stringify([issuer, jwksUri])
    const kept = keySets.get(name)
    if (kept) return kept
    const made = createKeySet({ jwksUri, now, changed })
    keySets.set(name, made)
    return made
  }
  return {
    async find(issuer) {
      if (issuer.length > maxLength) return undefined
      const [first, ...others] = await directory.issuedBy(issuer)
      if (!first) return undefined
      const { algorithms, typ } = first.connection
      // Sources refuse such connections; where one got by, no token may be checked by the rules of another company.
      if (!others.every(({ connection }) => checksAlike(connection, first.connection))) {
        const details = { retryAfterSeconds: 30 }
        const cause = 'connections of one issuer disagree'
        throw new GatewayError('unavailable', 'Your sign-in service is not set up well here.', {
          cause,
          details,
        })
      }
      return { issuer, keys: keysOf(first.connection), algorithms, typ, connections: [first, ...others] }
    },
  }
}

/** Characters of the name of an issuer, which becomes part of a key of the store. */
const maxLength = 2_048

const checksAlike = (a: Connection, b: Connection): boolean =>
  a.jwksUri === b.jwksUri && sameWords(a.algorithms, b.algorithms) && sameWords(a.typ, b.typ)

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((word) => b.includes(word)) && b.every((word) => a.includes(word))
