import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { callerOf } from './support/caller.ts'
import { type OpenAnswer, openAnswer } from './support/open-answer.ts'
import { type Service, startService } from './support/service.ts'
import { send } from './support/wire.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl'), env: { DRAIN_DELAY_MS: '500' } })
})
afterAll(() => service[Symbol.asyncDispose]())

/** Does `work` for each of `count`, twenty at a time. */
const each = async <Result>(count: number, work: (n: number) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n)
  }
  await Promise.all(Array.from({ length: 20 }, worker))
  return results
}

/** Asks again, as clients do, where a busy machine held Redis up for longer than a command may take. */
const patiently = async (ask: () => Promise<OpenAnswer>): Promise<OpenAnswer> => {
  for (let tries = 0; ; tries++) {
    const answer = await ask()
    if (answer.status !== 503 || tries === 3) return answer
    await sleep(100)
  }
}

const progressing = (steps: number, ms: number) => ({
  name: 'test_slow_progress',
  arguments: { steps, ms },
  _meta: { progressToken: 1 },
})

test('1,000 sessions outlive the restart of every replica, and no request fails meanwhile', async () => {
  const token = service.acme.token()
  // Through the balancer, whichever replica is named.
  const caller = callerOf({ ...service, origins: [service.url, service.url] }, token)
  const sessions = await each(1000, () => vi.waitFor(() => caller.initialize(0, {}), 5_000))
  expect(new Set(sessions).size).toBe(1000)

  let asked = 0
  let over = false
  const failures: unknown[] = []
  const load = async (n: number): Promise<void> => {
    for (let i = n; !over; i++) {
      const session = sessions[(i * 37) % 1000] ?? ''
      const legacy = (method: string, params: object) => caller.post(0, session, { id: i, method, params })
      const ways = [
        () => legacy('ping', {}),
        () => legacy('tools/call', { name: 'aws_whoami', arguments: {} }),
        () => legacy('tools/call', progressing(4, 50)),
        () => caller.ask(0, 'tools/list'),
        () => caller.ask(0, 'tools/call', progressing(4, 50)),
      ]
      asked++
      try {
        const answer = await patiently(ways[i % ways.length] ?? (() => caller.ask(0, 'tools/list')))
        const reply = await answer.reply
        if (answer.status !== 200 || !reply?.result || reply.result.isError) failures.push([i, reply])
      } catch (error) {
        failures.push([i, String(error)])
      }
      await sleep(5)
    }
  }
  const loads = [0, 1, 2, 3, 4, 5].map(load)
  for (const n of [0, 1] as const) {
    const { child, ended } = service.replica(n)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await service.restart(n)
    // A balancer takes a moment to see it.
    await sleep(300)
  }
  over = true
  await Promise.all(loads)
  expect(failures).toEqual([])
  expect(asked).toBeGreaterThan(100)

  const statuses = await each(1000, async (n) => {
    const answer = await patiently(() => caller.post(0, sessions[n] ?? '', { id: 1, method: 'ping' }))
    return [answer.status, (await answer.reply).result]
  })
  expect(statuses).toEqual(statuses.map(() => [200, {}]))
})

test('a replica that is told to stop finishes its calls and ends its streams in good order', async () => {
  const caller = callerOf(service, service.acme.token())
  const session = await caller.initialize(0)
  const stream = await caller.get(0, session)
  const other = await caller.get(0, await caller.initialize(0))
  const listening = await caller.ask(0, 'subscriptions/listen', { notifications: { toolsListChanged: true } })
  await listening.message(({ method }) => method === 'notifications/subscriptions/acknowledged')
  const calls = [
    await caller.post(0, session, { id: 2, method: 'tools/call', params: progressing(20, 100) }),
    await caller.ask(0, 'tools/call', progressing(20, 100)),
  ]
  for (const { message } of calls) await message(({ method }) => method === 'notifications/progress')

  const { hostname, port, host } = new URL(service.origins[0])
  // A GET whose headers are not all there when it stops to listen.
  const late = connect(Number(port), hostname)
  const head = [
    'GET /mcp HTTP/1.1',
    `Host: ${new URL(service.url).host}`,
    `Authorization: Bearer ${service.acme.token()}`,
    `Mcp-Session-Id: ${await caller.initialize(1)}`,
    'Accept: text/event-stream',
  ]
  late.write(head.join('\r\n'))

  const started = performance.now()
  const { child, ended } = service.replica(0)
  child.kill('SIGTERM')
  await vi.waitFor(async () => {
    const { status, body } = await send(service.origins[0], { path: '/readyz' })
    expect([status, body]).toEqual([503, '{"status":"draining"}'])
  }, 5_000)
  // It serves whoever has not noticed.
  const ping = { jsonrpc: '2.0', id: 3, method: 'ping' }
  const answer = await openAnswer(service.origins[0], {
    method: 'POST',
    headers: {
      host: new URL(service.url).host,
      authorization: `Bearer ${service.acme.token()}`,
      'content-type': 'application/json',
    },
    body: ping,
  })
  expect([answer.status, answer.headers.connection]).toEqual([200, 'close'])

  for (const each of [stream, other, listening]) expect(await each.ended).toBe(true)
  const subscription = { 'io.modelcontextprotocol/subscriptionId': 1 }
  expect(listening.events.at(-1)?.message).toMatchObject({
    id: 1,
    result: { resultType: 'complete', _meta: subscription },
  })
  expect(performance.now() - started).toBeGreaterThan(400)
  expect(child.exitCode).toBeNull()
  late.write('\r\n\r\n')
  expect(await text(late)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)

  for (const { reply, ended } of calls) {
    expect((await reply).result.structuredContent.data.message).toBe('Done in 20 steps.')
    expect(await ended).toBe(true)
  }
  expect(await ended).toBe(0)
  expect(performance.now() - started).toBeLessThan(8000)
  await expect(fetch(`http://${host}/readyz`)).rejects.toThrow()
  await service.restart(0)
})
