import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayError, type Tenant } from '@gateway/domain'
import { generateKeyPair, importPKCS8, SignJWT } from 'jose'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkClientAssertion } from './client-assertion.ts'
import {
  clientsOf,
  findTenantClient,
  machineRightsOf,
  tenantClientFaults,
  tenantIdOfClient,
} from './tenant-clients.ts'

const spki = { type: 'spki', format: 'pem' } as const
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const ec = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: spki, privateKeyEncoding: pkcs8 })
const keys = ec()
const others = ec()

const tenant = (id: string, changes: Partial<Tenant> = {}): Tenant =>
  ({
    id,
    name: id,
    status: 'active',
    machineClients: [
      {
        clientId: `${id}.ci`,
        publicKeys: [keys.publicKey],
        scopes: ['aws:read', 'aws:write'],
        groups: ['bots'],
      },
    ],
    preRegisteredClients: [
      {
        clientId: `${id}.studio`,
        name: 'Studio',
        redirectUris: ['https://global.consent.azure-apim.net/redirect/x'],
      },
    ],
    ...changes,
  }) as Tenant

const directory = (...tenants: Tenant[]) => ({
  find: async (id: string) => tenants.find((each) => each.id === id),
})

test('the clients of a tenant are what oidc-provider takes', async () => {
  const [machine, host] = clientsOf(tenant('acme'))
  expect(machine).toMatchObject({
    client_id: 'acme.ci',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    scope: 'aws:read aws:write',
    jwks: { keys: [{ kty: 'EC', crv: 'P-256', use: 'sig', kid: expect.stringMatching(/^[\w-]{43}$/) }] },
  })
  expect(JSON.stringify(machine)).not.toContain('"d"')
  expect(host).toEqual({
    client_id: 'acme.studio',
    client_name: 'Studio',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    response_types: ['code'],
    redirect_uris: ['https://global.consent.azure-apim.net/redirect/x'],
    application_type: 'web',
  })
})

test.for<[string, string | undefined]>([
  ['acme.ci', 'acme'],
  ['acme-2.ci', 'acme-2'],
  ['acme.a.b', 'acme'],
  ['acme', undefined],
  ['.ci', undefined],
  ['acme.', undefined],
  ['https://acme.example/a', undefined],
  ['acme.ci\n', undefined],
  ['ACME.ci', undefined],
  [`acme.${'a'.repeat(97)}`, undefined],
  ['', undefined],
])('%j names the tenant %s', ([id, tenantId]) => {
  expect(tenantIdOfClient(id)).toBe(tenantId)
})

test('a client is found in its own tenant only, and not while that is suspended', async () => {
  const stolen = { ...tenant('globex'), machineClients: tenant('acme').machineClients } as Tenant
  const both = directory(tenant('acme', { status: 'suspended' }), stolen)
  expect(await findTenantClient(both, 'acme.ci')).toBeUndefined()
  expect(await findTenantClient(both, 'globex.ci')).toBeUndefined()
  expect((await findTenantClient(both, 'globex.studio'))?.client_id).toBe('globex.studio')
  expect(await findTenantClient(both, 'initech.ci')).toBeUndefined()
  expect(machineRightsOf(tenant('acme', { status: 'suspended' }), 'acme.ci')).toBeUndefined()
  expect(machineRightsOf(tenant('acme'), 'acme.ci')).toMatchObject({
    scopes: ['aws:read', 'aws:write'],
    groups: ['bots'],
  })
  expect(machineRightsOf(tenant('acme'), 'acme.studio')).toBeUndefined()
})

test('a directory that cannot tell is no unknown client', async () => {
  const find = () => Promise.reject(new GatewayError('unavailable', 'The tenants cannot be read.'))
  await expect(findTenantClient({ find }, 'acme.ci')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(findTenantClient({ find }, 'https://client.example/a')).resolves.toBeUndefined()
})

test('a redirect or URL of keys that nobody else could register is a fault, and then there are no clients', () => {
  const bad = tenant('acme', {
    machineClients: [
      { clientId: 'acme.ci', jwksUri: 'https://127.0.0.1/jwks', scopes: ['aws:read'], groups: [] },
    ],
    preRegisteredClients: [
      { clientId: 'acme.a', name: 'a', redirectUris: ['https://ok.example/cb', 'http://evil.example/cb'] },
      { clientId: 'acme.b', name: 'b', redirectUris: ['cursor://a/b'], jwksUri: 'https://b.example:1/jwks' },
    ],
  })
  expect(tenantClientFaults(bad)).toEqual([
    'machineClients[0].jwksUri: has a host that is no public name',
    'preRegisteredClients[0].redirectUris[1]: is http, which only localhost, 127.0.0.1 and [::1] may be',
    'preRegisteredClients[1].jwksUri: has a port',
  ])
  expect(clientsOf(bad)).toEqual([])
  expect(tenantClientFaults(tenant('acme'))).toEqual([])
})

describe('C36 at the token endpoint', () => {
  const server = createServer()
  const place = { issuer: '' }

  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    place.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = new Provider(place.issuer, {
      clients: [...clientsOf(tenant('acme')), ...clientsOf(tenant('globex'))],
      clientAuthMethods: ['none', 'private_key_jwt'],
      scopes: ['offline_access', 'aws:read', 'aws:write', 'aws:admin'],
      features: { clientCredentials: { enabled: true } },
      enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
      assertJwtClientAuthClaimsAndHeader: (_, claims) => checkClientAssertion(claims, Date.now()),
    })
    provider.registerGrantType('urn:ietf:params:oauth:grant-type:jwt-bearer', () => undefined)
    server.on('request', provider.callback())
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const claimsOf = (changes: object = {}) => {
    const now = Math.floor(Date.now() / 1000)
    const jti = crypto.randomUUID()
    return { iss: 'acme.ci', sub: 'acme.ci', aud: place.issuer, iat: now, exp: now + 60, jti, ...changes }
  }
  const signed = async (changes: object = {}, key = keys.privateKey) =>
    new SignJWT(claimsOf(changes)).setProtectedHeader({ alg: 'ES256' }).sign(await importPKCS8(key, 'ES256'))
  const ask = async (assertion: string, scope = 'aws:read') => {
    const response = await fetch(`${place.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('a machine gets a token of its scopes, and no other', async () => {
    expect(await ask(await signed())).toMatchObject({
      status: 200,
      body: { scope: 'aws:read', token_type: 'Bearer' },
    })
    expect(await ask(await signed(), 'aws:admin')).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
  })

  test('an assertion is good once', async () => {
    const assertion = await signed()
    expect((await ask(assertion)).status).toBe(200)
    expect(await ask(assertion)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  test.for<[string, () => Promise<string>]>([
    ['another aud', () => signed({ aud: 'https://other.example' })],
    ['another aud beside ours', () => signed({ aud: [place.issuer, 'https://other.example'] })],
    ['1 h', () => signed({ exp: Math.floor(Date.now() / 1000) + 3_600 })],
    ['11 min', () => signed({ exp: Math.floor(Date.now() / 1000) + 660 })],
    ['an end that is none', () => signed({ exp: 1e20 })],
    ['expired', () => signed({ exp: Math.floor(Date.now() / 1000) - 60 })],
    ['no end', () => signed({ exp: undefined })],
    ['issued tomorrow', () => signed({ iat: Math.floor(Date.now() / 1000) + 86_400 })],
    ['no jti', () => signed({ jti: undefined })],
    ['a jti of 1,000 characters', () => signed({ jti: 'x'.repeat(1_000) })],
    ['a jti that is a list', () => signed({ jti: ['x'] })],
    ['another iss', () => signed({ iss: 'globex.ci' })],
    ['nobody', () => signed({ iss: 'acme.nobody', sub: 'acme.nobody' })],
    ['a client without a key', () => signed({ iss: 'acme.studio', sub: 'acme.studio' })],
    ['the key of another', () => signed({}, others.privateKey)],
    [
      'alg none',
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        return `${part({ alg: 'none' })}.${part(claimsOf())}.`
      },
    ],
    [
      'HS256 with the public key',
      async () =>
        new SignJWT(claimsOf()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(keys.publicKey)),
    ],
    [
      'another algorithm',
      async () => {
        const { privateKey } = await generateKeyPair('ES384')
        return new SignJWT(claimsOf()).setProtectedHeader({ alg: 'ES384' }).sign(privateKey)
      },
    ],
  ])('%s: invalid_client', async ([, make]) => {
    expect(await ask(await make())).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})
