import { randomUUID } from 'node:crypto'
import { type JwksServer, openJwksServer } from './jwks-server.ts'
import { compact, type SigningKey, signatureOf, signingKey } from './tokens.ts'

/** Members of a header or a payload; `undefined` takes one out. */
export type Changes = Readonly<Record<string, unknown>>

/** The company sign-in of one tenant: an issuer with its key endpoint. */
export interface SignIn extends AsyncDisposable {
  readonly issuer: string
  readonly jwks: JwksServer
  readonly key: SigningKey
  claims(changes?: Changes): Record<string, unknown>
  header(changes?: Changes): Record<string, unknown>
  /** A good token with changes, properly signed by `key` (the issuer's own unless named). */
  token(claims?: Changes, header?: Changes, key?: SigningKey): string
  /** A header and a payload as they are, properly signed by the issuer's key. */
  signed(header: unknown, payload: unknown): string
}

/** Starts the sign-in of one tenant; its good tokens are for `resource`, by `ann`, a reader. */
export const openSignIn = async (options: {
  id: string
  resource: string
  key?: SigningKey
}): Promise<SignIn> => {
  const { id, resource } = options
  const key = options.key ?? signingKey('ES256', `${id}-key-1`)
  const jwks = await openJwksServer({ keys: [key.jwk] })
  const issuer = `https://sso.example/${id}`
  const claims = (changes: Changes = {}): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: issuer,
      aud: resource,
      sub: `${id}-ann`,
      client_id: 'editor',
      scope: 'aws:read',
      groups: ['aws-readers'],
      iat: now,
      exp: now + 600,
      jti: randomUUID(),
      ...changes,
    }
  }
  const header = (changes: Changes = {}) => ({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...changes })
  return {
    issuer,
    jwks,
    key,
    claims,
    header,
    token: (changed, headerChanged, by = key) =>
      compact(header({ alg: by.alg, kid: by.kid, ...headerChanged }), claims(changed), (input) =>
        signatureOf(by, input),
      ),
    signed: (first, second) => compact(first, second, (input) => signatureOf(key, input)),
    [Symbol.asyncDispose]: () => jwks[Symbol.asyncDispose](),
  }
}
