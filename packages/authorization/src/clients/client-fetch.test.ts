import { generateKeyPairSync } from 'node:crypto'
import { startClientHost } from '@gateway/backends'
import Provider, { errors } from 'oidc-provider'
import { expect, test } from 'vitest'
import { createClientFetch } from './client-fetch.ts'

const id = 'https://client.example/oauth/client.json'
const jwksUri = 'https://client.example/oauth/jwks.json'
const document = {
  client_id: id,
  client_name: 'Cl\u202eient',
  client_uri: 'https://client.example',
  logo_uri: 'https://client.example/logo.png',
  scope: 'aws:read',
  redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/cb'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
}
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }

/** The provider that oidc-provider 9.13 makes of these members, with nothing of ours but the fetch. */
const providerAt = (host: Awaited<ReturnType<typeof startClientHost>>) => {
  const clock = { at: 1_000_000 }
  const fetch = createClientFetch({
    now: () => clock.at,
    lookup: async () => ['93.184.215.14'],
    proxyUrl: host.proxyUrl,
    ca: host.ca,
  })
  const provider = new Provider('https://auth.example', {
    fetch,
    clientAuthMethods: ['none', 'private_key_jwt'],
    features: { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } },
  })
  return { provider, clock, fetch }
}

test('a client that describes itself is what its cleaned document says', async () => {
  await using host = await startClientHost(['client.example'])
  host.answer('client.example/oauth/client.json', host.json(document))
  const { provider } = providerAt(host)
  const client = await provider.Client.find(id)
  expect(client?.metadata()).toMatchObject({
    client_id: id,
    client_name: 'Client',
    redirect_uris: document.redirect_uris,
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  })
  for (const name of ['logo_uri', 'client_uri', 'scope']) expect(client?.metadata()).not.toHaveProperty(name)
  await provider.Client.find(id)
  expect(host.seen.length).toBe(1)
})

test.for<[string, object]>([
  ['C34 a client_secret', { client_secret: 'x' }],
  ['C34 client_secret_basic', { token_endpoint_auth_method: 'client_secret_basic' }],
  ['another client_id', { client_id: 'https://client.example/other' }],
  ['a bad redirect', { redirect_uris: ['http://evil.example/'] }],
  ['C33 a document of more than 5 KB', { x: 'x'.repeat(5_120) }],
])('%s: no client, and no second fetch', async ([, changes]) => {
  await using host = await startClientHost(['client.example'])
  host.answer('client.example/oauth/client.json', host.json({ ...document, ...changes }))
  const { provider } = providerAt(host)
  for (const _ of [1, 2]) {
    const refusal = await provider.Client.find(id).catch((thrown: unknown) => thrown)
    expect(refusal).toBeInstanceOf(errors.InvalidClient)
    expect(refusal).toMatchObject({ status: 400, message: 'invalid_client' })
  }
  expect(host.seen.length).toBe(1)
})

test.for([
  'https://client.example',
  'https://client.example/',
  'https://client.example:8443/a',
  'https://127.0.0.1/a',
])('C30 C32 %s: no client, and no fetch', async (clientId) => {
  await using host = await startClientHost(['client.example'])
  const { provider } = providerAt(host)
  await expect(provider.Client.find(clientId)).rejects.toThrow('invalid_client')
  expect(host.asked).toEqual([])
})

test('C36 the keys of a client are cleaned and not fetched for every request', async () => {
  await using host = await startClientHost(['client.example'])
  const signed = { ...document, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri }
  host.answer('client.example/oauth/client.json', host.json(signed))
  host.answer('client.example/oauth/jwks.json', host.json({ keys: [{ ...key, x5u: 'http://127.0.0.1/' }] }))
  const { provider, fetch } = providerAt(host)
  for (const _ of [1, 2, 3]) {
    const client = await provider.Client.find(id)
    const keys = client as unknown as { asymmetricKeyStore: { refresh(): Promise<void> } & Iterable<unknown> }
    await keys.asymmetricKeyStore.refresh()
    expect([...keys.asymmetricKeyStore]).toMatchObject([{ kid: 'k1' }])
  }
  expect(await (await fetch(jwksUri)).json()).toEqual({ keys: [key] })
  expect(host.seen.map(({ url }) => url)).toEqual(['/oauth/client.json', '/oauth/jwks.json'])
})

test('keys that cannot be read leave the host alone for documents, too', async () => {
  await using host = await startClientHost(['client.example'])
  host.answer('client.example/oauth/client.json', host.json(document))
  const { provider, fetch, clock } = providerAt(host)
  await expect(fetch(jwksUri)).rejects.toThrow('status 404')
  await expect(provider.Client.find(id)).rejects.toThrow('invalid_client')
  expect(host.seen.length).toBe(1)
  clock.at += 60_001
  expect((await provider.Client.find(id))?.clientId).toBe(id)
})
