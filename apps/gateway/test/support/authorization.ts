import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { principalId } from '@gateway/domain'
import type { OwnAuthorization } from '../../src/authorization-server.ts'
import type { Changes, SignIn } from './sign-in.ts'
import { compact, type SigningKey, signatureOf } from './tokens.ts'

/** The gateway's authorization server, as far as its tokens go. */
export interface Authorization
  extends Pick<SignIn, 'issuer' | 'key' | 'claims' | 'header' | 'token' | 'signed'> {
  readonly revocations: OwnAuthorization['revocations']
}

/** Tokens as the authorization server signs them with the keys of the gateway; good ones are of ann, a reader of `acme`. */
export const openAuthorization = async (
  { issuer, resource, keys, revocations }: OwnAuthorization,
  { tenant, idp }: { readonly tenant: string; readonly idp: string },
): Promise<Authorization> => {
  const [jwk] = (await keys.current()).jwks
  const privateKey = createPrivateKey({ key: jwk as never, format: 'jwk' })
  const publicKey = createPublicKey(privateKey)
  const kid = String(jwk.kid)
  const key: SigningKey = {
    kid,
    alg: 'ES256',
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
  }
  const claims = (changes: Changes = {}): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: issuer,
      aud: resource,
      sub: principalId(idp, 'ann'),
      client_id: 'https://host.example/client.json',
      scope: 'aws:read',
      tenant,
      idp,
      groups: ['aws-readers'],
      gid: randomUUID(),
      iat: now,
      exp: now + 600,
      jti: randomUUID(),
      ...changes,
    }
  }
  const header = (changes: Changes = {}) => ({ alg: 'ES256', typ: 'at+jwt', kid, ...changes })
  return {
    issuer,
    key,
    revocations,
    claims,
    header,
    token: (changed, headerChanged, by = key) =>
      compact(header({ alg: by.alg, kid: by.kid, ...headerChanged }), claims(changed), (input) =>
        signatureOf(by, input),
      ),
    signed: (first, second) => compact(first, second, (input) => signatureOf(key, input)),
  }
}
