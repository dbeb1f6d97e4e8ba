import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { principalId } from '@gateway/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizationIssuer } from '../src/authorization-issuer.ts'
import { createIssuers } from '../src/issuers.ts'
import type { Authorization } from './support/authorization.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { twice } from './support/hostile-claims.ts'
import { type HostileToken, hostileGrants } from './support/hostile-tokens.ts'
import { operatorAt } from './support/operator.ts'
import { shapeOf, t401, unchallenged } from './support/refusals.ts'
import { newTenant } from './support/stored-tenant.ts'
import { connectionTo } from './support/tenancy.ts'
import type { WireAnswer } from './support/wire.ts'

// The table of bearer.e2e.test.ts once more, against tokens of the gateway's own authorization server.
let gateway: TestGateway
let own: Authorization
let hostile: HostileToken[]
let connections = 0
const listener = createServer((socket) => {
  connections++
  socket.destroy()
})

beforeAll(async () => {
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  gateway = await startGateway({ authorization: true })
  own = await gateway.authorization()
  hostile = hostileGrants({
    own,
    other: gateway.globex,
    resource: gateway.resource,
    listener: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
  })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  listener.close()
})

const whoami = (token: string, to = gateway): Promise<WireAnswer> =>
  to.call(token, 'tools/call', { name: 'aws_whoami', arguments: {} })
const dataOf = ({ body }: WireAnswer) => JSON.parse(body).result.structuredContent.data

test('a good token is accepted, as who the authorization server says', async () => {
  const { acme, globex } = gateway
  expect(dataOf(await whoami(own.token({ scope: 'aws:read aws:write openid' })))).toMatchObject({
    tenant: { id: 'acme' },
    user: {
      subject: principalId(acme.issuer, 'ann'),
      client: 'https://host.example/client.json',
      scopes: ['aws:read', 'aws:write'],
    },
  })
  const gus = { tenant: 'globex', idp: globex.issuer, sub: principalId(globex.issuer, 'gus') }
  expect(dataOf(await whoami(own.token(gus)))).toMatchObject({ tenant: { id: 'globex' } })
  const now = Math.floor(Date.now() / 1000)
  for (const changes of [
    { iat: now - 600, exp: now - 3 },
    { iat: now, exp: now + 900 },
    { gid: undefined },
    { groups: undefined },
    { client_id: 'any' },
  ]) {
    expect((await whoami(own.token(changes))).status).toBe(200)
  }
})

test.for([
  ...['A06', 'A08', 'A09', 'A10', 'A12', 'A13', 'A14', 'A16', 'A17', 'A18', 'A22', 'A24', 'A25', 'A26'],
  ...['A28', 'A29', 'A30', 'A32', 'A33', 'A34'],
])('%s: T401, one audit event, no connection', async (row) => {
  const tokens = hostile.filter(([each]) => each === row)
  expect(tokens.length).toBeGreaterThan(0)
  const odd: unknown[] = []
  for (const [, what, token] of tokens) {
    const answer = await whoami(token)
    const { contentType: _, ...shape } = shapeOf(answer)
    const { contentType: __, ...wanted } = t401(gateway.url)
    if (JSON.stringify(shape) !== JSON.stringify(wanted)) odd.push([what, answer.status, answer.body])
    const events = await gateway.auditOf(answer)
    const [event] = events
    if (events.length !== 1 || event?.outcome !== 'deny' || event.reason_code !== 'invalid_token') {
      odd.push([what, events])
    }
    if (event?.user || event?.tenant_id) odd.push([what, 'the audit believes the token'])
  }
  expect(odd).toEqual([])
  expect(connections).toBe(0)
})

test('every token of the list has its row', () => {
  expect(new Set(hostile.map(([row]) => row)).size).toBe(20)
  expect(hostile.length).toBeGreaterThan(280)
})

test('A18 nobody was asked for keys: those of the authorization server are in the store', () => {
  expect(gateway.acme.jwks.requests).toBe(0)
})

test('A34 of two claims the last counts, for what is done and for what is audited', async () => {
  const { globex } = gateway
  const of = own.claims({ tenant: 'globex', idp: globex.issuer })
  const token = own.signed(own.header(), twice({ ...of, idp: gateway.acme.issuer }, 'tenant', 'acme'))
  const answer = await whoami(token)
  expect(dataOf(answer).tenant.id).toBe('acme')
  const audited = (await gateway.auditOf(answer)).map(({ tenant_id }) => tenant_id)
  expect(audited).toEqual(['acme'])
})

test('A30 tokens of a company sign-in that is for browsers only', async () => {
  await using browsers = await startGateway({
    authorization: true,
    tenancy({ acme }) {
      Object.assign(acme.connections[0] ?? {}, { directTokens: false, allowedClients: [] })
    },
  })
  const { acme, globex } = browsers
  for (const token of [
    acme.token(),
    acme.token({ aud: 'gateway', nonce: 'n' }),
    acme.token({}, { typ: 'JWT' }),
  ]) {
    const answer = await whoami(token, browsers)
    expect(shapeOf(answer)).toEqual(t401(browsers.url))
    expect((await browsers.auditOf(answer))[0]).toMatchObject({ detail: 'direct tokens are off' })
  }
  expect(acme.jwks.requests).toBe(0)
  expect((await whoami(globex.token(), browsers)).status).toBe(200)
  expect((await whoami((await browsers.authorization()).token(), browsers)).status).toBe(200)
})

test('a sign-in that is taken away ends the tokens of who came by it, and of nobody else', async () => {
  await using changing = await startGateway({ authorization: true })
  const { acme, globex } = changing
  const auth = await changing.authorization()
  const [ann, gus] = [auth.token(), auth.token({ tenant: 'globex', idp: globex.issuer })]
  for (const token of [ann, gus]) expect((await whoami(token, changing)).status).toBe(200)
  await changing.writeTenants((tenancy) => {
    Object.assign(tenancy.acme.connections[0] ?? {}, { clientId: undefined })
  })
  await expect.poll(async () => (await whoami(ann, changing)).status, { timeout: 5_000 }).toBe(401)
  expect((await whoami(gus, changing)).status).toBe(200)
  expect((await whoami(acme.token(), changing)).status).toBe(200)
})

test('A38 wrong signature, unknown kid, expired, revoked: answers differ in nothing', async () => {
  const expired = Math.floor(Date.now() / 1000) - 60
  const jti = 'revoked-before-it-is-seen'
  await own.revocations.revoke({ tenantId: 'acme', kind: 'token', id: jti, ttlSeconds: 900 })
  const answers = await Promise.all(
    [
      `${own.token().slice(0, -6)}AAAAAA`,
      own.token({}, { kid: 'unknown' }),
      own.token({ iat: expired - 60, exp: expired }),
      own.token({ jti }),
      'x',
    ].map((token) => whoami(token)),
  )
  const comparable = answers.map(({ status, headers, body }) => {
    const { date: _, 'x-request-id': __, ...rest } = headers
    return JSON.stringify({ status, rest, body })
  })
  expect(new Set(comparable).size).toBe(1)
  const causes = await Promise.all(answers.map(async (answer) => (await gateway.auditOf(answer))[0]?.detail))
  expect(new Set(causes).size).toBe(5)
})

test('keys that cannot be read are 503, and who comes by a company sign-in does not notice', async () => {
  const issuer = 'https://auth.example'
  await using away = await startGateway({
    authorization: true,
    dependencies({ directory, metadata: { resource }, now }) {
      const keys = { publicKey: () => Promise.reject(new Error('away')) }
      const own = authorizationIssuer({ issuer, resource, keys, directory })
      return { issuers: createIssuers({ directory, resource, own, now, changed: () => undefined }) }
    },
  })
  const answer = await whoami((await away.authorization()).token(), away)
  unchallenged(answer, 503, 'unavailable')
  expect(answer.headers['retry-after']).toBe('5')
  expect((await whoami(away.globex.token(), away)).status).toBe(200)
})

test("no company's sign-in can be the authorization server, whoever writes it", async () => {
  await using operated = await startGateway({ authorization: true, admin: true })
  const olga = operatorAt(operated.url, operated.operators)
  const auth = await operated.authorization()
  const taken = { issuer: auth.issuer, jwks: operated.acme.jwks, key: operated.acme.key }
  const answer = await olga.ask('POST', '/tenants', {
    body: { ...newTenant('initech', operated.acme), connections: [connectionTo(taken)] },
  })
  expect(answer.status).toBe(400)
  expect(answer.body).toContain("connections[0].issuer: is that of the gateway's own authorization server")
  await operated.writeTenants((tenancy) => {
    tenancy.acme.connections.push(connectionTo(taken))
  })
  await expect.poll(() => operated.processLogs.join('')).toContain('own authorization server')
  // The file of before stays in force.
  expect((await whoami(auth.token(), operated)).status).toBe(200)
  await expect(
    startGateway({
      authorization: true,
      tenancy: ({ globex }) => void globex.connections.push(connectionTo(taken)),
    }),
  ).rejects.toThrow('own authorization server')
})
