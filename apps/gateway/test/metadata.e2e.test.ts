import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { expectAudited, shapeOf, t401, unchallenged } from './support/refusals.ts'
import { sendRaw } from './support/wire.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const places = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']

const document = () => ({
  resource: `${gateway.url}/mcp`,
  scopes_supported: ['aws:read'],
  bearer_methods_supported: ['header'],
  resource_name: 'AWS MCP gateway',
})

test('B01 both places: one document, for every page, without a sign-in', async () => {
  const answers = await Promise.all(places.map((path) => gateway.send({ path })))
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json\b/),
      'access-control-allow-origin': '*',
    })
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    expect(JSON.parse(answer.body)).toEqual(document())
  }
  expect(answers[0]?.body).toBe(answers[1]?.body)
})

test('B01 a page of any origin may read it', async () => {
  for (const path of places) {
    const answer = await gateway.send({ path, headers: [['origin', 'https://page.example']] })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*'])
  }
})

test('B01 a sign-in, good or bad, changes nothing', async () => {
  for (const authorization of ['Bearer x', 'Basic YTpi', `Bearer ${gateway.globex.token()}`]) {
    for (const path of places) {
      const answer = await gateway.send({ path, headers: [['authorization', authorization]] })
      expect([answer.status, JSON.parse(answer.body)]).toEqual([200, document()])
    }
  }
})

test('B01 HEAD has the headers and no body', async () => {
  for (const path of places) {
    const answer = await gateway.send({ method: 'HEAD', path })
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'access-control-allow-origin': '*' } })
  }
})

test('B01 the document is at these places only', async () => {
  for (const path of [
    '/.well-known/oauth-protected-resource/',
    '/.well-known/oauth-protected-resource/mcp/',
    '/.well-known/oauth-protected-resource/globex',
    '/.well-known/oauth-protected-resource/MCP',
    '/mcp/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]) {
    expect((await gateway.send({ path })).status).toBe(404)
  }
})

test('B01 a query changes nothing', async () => {
  const answer = await gateway.send({ path: `${places[1]}?resource=https://evil.example/mcp&tenant=globex` })
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, document()])
})

test('B02 an unknown Host is 421 at both places, whatever its spelling', async () => {
  const { port } = new URL(gateway.url)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1:1',
    '',
  ]) {
    for (const path of places) {
      const answer = await gateway.send({ path, headers: [['Host', host]] })
      unchallenged(answer, 421, 'unknown_host')
      expect(answer.body).not.toContain('evil')
      await expectAudited(gateway, answer, { outcome: 'deny', reason_code: 'unknown_host' })
    }
  }
})

test('B02 what a proxy could have said about the host is not believed', async () => {
  const hostile = [
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-prefix', '/evil'],
    ['x-forwarded-port', '1'],
    ['forwarded', 'host=evil.example;proto=https'],
    ['x-host', 'evil.example'],
    ['x-original-url', '/evil'],
    ['x-rewrite-url', '/evil'],
  ] as const
  for (const path of places) {
    const answer = await gateway.send({ path, headers: hostile })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, document()])
  }
  const refused = await gateway.call('x.y.z', 'ping', {}, { headers: hostile })
  expect(shapeOf(refused)).toEqual(t401(gateway.url))
})

test('B02 two hosts, and a host in the request line', async () => {
  const { host: own } = new URL(gateway.url)
  for (const hosts of [`Host: ${own}\r\nHost: evil.example`, `Host: evil.example\r\nHost: ${own}`]) {
    const answer = await sendRaw(
      gateway.url,
      `GET ${places[0]} HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toContain('evil')
  }
  const absolute = `GET http://evil.example${places[0]} HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`
  expect(await sendRaw(gateway.url, absolute)).toMatch(/^HTTP\/1\.1 400 /)
})

test('B04 other methods are 405 and say which are allowed', async () => {
  for (const path of places) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      for (const body of [undefined, '{}', '{"a', 'x'.repeat(100_000)]) {
        const answer = await gateway.send({ method, path, ...(body !== undefined && { body }) })
        unchallenged(answer, 405, 'method_not_allowed')
        expect(answer.headers.allow).toBe('GET, HEAD')
        await expectAudited(gateway, answer, { outcome: 'deny', reason_code: 'method_not_allowed' })
      }
    }
  }
})

test('B06 text of an attacker never reaches a challenge or splits a header', async () => {
  const { acme } = gateway
  const hostile = 'x", error="insufficient_scope", scope="aws:admin"\r\nSet-Cookie: a=b\r\n\r\n'
  for (const token of [
    acme.token({}, { kid: hostile }),
    acme.token({}, { alg: hostile }),
    acme.token({}, { typ: hostile }),
    acme.token({ iss: hostile }),
    acme.token({ aud: hostile }),
    acme.token({ client_id: hostile }),
    acme.token({ sub: '', scope: hostile }),
    '"x", y.z',
  ]) {
    const answer = await gateway.call(token, 'ping')
    expect(shapeOf(answer)).toEqual(t401(gateway.url))
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  for (const path of [
    '/mcp?x=%0d%0aSet-Cookie:%20a=b',
    '/mcp/%0d%0aSet-Cookie:%20a=b',
    `/${encodeURIComponent(hostile)}`,
  ]) {
    const answer = await gateway.send({ path, headers: [['authorization', 'Bearer x']] })
    expect([401, 404]).toContain(answer.status)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.body).not.toMatch(/Set-Cookie|insufficient/)
  }
})

test('every URL comes from the configuration, whatever the address of the socket', async () => {
  await using gw = await startGateway({ env: { PUBLIC_URL: 'https://mcp.example.com' } })
  const host = [['Host', 'mcp.example.com']] as const
  const answer = await gw.send({ path: places[0] ?? '', headers: host })
  expect(JSON.parse(answer.body).resource).toBe('https://mcp.example.com/mcp')
  const refused = await gw.send({ method: 'POST', path: '/mcp', headers: host })
  expect(refused.headers['www-authenticate']).toBe(
    'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="aws:read"',
  )
  const direct = await gw.send({ path: places[0] ?? '' })
  unchallenged(direct, 421, 'unknown_host')
  // The token's audience is that URL too, and not the address.
  const token = gw.acme.token()
  const authorization = (aud?: string) =>
    ['authorization', `Bearer ${aud ? gw.acme.token({ aud }) : token}`] as const
  const ping = { method: 'POST', path: '/mcp', body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }
  const json = ['content-type', 'application/json'] as const
  expect((await gw.send({ ...ping, headers: [...host, json, authorization()] })).status).toBe(200)
  const wrong = authorization(`${gw.url}/mcp`)
  expect((await gw.send({ ...ping, headers: [...host, json, wrong] })).status).toBe(401)
})

test('B01 the authorization server is named, and its own metadata is here too', async () => {
  const metadata = '{"issuer":"https://auth.example"}'
  const page = 'https://docs.example/connect'
  const state = { away: false }
  await using gw = await startGateway({
    authorization: true,
    env: { RESOURCE_DOCUMENTATION_URL: page },
    dependencies: ({ metadata: told }) => ({
      metadata: {
        ...told,
        authorization: {
          issuer: 'https://auth.example',
          metadata: async () => (state.away ? Promise.reject(new Error('away')) : metadata),
        },
      },
    }),
  })
  for (const path of places) {
    expect(JSON.parse((await gw.send({ path })).body)).toEqual({
      ...document(),
      resource: gw.resource,
      authorization_servers: ['https://auth.example'],
      resource_documentation: page,
    })
  }
  const own = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server/mcp']
  for (const path of own) {
    const answer = await gw.send({ path, headers: [['origin', 'https://page.example']] })
    expect(answer).toMatchObject({
      status: 200,
      body: metadata,
      headers: {
        'content-type': expect.stringMatching(/^application\/json\b/),
        'access-control-allow-origin': '*',
      },
    })
    unchallenged(await gw.send({ path, headers: [['Host', 'evil.example']] }), 421, 'unknown_host')
    unchallenged(await gw.send({ method: 'POST', path }), 405, 'method_not_allowed')
  }
  expect((await gw.send({ path: '/.well-known/openid-configuration' })).status).toBe(404)
  state.away = true
  for (const path of own) unchallenged(await gw.send({ path }), 503, 'unavailable')
})

test('B01 the metadata of an authorization server in this process is its own, to the letter', async () => {
  await using gw = await startGateway({ authorization: true })
  const told = await gw.send({ path: '/.well-known/oauth-authorization-server/mcp' })
  expect([told.status, JSON.parse(told.body)]).toEqual([
    200,
    expect.objectContaining({
      issuer: 'https://auth.example',
      token_endpoint: expect.stringMatching(/^https:\/\/auth\.example\//),
    }),
  ])
  expect(told.body).not.toContain(gw.url)
})

test('B01 the authorization server is named where its metadata is told nowhere but there', async () => {
  await using gw = await startGateway({
    authorization: true,
    dependencies: ({ metadata }) => ({
      metadata: { ...metadata, authorization: { issuer: 'https://auth.example' } },
    }),
  })
  const answer = await gw.send({ path: places[0] ?? '' })
  expect(JSON.parse(answer.body).authorization_servers).toEqual(['https://auth.example'])
  expect((await gw.send({ path: '/.well-known/oauth-authorization-server' })).status).toBe(404)
})
