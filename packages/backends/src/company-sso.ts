import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'

/** What the SSO of a test says of whoever signs in, and how it may lie. */
export interface Says {
  readonly subject: string
  readonly groups: readonly string[]
  /** Replaces claims of the ID token. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
  /** Replaces the whole ID token. */
  readonly idToken?: (claims: JWTPayload) => Promise<string>
  /** Replaces parameters of the redirect back; undefined removes one. */
  readonly callback?: Readonly<Record<string, string | undefined>>
  /** A path that is never answered. */
  readonly silentAt?: string
  /** Replaces the answer of the token endpoint. */
  readonly token?: { readonly status: number; readonly type: string; readonly body: string }
}

type Answers = boolean | 'hangs'

/** An OpenID provider on loopback that signs in whom the test says, without a page. */
export interface CompanySso extends AsyncDisposable {
  readonly issuer: string
  readonly jwksUri: string
  readonly clientId: string
  readonly clientSecret: string
  says: Says
  /** Signs with its key; `header` replaces members of the header. */
  sign(claims: JWTPayload, header: Partial<JWTHeaderParameters>): Promise<string>
  /** Paths and parameters of every request so far. */
  readonly requests: { readonly path: string; readonly parameters: URLSearchParams }[]
  /** Whether it answers, by path where it is not all the same: not at all is a connection that breaks, or one that stays silent. */
  answers: Answers | ((path: string) => Answers)
}

/** Starts it. Its claims have `iss`, `aud`, `sub`, `nonce`, `iat`, `exp` and `groups`; ES256 signs them. */
export const startCompanySso = async (subject = 'anna'): Promise<CompanySso> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'sso-1', alg: 'ES256', use: 'sig' }] }
  const codes = new Map<string, URLSearchParams>()
  const clientId = 'gateway-at-company'
  const clientSecret = 'a secret of the company'

  const idToken = async (asked: URLSearchParams): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: sso.issuer,
      aud: clientId,
      sub: sso.says.subject,
      nonce: asked.get('nonce'),
      iat: now,
      exp: now + 300,
      groups: sso.says.groups,
      ...sso.says.claims,
    }
    if (sso.says.idToken) return sso.says.idToken(claims)
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'sso-1', ...sso.says.header })
      .sign(privateKey)
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', sso.issuer)
    const body =
      request.method === 'POST'
        ? new URLSearchParams(Buffer.concat(await request.toArray()).toString())
        : url.searchParams
    sso.requests.push({ path: url.pathname, parameters: body })
    const answers = typeof sso.answers === 'function' ? sso.answers(url.pathname) : sso.answers
    if (answers === 'hangs') return
    if (!answers) return void response.destroy()
    if (sso.says.silentAt === url.pathname) return
    const json = (value: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url.pathname === '/.well-known/openid-configuration') {
      return void json({
        issuer: sso.issuer,
        authorization_endpoint: `${sso.issuer}/authorize`,
        token_endpoint: `${sso.issuer}/token`,
        jwks_uri: sso.jwksUri,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256', 'HS256', 'none'],
      })
    }
    if (url.pathname === '/jwks') return void json(jwks)
    if (url.pathname === '/authorize') {
      const code = crypto.randomUUID()
      codes.set(code, url.searchParams)
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      const parameters = { code, state: url.searchParams.get('state') ?? undefined, ...sso.says.callback }
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) back.searchParams.set(name, value)
      return void response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname !== '/token') return void json({ error: 'not_found' }, 404)
    const { token } = sso.says
    if (token) return void response.writeHead(token.status, { 'content-type': token.type }).end(token.body)
    const asked = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    if (!asked || body.get('client_secret') !== clientSecret)
      return void json({ error: 'invalid_grant' }, 400)
    json({
      access_token: 'of-the-company',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: await idToken(asked),
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const sso: CompanySso = {
    issuer,
    jwksUri: `${issuer}/jwks`,
    clientId,
    clientSecret,
    says: { subject, groups: ['staff'] },
    sign: (claims, header) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'sso-1', ...header }).sign(privateKey),
    requests: [],
    answers: true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return sso
}
