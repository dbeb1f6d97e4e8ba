import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OAuthStore } from '@gateway/domain'
import Provider from 'oidc-provider'
import { createSigningKeys } from '../create-signing-keys.ts'
import { createAdapterFactory } from '../oauth-adapter.ts'

/** What `/token` answered. */
export interface TokenAnswer {
  readonly status: number
  readonly body: { readonly error?: string; readonly refresh_token?: string; readonly access_token?: string }
}

const redirectUri = 'http://127.0.0.1/callback'
const grantTypes = ['authorization_code', 'refresh_token']

/** A plain oidc-provider over a store, as one of several replicas, that registers clients and has one account. */
export const openTokenEndpoint = async (store: OAuthStore, sealKey: Buffer) => {
  const { jwks } = await createSigningKeys({ store, sealKeys: [sealKey], now: Date.now }).current()
  const provider = new Provider('http://127.0.0.1:1', {
    adapter: createAdapterFactory({ store, now: Date.now }),
    jwks: { keys: [...jwks] },
    cookies: { keys: [sealKey] },
    clientAuthMethods: ['none'],
    scopes: ['openid', 'offline_access'],
    features: { registration: { enabled: true }, devInteractions: { enabled: false } },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'none' },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, RefreshToken: 3600 },
  })
  const server = createServer(provider.callback())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const post = async (path: string, body: string, type: string): Promise<TokenAnswer> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': type }, body })
    return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] }
  }
  const token = (form: Record<string, string>): Promise<TokenAnswer> =>
    post('/token', `${new URLSearchParams(form)}`, 'application/x-www-form-urlencoded')

  return {
    provider,
    async register(): Promise<string> {
      const metadata = { redirect_uris: [redirectUri], application_type: 'native', grant_types: grantTypes }
      const { body } = await post('/reg', JSON.stringify(metadata), 'application/json')
      return (body as { client_id: string }).client_id
    },
    /** A code as `/auth` would issue it after a sign-in, and what its client sends for it. */
    async issueCode(clientId: string) {
      const client = await provider.Client.find(clientId)
      if (!client) throw new Error('no such client')
      const grant = new provider.Grant({ accountId: 'ann', clientId })
      grant.addOIDCScope('openid offline_access')
      const grantId = await grant.save()
      const verifier = randomBytes(32).toString('base64url')
      const code = await new provider.AuthorizationCode({
        accountId: 'ann',
        client,
        grantId,
        redirectUri,
        scope: 'openid offline_access',
        codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
        codeChallengeMethod: 'S256',
        gty: 'authorization_code',
      }).save()
      const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri }
      return { grantId, form: { ...form, code, code_verifier: verifier } }
    },
    token,
    refresh: (clientId: string, refreshToken = ''): Promise<TokenAnswer> =>
      token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
