import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type CompanySso, startClientHost, startCompanySso } from '@gateway/backends'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let origin: string
let connections = 0
const listener = createServer((_, response) => response.end())
beforeAll(async () => {
  sso = await startCompanySso()
  await new Promise<void>((resolve) =>
    listener.on('connection', () => connections++).listen(0, '127.0.0.1', resolve),
  )
  origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
beforeEach(() => {
  connections = 0
})
afterAll(async () => {
  listener.closeAllConnections()
  listener.close()
  await sso[Symbol.asyncDispose]()
})

const ask = (clientId: string) =>
  refusalOf(harness, () => harness.send(harness.authUrl({ clientId }).slice(harness.issuer.length)))

describe('the names of clients, where none may be of this machine', () => {
  beforeAll(async () => {
    harness = await startHarness([tenantAt('acme', sso)])
    return () => harness[Symbol.asyncDispose]()
  })
  const port = () => new URL(origin).port
  test.each([
    ...[
      'http://app.example/c.json',
      'https://app.example',
      'https://app.example/',
      'https://app.example/c.json#x',
    ],
    ...[
      'https://u@app.example/c.json',
      'https://u:p@app.example/c.json',
      'https://app.example:443/c.json',
      'https://app.example:PORT/c',
    ],
    ...[
      'https://app.example/a/../c',
      'https://app.example/./c',
      'https://app.example/%2e%2e/c',
      'https://app.example/c?x=y',
    ],
    ...[
      'HTTPS://app.example/c',
      'https://APP.example/c',
      'https://app.example\\c',
      'https:/app.example/c',
      'https:app.example/c',
    ],
    ...[
      'file:///etc/passwd',
      'ftp://app.example/c',
      'data:application/json,{}',
      'https://app.example/c%00',
      '//app.example/c',
    ],
  ])('C30 %s', async (id) => {
    const { status, reason } = await ask(id.replace('PORT', port()))
    expect({ status, reason, connections }).toEqual({ status: 400, reason: 'invalid_client', connections: 0 })
  })

  test.each([
    ...[
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ],
    ...[
      '169.254.169.254',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.0.1',
      '100.64.0.1',
      '[fd00::1]',
      '[fe80::1]',
      '0.0.0.0',
      '[::]',
    ],
    ...[
      'localhost',
      'x.localhost',
      'metadata.google.internal',
      'redis',
      'x.local',
      'x.internal',
      '224.0.0.1',
      '255.255.255.255',
    ],
  ])('C32 %s', async (host) => {
    for (const id of [
      `https://${host}/c.json`,
      `https://${host}:${port()}/c.json`,
      `http://${host}:${port()}/c.json`,
    ]) {
      expect((await ask(id)).reason).toBe('invalid_client')
    }
    expect(connections).toBe(0)
  })
})

const clientUrl = 'https://app.example/c.json'

describe('the documents of clients', () => {
  let host: Awaited<ReturnType<typeof startClientHost>>
  beforeEach(async () => {
    host = await startClientHost(['app.example'])
    const reach = { proxyUrl: host.proxyUrl, ca: host.ca, lookup: async () => ['93.184.215.14'] }
    harness = await startHarness([tenantAt('acme', sso)], { reach })
    return async () => {
      await harness[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
    }
  })
  const document = (url: string, change: object = {}) =>
    JSON.stringify({ client_id: url, client_name: 'App', redirect_uris: [appRedirect], ...change })
  const json = { 'content-type': 'application/json', connection: 'close' }
  const says = (change: object) => (response: ServerResponse, url: string) =>
    void response.writeHead(200, json).end(document(url, change))

  const serve = (change: object) =>
    host.answer('app.example/c.json', (_, response) => says(change)(response, clientUrl))

  test('of these tests are read where they are right', async () => {
    serve({})
    expect((await harness.signIn({ clientId: clientUrl })).get('code')).not.toBeNull()
  })

  const wrong: [string, (response: ServerResponse, url: string) => void][] = [
    [
      'C33 302',
      (response) =>
        void response
          .writeHead(302, { location: 'https://app.example/else.json', connection: 'close' })
          .end(),
    ],
    [
      'C33 10 MB',
      (response, url) => void response.writeHead(200, json).end(document(url, { x: 'x'.repeat(10_000_000) })),
    ],
    [
      'C33 6 KB',
      (response, url) => void response.writeHead(200, json).end(document(url, { x: 'x'.repeat(6_000) })),
    ],
    [
      'C33 HTML',
      (response) =>
        void response.writeHead(200, { 'content-type': 'text/html', connection: 'close' }).end('<h1>x</h1>'),
    ],
    [
      'C33 a gzip bomb',
      (response) =>
        void response
          .writeHead(200, { ...json, 'content-encoding': 'gzip' })
          .end(gzipSync('x'.repeat(10_000_000))),
    ],
    ['C33 500', (response) => void response.writeHead(500, json).end('{}')],
    ['C33 404', (response) => void response.writeHead(404, json).end('{}')],
    ['C33 nothing', (response) => void response.destroy()],
    ['C33 silence', () => undefined],
    [
      'C33 a drop each second',
      (response) => {
        response.writeHead(200, json)
        const timer = setInterval(() => response.write(' '), 500)
        response.on('close', () => clearInterval(timer))
      },
    ],
    ['C33 null', (response) => void response.writeHead(200, json).end('null')],
    ['C34 a secret', says({ client_secret: 'x' })],
    ['C34 client_secret_basic', says({ token_endpoint_auth_method: 'client_secret_basic' })],
    ['C34 client_secret_post', says({ token_endpoint_auth_method: 'client_secret_post' })],
    ['C34 client_secret_jwt', says({ token_endpoint_auth_method: 'client_secret_jwt' })],
    ['another client_id', says({ client_id: 'https://else.example/c.json' })],
    ['no client_id', says({ client_id: undefined })],
    ['no redirects', says({ redirect_uris: [] })],
    ['a redirect of http', says({ redirect_uris: ['http://evil.example/cb'] })],
    [
      'a key that is private',
      says({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'x' }] } }),
    ],
  ]
  test.each(wrong)('%s: refused within 3 s, and asked for once', async (_, says) => {
    host.answer('app.example/c.json', (_, response) => says(response, clientUrl))
    const began = performance.now()
    const { status, reason, redirect } = await ask(clientUrl)
    expect(performance.now() - began).toBeLessThan(3_500)
    expect({ status, reason, redirect }).toEqual({
      status: 400,
      reason: expect.stringMatching(/^invalid_/),
      redirect: undefined,
    })
    for (let n = 0; n < 3; n++) await ask(clientUrl)
    await ask('https://app.example/other.json')
    expect(host.counts.connections).toBe(1)
  })

  test('C26 grants that nobody has are left out of a document', async () => {
    serve({
      grant_types: [
        'authorization_code',
        'urn:ietf:params:oauth:grant-type:device_code',
        'client_credentials',
      ],
    })
    expect((await harness.signIn({ clientId: clientUrl })).get('code')).not.toBeNull()
  })
})
