import { type Connection, GatewayError, type Principal, type TenantDirectory } from '@gateway/domain'
import { LruObject } from 'toad-cache'
import { refused } from './bearer.ts'
import { directIssuer } from './direct-issuer.ts'
import { createKeySet, type KeySet } from './key-set.ts'
import { directTokensOff } from './principal-of.ts'

/** An issuer whose tokens are accepted, and all that tells how they are checked. */
export interface Issuer {
  /** `iss`, exactly. */
  readonly issuer: string
  readonly keys: KeySet
  readonly algorithms: Connection['algorithms']
  /** `typ`, each to the letter. */
  readonly typ: readonly string[]
  /** Key ids that the issuer may write. */
  readonly kid: RegExp
  readonly audiences: readonly string[]
  /** Seconds from `iat` to `exp` that no token of it exceeds. */
  readonly maxLifeSeconds: number
  readonly requiredClaims: readonly string[]
  /**
   * The principal of claims whose signature is good: all that the signature check leaves open is checked here. `now` is in
   * milliseconds. Throws `invalid_token`, `unknown_tenant` and `unavailable`.
   */
  principalOf(claims: Claims, now: number): Principal | Promise<Principal>
}

export type Claims = Readonly<Record<string, unknown>>

/** The only place where a token's `iss` leads to anything. */
export interface Issuers {
  /**
   * The issuer of exactly this name; undefined for one that nobody uses. Rejects with `invalid_token` where its tokens are
   * not taken, and with `unavailable`.
   */
  find(issuer: string): Promise<Issuer | undefined>
}

/** What the table of issuers needs. */
export interface IssuersOptions {
  readonly directory: Pick<TenantDirectory, 'issuedBy'>
  /** Canonical resource of this gateway. */
  readonly resource: string
  /** The gateway's own authorization server; absent where there is none. */
  readonly own?: Issuer | undefined
  now(): number
  /** Called when the keys of an issuer are not what they were. */
  changed(): void
  /** Most key sets that are kept; those of the longest unused issuers go first. */
  readonly maxKeySets?: number
}

/**
 * The issuers of the tenants in force, and the gateway's own, whose name no tenant's connection can take. Key sets are kept
 * when tenants change, and made only for issuers that a tenant uses: a name that a stranger writes into a token is looked up
 * in what the directory holds, leads to no request to whom it names and is not remembered.
 */
export const createIssuers = (options: IssuersOptions): Issuers => {
  const { directory, resource, own, now, changed, maxKeySets = 5_000 } = options
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
      if (own && issuer === own.issuer) return own
      if (issuer.length > maxLength) return undefined
      const [first, ...others] = await directory.issuedBy(issuer)
      if (!first) return undefined
      const connections = [first, ...others] as const
      if (!connections.some(({ connection }) => connection.directTokens)) throw refused(directTokensOff)
      // Sources refuse such connections; where one got by, no token may be checked by the rules of another company.
      if (!others.every(({ connection }) => checksAlike(connection, first.connection))) {
        const details = { retryAfterSeconds: 30 }
        const cause = 'connections of one issuer disagree'
        throw new GatewayError('unavailable', 'Your sign-in service is not set up well here.', {
          cause,
          details,
        })
      }
      return directIssuer({ keys: keysOf(first.connection), connections, resource })
    },
  }
}

/** Characters of the name of an issuer, which becomes part of a key of the store. */
const maxLength = 2_048

const checksAlike = (a: Connection, b: Connection): boolean =>
  a.jwksUri === b.jwksUri && sameWords(a.algorithms, b.algorithms) && sameWords(a.typ, b.typ)

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((word) => b.includes(word)) && b.every((word) => a.includes(word))
