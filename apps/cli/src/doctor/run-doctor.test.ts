import { expect, test } from 'vitest'
import { certificateFor } from './testing/certificate.ts'
import type { Breaking } from './testing/deployment-double.ts'
import { day, examine } from './testing/examine.ts'
import { resourceMetadata } from './testing/gateway-double.ts'
import { json, nothing } from './testing/reply.ts'

test('a deployment that is right', async () => {
  const { code, fails, warns, skips, findings, clients } = await examine()
  expect({ code, fails, warns }).toEqual({ code: 0, fails: [], warns: [] })
  expect(skips).toEqual(['tls-certificate', 'tls-version', 'plain-http', 'as-certificate'])
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length)
  expect(findings.length).toBeGreaterThan(50)
  // What was registered is gone again.
  expect(clients.size).toBe(0)
})

test('a deployment that is right, over TLS', async () => {
  const certificate = certificateFor(new Date(Date.now() - day), new Date(Date.now() + 90 * day))
  const { code, fails, warns, skips } = await examine({ certificate })
  expect({ code, fails, warns, skips }).toEqual({ code: 0, fails: [], warns: [], skips: ['plain-http'] })
})

const isMetadata = (path: string) => path.startsWith('/.well-known/oauth-protected-resource')
const isServerMetadata = (path: string) => path.startsWith('/.well-known/oauth-authorization-server')

test.for<[string, Breaking, readonly string[]]>([
  [
    'a proxy strips WWW-Authenticate',
    (_, { headers: { 'www-authenticate': __, ...headers }, ...reply }) => ({ ...reply, headers }),
    ['challenge-header'],
  ],
  [
    'a proxy adds a challenge of its own',
    (_, reply) =>
      reply.status === 401
        ? { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Basic realm="x"' } }
        : reply,
    ['challenge-header', 'refused-token'],
  ],
  [
    'resource is that of another name',
    ({ url }, reply, places) =>
      isMetadata(url.pathname) && reply.status === 200
        ? {
            ...reply,
            body: JSON.stringify({ ...resourceMetadata(places), resource: `${places.gateway}/mcp/` }),
          }
        : reply,
    ['metadata-resource', 'token-audience'],
  ],
  [
    'metadata is built from Host',
    ({ url, headers }, reply, places) =>
      isMetadata(url.pathname)
        ? json(200, resourceMetadata({ ...places, gateway: `http://${headers.host}` }), {
            'access-control-allow-origin': '*',
          })
        : reply,
    ['metadata-host'],
  ],
  [
    'endpoints are built from X-Forwarded-Host',
    ({ of, url, headers }, reply) =>
      of === 'authorization' && isServerMetadata(url.pathname) && headers['x-forwarded-host']
        ? {
            ...reply,
            body: reply.body?.replaceAll(/127\.0\.0\.1:\d+/g, String(headers['x-forwarded-host'])) ?? '',
          }
        : reply,
    ['as-host'],
  ],
  [
    'S256 is missing',
    ({ url }, reply) =>
      isServerMetadata(url.pathname)
        ? { ...reply, body: reply.body?.replace('["S256"]', '["plain"]') ?? '' }
        : reply,
    ['as-pkce'],
  ],
  [
    'clients need a secret',
    ({ url }, reply) =>
      isServerMetadata(url.pathname)
        ? { ...reply, body: reply.body?.replace('["none"', '["client_secret_post"') ?? '' }
        : reply,
    ['as-client-auth'],
  ],
  [
    'registration refuses native redirects',
    ({ url, body, method }, reply) =>
      method === 'POST' && url.pathname === '/reg' && /localhost|127\.0\.0\.1/.test(body)
        ? json(400, { error: 'invalid_redirect_uri', error_description: 'redirect_uris must be https' })
        : reply,
    ['register-claude-code', 'register-cursor', 'register-vscode', 'register-codex', 'register-gemini-cli'],
  ],
  [
    'registration takes any redirect',
    ({ url, body }, reply) =>
      url.pathname === '/reg' && body.includes('evil.example') ? json(201, { client_id: 'x' }) : reply,
    ['register-hostile'],
  ],
  [
    'registration gives Claude a secret',
    ({ url, body }, reply) =>
      url.pathname === '/reg' && body.includes('client_secret_post')
        ? { ...reply, body: reply.body?.replace('"none"', '"client_secret_post","client_secret":"s"') ?? '' }
        : reply,
    ['register-claude-web', 'register-claude-desktop'],
  ],
  [
    'the metadata of the authorization server is not there',
    ({ of, url }, reply) => (of === 'authorization' && isServerMetadata(url.pathname) ? nothing(404) : reply),
    ['as-metadata'],
  ],
  [
    'the gateway and its server disagree on the issuer',
    ({ url }, reply, { authorization }) =>
      isServerMetadata(url.pathname)
        ? { ...reply, body: reply.body?.replace(`"${authorization}"`, `"${authorization}/"`) ?? '' }
        : reply,
    ['as-issuer'],
  ],
  [
    'a proxy holds streams back',
    (_, reply) => (reply.endless ? { ...reply, held: true } : reply),
    ['stream'],
  ],
  [
    'a proxy sends the head of a stream and holds the rest back',
    (_, reply) => (reply.endless ? { ...reply, body: '' } : reply),
    ['stream'],
  ],
  ['a proxy cuts streams', (_, reply) => ({ ...reply, endless: false }), ['stream']],
  [
    'a proxy compresses streams',
    (_, reply) =>
      reply.endless ? { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' } } : reply,
    ['stream'],
  ],
  [
    'the slash at the end is redirected',
    ({ url }, reply) => (url.pathname === '/mcp/' ? { status: 308, headers: { location: '/mcp' } } : reply),
    ['challenge-slash'],
  ],
  [
    'the slash at the end is not there',
    ({ url }, reply) => (url.pathname === '/mcp/' ? nothing(404) : reply),
    ['challenge-slash'],
  ],
  [
    'a token in the query is taken',
    ({ url }, reply) =>
      url.searchParams.has('access_token') ? json(401, { error: 'invalid_token' }) : reply,
    ['query-token'],
  ],
  [
    'CORS headers are missing',
    (_, { headers: { 'access-control-allow-origin': __, ...headers }, ...reply }) => ({ ...reply, headers }),
    ['metadata-cors'],
  ],
  [
    'foreign pages may call',
    ({ of, headers }, reply) =>
      of === 'gateway' && headers.origin
        ? json(401, {}, { 'access-control-allow-origin': headers.origin, 'cache-control': 'no-store' })
        : reply,
    ['origin'],
  ],
  [
    'the error tells what is wrong with a token',
    ({ headers }, reply) =>
      reply.status === 401 && headers.authorization?.includes('not-a-token')
        ? { ...reply, body: '{"error":"invalid_token","error_description":"malformed"}' }
        : reply,
    ['refused-token'],
  ],
  [
    'a CDN keeps answers',
    (_, reply) => ({ ...reply, headers: { ...reply.headers, 'cache-control': 'max-age=60' } }),
    ['challenge-not-stored'],
  ],
  [
    'a loopback redirect needs the port that was registered',
    ({ url }, reply) =>
      url.searchParams.get('redirect_uri')?.includes(':54212') && url.pathname === '/auth'
        ? nothing(400)
        : reply,
    ['authorize-claude-code', 'document-claude-code'],
  ],
  [
    'the server cannot read client documents',
    ({ url }, reply) => (url.searchParams.get('client_id')?.startsWith('https://') ? nothing(400) : reply),
    [
      'document-claude-web',
      'document-claude-desktop',
      'document-claude-code',
      'document-vscode',
      'document-codex',
    ],
  ],
  [
    'any redirect is taken',
    ({ url }, reply) =>
      url.searchParams.get('redirect_uri')?.includes('evil.example')
        ? { status: 303, headers: { location: 'https://evil.example/callback?code=x' } }
        : reply,
    ['redirect-foreign'],
  ],
  [
    'spellings of the resource are refused',
    ({ url }, reply, { gateway }) =>
      url.pathname === '/auth' && url.searchParams.get('resource') === `${gateway}/mcp/`
        ? nothing(400)
        : reply,
    ['resource-alias'],
  ],
  [
    'any resource is taken',
    ({ url }, reply) =>
      url.searchParams.get('resource')?.includes('evil.example')
        ? { status: 303, headers: { location: '/interaction/1' } }
        : reply,
    ['resource-foreign'],
  ],
  [
    'PKCE is not required',
    ({ url }, reply) =>
      url.pathname === '/auth' && !url.searchParams.has('code_challenge')
        ? { status: 303, headers: { location: '/interaction/1' } }
        : reply,
    ['pkce-required'],
  ],
  [
    'the iss is missing in errors',
    (_, reply) =>
      reply.headers.location?.includes('invalid_request')
        ? { ...reply, headers: { location: reply.headers.location.replace(/&iss=[^&]*/, '') } }
        : reply,
    ['pkce-required'],
  ],
  [
    'a proxy drops Mcp-Method',
    ({ body }, reply) => (/"tools\/list".*2026-07-28/.test(body) ? nothing(400) : reply),
    ['wire-modern'],
  ],
  [
    'a proxy drops Mcp-Session-Id',
    ({ headers }, reply) => (headers['mcp-session-id'] ? nothing(404) : reply),
    ['wire-legacy', 'stream'],
  ],
])('%s: that is named, and nothing else', async ([, breaking, ids]) => {
  const { code, fails, warns, findings } = await examine({ breaking })
  expect({ code, fails }).toEqual({ code: 1, fails: ids })
  // Every other check is well, or could not be tried for what is wrong.
  expect(warns.filter((id) => id !== 'as-private-key-jwt')).toEqual([])
  for (const { status, problem, remedy } of findings) {
    if (status !== 'ok')
      expect([problem, remedy]).toEqual([expect.stringMatching(/\.$|:/), expect.stringMatching(/\.$/)])
  }
})
