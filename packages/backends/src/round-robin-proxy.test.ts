import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from './loopback-port.ts'
import { type RoundRobinProxyOptions, startRoundRobinProxy } from './round-robin-proxy.ts'

/** A server that answers with `handle`, for one test. */
const serve = async (handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void) => {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const behind = (...targets: string[]) => proxied({ targets, token: 'the-token' })

const proxied = async (options: Omit<RoundRobinProxyOptions, 'port'>) => {
  const proxy = await startRoundRobinProxy({ port: await freePort(), ...options })
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return proxy.origin
}

const named = (name: string) => serve((_, outgoing) => outgoing.end(name))

test('takes the targets in turn, for each request', async () => {
  const origin = await behind(await named('first'), await named('second'))
  const answers: string[] = []
  for (let i = 0; i < 4; i++) answers.push(await (await fetch(origin)).text())
  expect(answers).toEqual(['first', 'second', 'first', 'second'])
})

test('sends its bearer, and all else of the request as it came', async () => {
  const target = await serve(async (incoming, outgoing) => {
    const body = await Array.fromAsync(incoming.setEncoding('utf8'))
    const { method, url, headers } = incoming
    outgoing.writeHead(418, { 'mcp-session-id': 's' }).end(JSON.stringify({ method, url, headers, body }))
  })
  const asked = request(`${await behind(target)}/mcp?a=1`, {
    method: 'POST',
    headers: { host: 'evil.example', origin: 'http://evil.example', authorization: 'Basic x', 'X-Odd': 'a' },
  })
  asked.end('body')
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  const seen = JSON.parse((await Array.fromAsync(answer?.setEncoding('utf8') ?? [])).join(''))
  expect(answer?.statusCode).toBe(418)
  expect(answer?.headers['mcp-session-id']).toBe('s')
  expect(seen).toMatchObject({
    method: 'POST',
    url: '/mcp?a=1',
    body: ['body'],
    headers: {
      host: 'evil.example',
      origin: 'http://evil.example',
      authorization: 'Bearer the-token',
      'x-odd': 'a',
    },
  })
})

test('headers and events pass as soon as they are sent, and a client that leaves is missed', async () => {
  const left = Promise.withResolvers<void>()
  const write = Promise.withResolvers<(text: string) => void>()
  const target = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    outgoing.once('close', left.resolve)
    write.resolve((text) => outgoing.write(text))
  })
  const client = new AbortController()
  const answer = await fetch(await behind(target), { signal: client.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  const send = await write.promise
  send('data: 1\n\n')
  expect(await reader?.read()).toEqual({ done: false, value: 'data: 1\n\n' })
  client.abort()
  await left.promise
})

test('without a bearer of its own it sends the one of the client', async () => {
  const target = await serve((incoming, outgoing) => outgoing.end(incoming.headers.authorization))
  const answer = await fetch(await proxied({ targets: [target] }), { headers: { authorization: 'Bearer x' } })
  expect(await answer.text()).toBe('Bearer x')
})

test('a target that takes no connection is passed over, with the whole body', async () => {
  const there = await serve(async (incoming, outgoing) => {
    outgoing.end((await Array.fromAsync(incoming.setEncoding('utf8'))).join(''))
  })
  const origin = await behind(`http://127.0.0.1:${await freePort()}`, there)
  for (let i = 0; i < 4; i++) {
    const answer = await fetch(origin, { method: 'POST', body: `body ${i}` })
    expect([answer.status, await answer.text()]).toEqual([200, `body ${i}`])
  }
})

test('a target that took a request and died is not asked again by way of the other', async () => {
  let asked = 0
  const dying = await serve((incoming) => {
    asked++
    incoming.socket.destroy()
  })
  const origin = await behind(dying, dying)
  expect((await fetch(origin, { method: 'POST', body: 'once' })).status).toBe(502)
  expect(asked).toBe(1)
})

test('a target that wants no requests gets none while another does', async () => {
  let ready = true
  const first = await serve((incoming, outgoing) => {
    if (incoming.url === '/readyz') outgoing.writeHead(ready ? 200 : 503).end()
    else outgoing.end('first')
  })
  const second = await named('second')
  const origin = await proxied({ targets: [first, second], readyPath: '/readyz' })
  const both = async () => [await (await fetch(origin)).text(), await (await fetch(origin)).text()].sort()
  expect(await both()).toEqual(['first', 'second'])
  ready = false
  await vi.waitFor(async () => expect(await both()).toEqual(['second', 'second']))
})

test('a target that is away is a 502, and one that dies ends its answer', async () => {
  expect((await fetch(await behind(`http://127.0.0.1:${await freePort()}`))).status).toBe(502)
  const dying = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '9' })
    outgoing.write('half', () => outgoing.destroy())
  })
  const answer = await fetch(await behind(dying))
  await expect(answer.text()).rejects.toThrow()
})
