import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { lostWhileWriting } from './support/lost-while-writing.ts'
import { goodRequest } from './support/malformed.ts'
import { post } from './support/post.ts'

// What a caller could pin or fill: memory of unread answers, sessions, answers larger than requests, audit events.
let gateway: TestGateway
let token: string

beforeAll(async () => {
  gateway = await startGateway({
    tenancy: ({ acme }) => {
      acme.limits = { tenant: { perMinute: 600, burst: 120 }, user: { perMinute: 60, burst: 10 } }
    },
    dependencies: () => ({ writeTimeout: 300 }),
    // Lists of more than ten kilobytes.
    env: { FIXTURE_TENANT: 'acme' },
  })
  token = gateway.acme.token()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const rpc = (method: string, params: object = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params })
const batch = (method: string, count: number, params?: object) =>
  JSON.stringify(Array.from({ length: count }, (_, i) => rpc(method, params, i)))

test('a client that does not read its answers loses its connection', async () => {
  const { hostname, port, host } = new URL(gateway.url)
  const body = batch('tools/list', 100)
  const request = goodRequest({ host, token }, `Content-Length: ${body.length}\r\n`, body)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.pause()
  // Far more than the kernel holds for a connection.
  for (let i = 0; i < 40; i++) socket.write(request)
  expect(await lostWhileWriting(socket, request)).toBe(true)
})

test('the answers of a batch end at a megabyte, and the rest is told so', async () => {
  const answer = await post(gateway, token, batch('tools/list', 100))
  expect(answer.body.length).toBeLessThan(1_200_000)
  const answers = JSON.parse(answer.body) as { error?: { message: string } }[]
  expect(answers).toHaveLength(100)
  expect(answers.at(-1)?.error?.message).toBe(
    'The answers of this batch are too large; send fewer requests at once.',
  )
})

test('every refusal of a batch is audited', async () => {
  const answer = await post(gateway, token, batch('no/such/method', 7))
  const events = await gateway.auditOf(answer, 7)
  expect(events.map(({ reason_code }) => reason_code)).toEqual(Array(7).fill('rpc:-32601'))
})

test('a request that was refused before its body came is audited once, however it goes on', async () => {
  const { hostname, port, host } = new URL(gateway.url)
  const before = (await gateway.audit()).length
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n`,
  )
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('HTTP/1.1 401')
  let more = ''
  socket.on('data', (chunk) => {
    more += String(chunk)
  })
  socket.end()
  await once(socket, 'close')
  expect(more).toBe('')
  await expect.poll(async () => (await gateway.audit()).length).toBe(before + 1)
})

test('sessions are opened only as fast as tools are called, and do not eat the calls', async () => {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
  const other = gateway.acme.token({ sub: 'hoarder' })
  const opened = await Promise.all(
    Array.from({ length: 15 }, () => post(gateway, other, JSON.stringify(rpc('initialize', params)))),
  )
  expect(opened.filter(({ status }) => status === 200)).toHaveLength(10)
  const refused = opened.find(({ status }) => status === 429)
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
  const called = await post(gateway, other, JSON.stringify(rpc('tools/call', { name: 'aws_whoami' })))
  expect(JSON.parse(called.body).result.isError).toBeFalsy()
})

test('the answer to wrong arguments stays small, whatever they are', async () => {
  const args = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`unknown-${i}`, i]))
  const filters = Array(50).fill({ name: '', values: Array(200).fill(1) })
  for (const wrong of [args, { filters }, { ['k'.repeat(500_000)]: 1 }]) {
    const call = rpc('tools/call', { name: 'aws_ec2_describe_instances', arguments: wrong })
    const answer = await post(gateway, gateway.acme.token({ sub: 'sloppy' }), JSON.stringify(call))
    expect(JSON.parse(answer.body).result.structuredContent.error.code).toBe('invalid_arguments')
    expect(answer.body.length).toBeLessThan(20_000)
  }
})
