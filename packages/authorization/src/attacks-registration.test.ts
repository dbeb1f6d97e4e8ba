import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CompanySso, startCompanySso } from '@gateway/backends'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
const json = { 'content-type': 'application/json' }
beforeAll(async () => {
  sso = await startCompanySso()
})
// A new one each time: it counts the registrations of an address.
beforeEach(async () => {
  harness = await startHarness([tenantAt('acme', sso)])
  return () => harness[Symbol.asyncDispose]()
})
afterAll(() => sso[Symbol.asyncDispose]())

const send = (body: string, headers: Readonly<Record<string, string>> = json) =>
  harness.send('/reg', { method: 'POST', headers, body })
const registration = (metadata: object) => JSON.stringify({ redirect_uris: [appRedirect], ...metadata })

describe('C24 bodies that register nothing', () => {
  const deep = (depth: number) => `{"redirect_uris":${'['.repeat(depth)}${']'.repeat(depth)}}`
  const rows: [string, string][] = [
    ['1 MB', `{"client_name":"${'x'.repeat(1_000_000)}"}`],
    ['100,000 deep', deep(100_000)],
    ['15,000 deep', deep(15_000)],
    ['100 deep', deep(100)],
    ['objects 5,000 deep', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number', '1e999'],
    ['true', 'true'],
    ['empty', ''],
    ['spaces', '   '],
    ['an empty object', '{}'],
    ['cut short', '{"redirect_uris":["http'],
    ['two objects', '{}{}'],
    ['a BOM', `\ufeff${JSON.stringify({ redirect_uris: [appRedirect] })}`],
    ['__proto__', `{"__proto__":{"redirect_uris":["${appRedirect}"]},"redirect_uris":["${appRedirect}"]}`],
    ['constructor', `{"constructor":{"prototype":{}},"redirect_uris":["${appRedirect}"]}`],
    ['an escaped __proto__', `{"__pro\\u0074o__":{},"redirect_uris":["${appRedirect}"]}`],
    ['__proto__ further in', `{"redirect_uris":["${appRedirect}"],"jwks":{"__proto__":{}}}`],
    ['10,000 members', `{${Array.from({ length: 3_000 }, (_, n) => `"a${n}":1`).join(',')}}`],
    ['a form', 'redirect_uris=x'],
  ]
  test.each(rows)('%s', async (_, body) => {
    const { status, error } = await refusalOf(harness, () => send(body))
    expect([400, 413, 415]).toContain(status)
    expect(error).toMatch(/^invalid_(request|client_metadata|redirect_uri)$/)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'text/json',
  ])('of type %s', async (type) => {
    const answer = await send(registration({}), { 'content-type': type })
    if (!type.startsWith('application/json')) expect([400, 415]).toContain(answer.status)
    else expect(answer.status).toBeLessThan(500)
  })
})

test.each([
  [
    'Claude Code',
    {
      client_name: 'Claude Code',
      redirect_uris: ['http://localhost:54212/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  [
    'Claude.ai',
    {
      client_name: 'Claude',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'aws:read',
    },
  ],
  [
    'Cursor',
    {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      token_endpoint_auth_method: 'none',
    },
  ],
  [
    'VS Code',
    {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      scope: '',
    },
  ],
  [
    'ChatGPT',
    {
      client_name: 'ChatGPT',
      redirect_uris: [
        'https://chatgpt.com/connector/oauth/abc123',
        'https://chatgpt.com/connector_platform_oauth_redirect',
      ],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  [
    'Gemini CLI',
    {
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: '',
    },
  ],
])('C25 the registration of %s: 201, no secret, no scope', async (_, metadata) => {
  const answer = await send(JSON.stringify(metadata))
  expect(answer.status).toBe(201)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const client = (await answer.json()) as Record<string, unknown>
  expect(client).toMatchObject({ token_endpoint_auth_method: 'none', redirect_uris: metadata.redirect_uris })
  for (const name of ['client_secret', 'scope', 'registration_access_token'])
    expect(client).not.toHaveProperty(name)
})

describe('C26 grants and secrets that nobody gets', () => {
  const device = 'urn:ietf:params:oauth:grant-type:device_code'
  test.each([
    [device],
    ['client_credentials'],
    ['implicit'],
    ['password'],
    ['urn:openid:params:grant-type:ciba'],
  ])('%s is left out, and refused alone', async (grant) => {
    const client = await harness.register({
      redirect_uris: [appRedirect],
      grant_types: ['authorization_code', grant],
    })
    expect(client.grant_types).toEqual(['authorization_code'])
    await refusalOf(harness, () => send(registration({ grant_types: [grant] })))
    const use = () =>
      harness.post('/token', { grant_type: grant, client_id: client.client_id, device_code: 'x' })
    expect((await refusalOf(harness, use)).error).toMatch(
      /^(unsupported_grant_type|invalid_request|unauthorized_client)$/,
    )
  })

  test.each([
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { token_endpoint_auth_method: 'tls_client_auth' },
    { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    { token_endpoint_auth_method: ['none'] },
    { response_types: ['token'] },
    { response_types: ['none'] },
    { response_types: [] },
    { redirect_uris: [] },
    { redirect_uris: 'http://127.0.0.1/callback' },
    { redirect_uris: ['http://evil.example/cb'] },
    { redirect_uris: ['https://*.evil.example/cb'] },
    { redirect_uris: ['https://1.2.3.4/cb'] },
    { redirect_uris: ['https://u@evil.example/cb'] },
    { redirect_uris: ['javascript:alert(1)'] },
    { redirect_uris: ['https://a.example/\r\nx'] },
    { redirect_uris: [`https://a.example/${'x'.repeat(600)}`] },
    { redirect_uris: ['https://a.example/cb#x'] },
    { redirect_uris: [appRedirect, 'evil://x'] },
    { client_name: { toString: 'x' } },
    { grant_types: 'authorization_code' },
  ])('%j is refused', async (metadata) => {
    expect((await refusalOf(harness, () => send(registration(metadata)))).error).toMatch(
      /^invalid_(client_metadata|redirect_uri)$/,
    )
  })
})

test('C28 a name is shown without what it could do', async () => {
  for (const client_name of [
    '<script>alert(1)</script>',
    'safe\u202Eedualc',
    'Claude\u0000\u200b',
    '"><img src=x>',
    '&lt;b&gt;',
  ]) {
    const { client_id: clientId } = await harness.register({
      redirect_uris: ['https://evil.example/cb'],
      client_name,
    })
    const url = harness.authUrl({ clientId, parameters: { redirect_uri: 'https://evil.example/cb' } })
    const { text, status } = await harness.browser().open(url)
    expect(status).toBe(200)
    expect(text).not.toMatch(/<script|<img|\p{Cf}/u)
    expect(text).not.toContain('\0')
    expect(text).toMatch(/<h1><strong>evil\.example<\/strong>/)
  }
})

test('C29 what it links to is never fetched and never shown', async () => {
  let connections = 0
  const listener = createServer((_, response) => response.end('{}')).on('connection', () => connections++)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/x`
  const names = [
    'logo_uri',
    'policy_uri',
    'tos_uri',
    'client_uri',
    'sector_identifier_uri',
    'initiate_login_uri',
    'software_statement',
  ]
  const { client_id: clientId } = await harness.register({
    redirect_uris: [appRedirect],
    ...Object.fromEntries(names.map((name) => [name, at])),
  })
  await refusalOf(harness, () =>
    send(registration({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: at })),
  )
  const { text } = await harness.browser().open(harness.authUrl({ clientId }))
  expect(text).not.toContain(at)
  await harness.signIn({ clientId })
  expect(connections).toBe(0)
  listener.close()
})

test('the twenty-first client of an hour from one address is one too many, and the same one again is not', async () => {
  for (let n = 0; n < 20; n++)
    await harness.register({ redirect_uris: [appRedirect], client_name: `App ${n}` })
  const { status, headers } = await refusalOf(harness, () => send(registration({ client_name: 'App 20' })))
  expect(status).toBe(429)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await send(registration({ client_name: 'App 3' }))).status).toBe(201)
})

describe('apps in a browser (CORS)', () => {
  const page = 'https://app.example'
  const redirect_uris = [`${page}/cb`, 'http://localhost:6274/oauth/callback']

  test.each([page, 'http://localhost:6274', 'http://localhost:9'])(
    '%s, which a redirect names',
    async (origin) => {
      const preflight = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      }
      for (const path of ['/reg', '/token', '/token/revocation']) {
        const asked = await harness.send(path, { method: 'OPTIONS', headers: preflight })
        expect(asked.status).toBe(204)
        expect(asked.headers.get('access-control-allow-origin')).toBe(origin)
        expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
      }
      const answer = await send(JSON.stringify({ redirect_uris }), { ...json, origin })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      const { client_id } = (await answer.json()) as { client_id: string }
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id })
      const refused = await harness.send('/token', { method: 'POST', headers: { origin }, body })
      expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
      expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
    },
  )

  test.each([
    'https://evil.example',
    'null',
    'https://app.example.evil.example',
    'http://app.example',
    'https://app.example:8443',
    'nonsense',
  ])('%s, which none names', async (origin) => {
    const answer = await send(JSON.stringify({ redirect_uris: [...redirect_uris, 'cursor://x/cb'] }), {
      ...json,
      origin,
    })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const { client_id } = (await answer.json()) as { client_id: string }
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id })
    const use = () => harness.send('/token', { method: 'POST', headers: { origin }, body })
    const { headers, error } = await refusalOf(harness, use)
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(error).toBe('invalid_request')
  })
})
