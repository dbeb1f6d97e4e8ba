import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import type { SandboxUser } from './users.ts'

/** Life of a token: the longest that a gateway's connection may allow (`maxTokenLifeSeconds`). */
const tokenLifeSeconds = 7200

/** One tenant's identity provider: its own key, its own users. */
export interface Issuer {
  readonly tenantId: string
  readonly url: string
  readonly users: readonly SandboxUser[]
  readonly jwks: JSONWebKeySet
  /** Life of its tokens. */
  readonly lifeSeconds: number
  tokenFor(user: SandboxUser): Promise<string>
}

/** Makes an issuer with a fresh ES256 key, so that no token outlives the process that signed it. */
export const createIssuer = async ({
  tenantId,
  url,
  audience,
  users,
  lifeSeconds = tokenLifeSeconds,
}: {
  tenantId: string
  url: string
  audience: string
  users: readonly SandboxUser[]
  lifeSeconds?: number
}): Promise<Issuer> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  // Random, because a verifier may remember the key of an earlier start under its id.
  const kid = randomUUID().slice(0, 8)
  const jwk = await exportJWK(publicKey)
  return {
    tenantId,
    url,
    users,
    lifeSeconds,
    jwks: { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] },
    tokenFor: ({ id, scopes, groups }) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ client_id: 'sandbox', scope: scopes.join(' '), groups: [...groups] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(`${tenantId}-${id}`)
        .setIssuedAt(now)
        .setExpirationTime(now + lifeSeconds)
        .setJti(randomUUID())
        .sign(privateKey)
    },
  }
}
