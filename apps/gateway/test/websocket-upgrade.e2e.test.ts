import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { goodRequest } from './support/malformed.ts'
import { expectRefused } from './support/post.ts'
import { exchange } from './support/raw.ts'
import { c401, expectAudited, shapeOf } from './support/refusals.ts'
import { upgradeHeaders, upgradeText } from './support/web-socket.ts'

let gateway: TestGateway
let ann: string

beforeAll(async () => {
  gateway = await startGateway()
  ann = gateway.acme.token()
})
afterAll(() => gateway[Symbol.asyncDispose]())

test.for<[string, Record<string, string>, number, string]>([
  ['no subprotocol', { 'sec-websocket-protocol': '' }, 400, 'bad_request'],
  ['another subprotocol', { 'sec-websocket-protocol': 'chat, mcp2' }, 400, 'bad_request'],
  ['a subprotocol twice', { 'sec-websocket-protocol': 'mcp, mcp' }, 400, 'bad_request'],
  ['an old version', { 'sec-websocket-version': '8' }, 400, 'bad_request'],
  ['no key', { 'sec-websocket-key': '' }, 400, 'bad_request'],
  ['no upgrade', { connection: '', upgrade: '' }, 400, 'bad_request'],
  ['an upgrade to something else', { upgrade: 'h2c' }, 400, 'bad_request'],
  ['a page of a stranger', { origin: 'https://evil.example' }, 403, 'origin_not_allowed'],
  ['another host', { host: 'evil.example' }, 421, 'unknown_host'],
])('an upgrade with %s is refused like any request', async ([, changes, status, code]) => {
  const answer = await gateway.send({ path: '/ws', headers: upgradeHeaders(ann, changes) })
  await expectRefused(gateway, answer, status, code)
})

test('an upgrade without a token, or with one in the query, is refused, and its connection ends', async () => {
  for (const path of ['/ws', `/ws?access_token=${ann}`]) {
    const answer = await gateway.send({ path, headers: upgradeHeaders(ann, { authorization: '' }) })
    expect(shapeOf(answer)).toEqual(c401(gateway.url))
    await expectAudited(gateway, answer, { event: 'auth.deny', reason_code: 'missing_token' })
  }
  const text = upgradeText(gateway.url, '', { authorization: '' })
  const { answers, closed } = await exchange(gateway.url, text)
  expect([answers[0]?.status, answers[0]?.headers.connection, closed]).toEqual([401, 'close', true])
})

test('other methods of /ws are refused', async () => {
  const answer = await gateway.send({ method: 'POST', path: '/ws', headers: upgradeHeaders(ann) })
  await expectRefused(gateway, answer, 405, 'method_not_allowed')
})

test('Upgrade changes nothing elsewhere', async () => {
  const headers = upgradeHeaders(ann).filter(([name]) => name !== 'authorization')
  const posted = await gateway.call(ann, 'ping', {}, { headers })
  expect([posted.status, JSON.parse(posted.body).result]).toEqual([200, {}])
  for (const path of ['/mcp', '/nothing', '/healthz', '/ws/', '/WS']) {
    const [plain, upgrade] = [
      await gateway.send({ path, headers: [['authorization', `Bearer ${ann}`]] }),
      await gateway.send({ path, headers: upgradeHeaders(ann) }),
    ]
    expect([path, upgrade.status]).toEqual([path, plain.status])
  }
})

test.for<[string, (text: string) => string]>([
  ['two Hosts', (text) => text.replace(/host: .*\r\n/, '$&Host: evil.example\r\n')],
  ['no Host', (text) => text.replace(/host: .*\r\n/, '')],
  ['the absolute form', (text) => text.replace('/ws', 'http://evil.example/ws')],
  ['another coding', (text) => text.replace('\r\n\r\n', '\r\nTransfer-Encoding: gzip, chunked\r\n\r\n')],
  ['two lengths', (text) => text.replace('\r\n\r\n', '\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n')],
  ['101 headers', (text) => text.replace('\r\n\r\n', `\r\n${'X-A: 1\r\n'.repeat(101)}\r\n`)],
])('D01, D02 an upgrade with %s: refused, closed, nothing behind it executed', async ([, change]) => {
  const target = { host: new URL(gateway.url).host, token: ann }
  const before = (await gateway.audit()).length
  const { answers, closed } = await exchange(
    gateway.url,
    change(upgradeText(gateway.url, ann)) + goodRequest(target),
  )
  expect([answers.length, closed]).toEqual([1, true])
  expect([400, 431]).toContain(answers[0]?.status)
  await expect.poll(async () => (await gateway.audit()).length).toBe(before + 1)
  await sleep(50)
  expect((await gateway.audit()).slice(before).map(({ event }) => event)).toEqual(['http.deny'])
})

test('an upgrade with a body is none: where the body ends would be a guess', async () => {
  const headers = [...upgradeHeaders(ann), ['content-type', 'application/json'] as const]
  const answer = await gateway.send({
    path: '/ws',
    headers,
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  await expectRefused(gateway, answer, 400, 'bad_request')
})

test('an upgrade behind a request that is not answered yet is none, and both are answered in order', async () => {
  const target = { host: new URL(gateway.url).host, token: ann }
  const { answers, closed } = await exchange(gateway.url, goodRequest(target) + upgradeText(gateway.url, ann))
  expect([answers.map(({ status }) => status), closed]).toEqual([[200, 400], true])
  expect((await gateway.call(ann, 'ping')).status).toBe(200)
})
