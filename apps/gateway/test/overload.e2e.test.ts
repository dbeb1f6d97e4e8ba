import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openAnswer } from './support/open-answer.ts'
import { type ServingProcess, serveProcess } from './support/serving-process.ts'
import { send, type WireAnswer } from './support/wire.ts'

/** Keeps the event loop of the process busy for four seconds and a half, a third of one at a time. */
const stall = [
  "data:text/javascript,process.on('SIGUSR2',()=>{const%20end=Date.now()%2B4500;",
  'const%20work=()=>{const%20until=Date.now()%2B330;while(Date.now()%3Cuntil);',
  'if(Date.now()%3Cend)setImmediate(work)};work()})',
].join('')

let gateway: ServingProcess
beforeAll(async () => {
  gateway = await serveProcess(
    { NODE_OPTIONS: `--import=${stall}`, MAX_REQUESTS_IN_FLIGHT: '3', LOG_LEVEL: 'silent' },
    ({ acme }) => {
      acme.limits = {
        user: { perMinute: 100_000, burst: 10_000 },
        tenant: { perMinute: 100_000, burst: 10_000 },
      }
    },
  )
}, 30_000)
afterAll(() => gateway[Symbol.asyncDispose]())

const usual = () => [
  ['authorization', `Bearer ${gateway.acme.token()}`],
  ['content-type', 'application/json'],
]

const statusOf = async (path: string): Promise<unknown> => {
  const { status, body } = await send(gateway.url, { path })
  return [status, JSON.parse(body).status]
}

/** A refusal in the words of JSON-RPC, which says when to come again and was audited once. */
const expectOverload = async (answer: WireAnswer, detail: string): Promise<void> => {
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '2', connection: 'close', 'cache-control': 'no-store' },
  })
  expect(answer.headers).not.toHaveProperty('www-authenticate')
  const { error } = JSON.parse(answer.body)
  expect(error).toMatchObject({ code: -32603, data: { code: 'unavailable' } })
  const requestId = answer.headers['x-request-id']
  await vi.waitFor(async () => {
    const events = (await gateway.audit()).filter(({ request_id }) => request_id === requestId)
    expect(events).toMatchObject([
      { event: 'http.deny', outcome: 'error', reason_code: 'unavailable', detail },
    ])
  }, 5_000)
}

test('a stalled event loop refuses early, tokens or none; health tells so, streams stay, and it is over when it is over', async () => {
  const usualHeaders = Object.fromEntries(usual())
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } }
  const opened = await gateway.call('initialize', params)
  const stream = await openAnswer(gateway.url, {
    method: 'GET',
    headers: {
      ...usualHeaders,
      accept: 'text/event-stream',
      'mcp-session-id': String(opened.headers['mcp-session-id']),
    },
  })
  let ended = false
  void stream.ended.then(() => {
    ended = true
  })
  expect(await statusOf('/readyz')).toEqual([200, 'ready'])
  gateway.child.kill('SIGUSR2')
  await sleep(1_700)
  const [known, stranger, ready, live, before] = await Promise.all([
    gateway.call('ping'),
    send(gateway.url, { method: 'POST', path: '/mcp', body: '{}' }),
    statusOf('/readyz'),
    statusOf('/livez'),
    statusOf('/healthz?verbose'),
  ])
  await expectOverload(known, 'event loop')
  await expectOverload(stranger, 'event loop')
  expect([live, before]).toEqual(Array(2).fill([200, 'ok']))
  expect(ready).toEqual([503, 'overloaded'])
  await vi.waitFor(async () => expect(await statusOf('/readyz')).toEqual([200, 'ready']), 5_000)
  expect((await gateway.call('ping')).status).toBe(200)
  expect(ended).toBe(false)
  stream.close()
}, 30_000)

test('more requests than may be in flight are refused, and those that are there are answered', async () => {
  const { hostname, port, host } = new URL(gateway.url)
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: {} })
  const head = [...usual(), ['host', host], ['content-length', String(body.length)], ['connection', 'close']]
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const held: { socket: Socket; answer: Promise<string> }[] = []
  for (let n = 0; n < 3; n++) {
    const socket = connect(Number(port), hostname)
    const answer = (async () => {
      let all = ''
      for await (const chunk of socket) all += String(chunk)
      return all
    })()
    socket.write(`POST /mcp HTTP/1.1\r\n${lines}\r\n${body.slice(0, 5)}`)
    held.push({ socket, answer })
  }
  const refused = await vi.waitFor(async () => {
    const answer = await gateway.call('ping')
    expect(answer.status).toBe(503)
    return answer
  }, 5_000)
  await expectOverload(refused, 'requests in flight')
  for (const path of ['/livez', '/healthz']) expect(await statusOf(path)).toEqual([200, 'ok'])
  for (const { socket } of held) socket.write(body.slice(5))
  for (const { answer } of held) expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
  expect((await gateway.call('ping')).status).toBe(200)
})

test('D05 a thousand idle connections: others are served', async () => {
  const { hostname, port } = new URL(gateway.url)
  const idle = Array.from({ length: 1_000 }, () =>
    connect(Number(port), hostname).on('error', () => undefined),
  )
  try {
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    for (let n = 0; n < 10; n++) expect((await gateway.call('ping')).status).toBe(200)
    expect(await statusOf('/readyz')).toEqual([200, 'ready'])
  } finally {
    for (const socket of idle) socket.destroy()
  }
}, 30_000)
