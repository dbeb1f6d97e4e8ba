import { type CompanySso, startCompanySso } from '@gateway/backends'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { rawRequest } from './testing/raw-request.ts'
import { refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
beforeAll(async () => {
  sso = await startCompanySso()
  harness = await startHarness([tenantAt('acme', sso)])
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

const documents = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']

test.each(documents)('B05 %s tells what there is and nothing else', async (path) => {
  const answer = await harness.send(path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  const text = (await answer.text()).replaceAll(harness.issuer, 'https://auth.example')
  expect(JSON.parse(text)).toMatchInlineSnapshot(`
    {
      "authorization_endpoint": "https://auth.example/auth",
      "authorization_grant_profiles_supported": [
        "urn:ietf:params:oauth:grant-profile:id-jag",
      ],
      "authorization_response_iss_parameter_supported": true,
      "claim_types_supported": [
        "normal",
      ],
      "claims_parameter_supported": false,
      "claims_supported": [
        "sub",
        "sid",
        "auth_time",
        "iss",
      ],
      "client_id_metadata_document_supported": true,
      "code_challenge_methods_supported": [
        "S256",
      ],
      "grant_types_supported": [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
      ],
      "id_token_signing_alg_values_supported": [
        "ES256",
      ],
      "issuer": "https://auth.example",
      "jwks_uri": "https://auth.example/jwks",
      "registration_endpoint": "https://auth.example/reg",
      "request_uri_parameter_supported": false,
      "response_modes_supported": [
        "query",
      ],
      "response_types_supported": [
        "code",
      ],
      "revocation_endpoint": "https://auth.example/token/revocation",
      "scopes_supported": [
        "openid",
        "offline_access",
        "aws:read",
        "aws:write",
        "aws:admin",
      ],
      "subject_types_supported": [
        "public",
      ],
      "token_endpoint": "https://auth.example/token",
      "token_endpoint_auth_methods_supported": [
        "none",
        "private_key_jwt",
      ],
      "token_endpoint_auth_signing_alg_values_supported": [
        "ES256",
        "RS256",
        "PS256",
      ],
    }
  `)
})

describe('B02 another host', () => {
  const host = () => new URL(harness.issuer).host
  const hostile = ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example;proto=https']
  const asIs = async (path: string) => (await harness.send(path)).text()

  test.each(documents)('forwarded headers change nothing of %s', async (path) => {
    const more = ['X-Forwarded-Proto: https', 'X-Forwarded-Port: 444', 'X-Original-URL: /jwks']
    for (const header of [...hostile, ...more, 'X-Forwarded-For: 10.1.1.1', 'X-Host: evil.example']) {
      const answer = await rawRequest(harness.issuer, [`GET ${path} HTTP/1.1`, `Host: ${host()}`, header])
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain(await asIs(path))
    }
  })

  test('forwarded headers change nothing of where /auth leads', async () => {
    const { client_id: clientId } = await harness.register()
    const { pathname, search } = new URL(harness.authUrl({ clientId }))
    const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host()}`, ...hostile]
    const answer = await rawRequest(harness.issuer, lines)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(/^\/interaction\/[\w-]+$/)
  })

  const paths = [
    ...documents,
    '/jwks',
    '/',
    '/auth',
    '/interaction/x',
    '/sso/callback/acme?code=1&state=2',
    '/nothing',
  ]
  const hosts = [
    'evil.example',
    'localhost',
    '127.0.0.1',
    'auth.example@HOST',
    'HOST.evil.example',
    'HOST.',
    '',
  ]
  test.each(paths)('421 for %s at another host', async (path) => {
    for (const name of hosts) {
      const lines = [`GET ${path} HTTP/1.1`, `Host: ${name.replace('HOST', host())}`]
      const { status, text } = await refusalOf(harness, () => rawRequest(harness.issuer, lines))
      expect({ name, status }).toEqual({ name, status: 421 })
      expect(text).not.toContain('evil.example')
    }
  })

  test.each([
    ['two hosts', [`Host: HOST`, 'Host: evil.example']],
    ['two of the same', [`Host: HOST`, 'Host: HOST']],
    ['none', []],
  ])('400 for %s', async (_, lines) => {
    const all = [`GET ${documents[0]} HTTP/1.1`, ...lines.map((line) => line.replace('HOST', host()))]
    const { status } = await refusalOf(harness, () => rawRequest(harness.issuer, all))
    expect(status).toBe(400)
  })

  test('an absolute request line is refused, whatever host it names', async () => {
    for (const origin of ['http://evil.example', harness.issuer]) {
      const lines = [`GET ${origin}${documents[0]} HTTP/1.1`, `Host: ${host()}`]
      const { status, text } = await refusalOf(harness, () => rawRequest(harness.issuer, lines))
      expect([status, text.includes('evil.example')]).toEqual([400, false])
    }
  })
})
