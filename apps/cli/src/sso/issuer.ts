import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, SignJWT } from 'jose'
import type { SandboxUser } from './users.ts'

/** Life of a token: the longest that a gateway's connection may allow (`maxTokenLifeSeconds`). */
const tokenLifeSeconds = 7200

/** One tenant's identity provider: its own key, its own users. */
export interface Issuer {
  readonly tenantId: string
  /** Name of the company, for people. */
  readonly name: string
  readonly url: string
  readonly users: readonly SandboxUser[]
  readonly jwks: JSONWebKeySet
  /** Its private key, which signs ID tokens too. */
  readonly signingKey: JWK
  /** Life of its tokens. */
  readonly lifeSeconds: number
  tokenFor(user: SandboxUser): Promise<string>
}

/** Who a user is in every token, whichever way they signed in. */
export const subjectOf = (tenantId: string, userId: string): string => `${tenantId}-${userId}`

/** Makes an issuer with a fresh ES256 key, so that no token outlives the process that signed it. */
export const createIssuer = async ({
  tenantId,
  name = tenantId,
  url,
  audience,
  users,
  lifeSeconds = tokenLifeSeconds,
}: {
  tenantId: string
  name?: string
  url: string
  audience: string
  users: readonly SandboxUser[]
  lifeSeconds?: number
}): Promise<Issuer> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  // Random, because a verifier may remember the key of an earlier start under its id.
  const kid = randomUUID().slice(0, 8)
  const about = { kid, alg: 'ES256', use: 'sig' }
  const jwk = await exportJWK(publicKey)
  return {
    tenantId,
    name,
    url,
    users,
    lifeSeconds,
    jwks: { keys: [{ ...jwk, ...about }] },
    signingKey: { ...(await exportJWK(privateKey)), ...about },
    tokenFor: ({ id, scopes, groups }) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ client_id: 'sandbox', scope: scopes.join(' '), groups: [...groups] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(subjectOf(tenantId, id))
        .setIssuedAt(now)
        .setExpirationTime(now + lifeSeconds)
        .setJti(randomUUID())
        .sign(privateKey)
    },
  }
}
