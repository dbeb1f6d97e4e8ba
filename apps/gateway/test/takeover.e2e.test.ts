import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { balancedFetch } from './support/balanced-fetch.ts'
import { callerOf } from './support/caller.ts'
import { type Service, startService } from './support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
})
afterAll(() => service[Symbol.asyncDispose]())

const writer = () => service.acme.token({ scope: 'aws:read aws:write' })

/** A client behind the balancer whose next call goes to the first replica; it dies at the second report of the call. */
const callAndKill = async (name: string) => {
  const client = new Client({ name: 'test client', version: '1.0.0' })
  let direct = false
  const toFirst = balancedFetch([service.origins[0]])
  const transport = new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${writer()}` } },
    fetch: (url, init) => (direct ? toFirst(url, init) : fetch(url, init)),
  })
  await client.connect(transport as never)
  const steps: number[] = []
  direct = true
  const answer = client.callTool({ name, arguments: { steps: 6, ms: 150 } }, undefined, {
    onprogress({ progress }) {
      steps.push(progress)
      if (steps.length !== 2) return
      direct = false
      service.replica(0).child.kill('SIGKILL')
    },
  })
  const outcome = await answer.then(
    (result) => ({ result }),
    (error: Error) => ({ error }),
  )
  await client.close()
  return { outcome, steps }
}

/** Whether the second replica has run the tool. */
const ranOnSecond = async (tool: string) =>
  (await service.replica(1).audit()).filter(({ mcp }) => mcp?.tool === tool).map(({ outcome }) => outcome)

test('a read whose replica is killed is run again by another, and its client gets the answer', async () => {
  const { outcome, steps } = await callAndKill('test_slow_progress')
  expect(outcome).toMatchObject({
    result: { structuredContent: { data: { message: 'Done in 6 steps.' } } },
  })
  expect(steps.slice(0, 2)).toEqual([1, 2])
  // From its start: nobody knows how far it came.
  expect(steps.slice(-6)).toEqual([1, 2, 3, 4, 5, 6])
  expect(await ranOnSecond('test_slow_progress')).toEqual(['allow'])
  expect(await service.replica(0).ended).toBe('SIGKILL')
  await service.restart(0)
})

test('a write whose replica is killed is not run again, and its client learns that nobody knows', async () => {
  const { outcome, steps } = await callAndKill('test_slow_write')
  expect(outcome).toMatchObject({
    error: { code: -32603, message: expect.stringContaining('may have been carried out') },
  })
  expect(steps).toEqual([1, 2])
  expect(await ranOnSecond('test_slow_write')).toEqual([])
  const events = await service.audit((all) => all.some(({ event }) => event === 'mcp.deny'))
  expect(events.filter(({ event }) => event === 'mcp.deny')).toMatchObject([
    { outcome: 'deny', reason_code: 'rpc:-32603' },
  ])
  await service.restart(0)
})

test('of two clients that come back for one dead call, one run serves both', async () => {
  const caller = callerOf(service, writer())
  const session = await caller.initialize(0)
  const params = { name: 'test_slow_progress', arguments: { steps: 5, ms: 200 }, _meta: { progressToken: 1 } }
  const first = await caller.post(0, session, { id: 7, method: 'tools/call', params })
  await first.message(({ method }) => method === 'notifications/progress')
  const before = (await ranOnSecond('test_slow_progress')).length
  service.replica(0).child.kill('SIGKILL')
  expect(await first.ended).toBe(false)
  const last = first.events[0]?.id
  const again = await Promise.all([caller.get(1, session, last), caller.get(1, session, last)])
  for (const { message } of again) {
    expect(await message(({ id }) => id === 7)).toMatchObject({
      result: { structuredContent: { data: { message: 'Done in 5 steps.' } } },
    })
  }
  for (const { ended } of again) expect(await ended).toBe(true)
  expect((await ranOnSecond('test_slow_progress')).length - before).toBe(1)
  // All there was is kept for whoever comes late.
  const late = await caller.get(1, session, last)
  expect(await late.message(({ id }) => id === 7)).toHaveProperty('result')
  await service.restart(0)
})

test('nobody else comes back for a call: another user and another tenant get 404', async () => {
  const caller = callerOf(service, writer())
  const session = await caller.initialize(0)
  const params = { name: 'test_slow_progress', arguments: { steps: 3, ms: 100 }, _meta: { progressToken: 1 } }
  const call = await caller.post(0, session, { id: 8, method: 'tools/call', params })
  await call.message(({ method }) => method === 'notifications/progress')
  const last = call.events[0]?.id
  for (const token of [service.acme.token({ sub: 'acme-bob' }), service.globex.token()]) {
    const stranger = callerOf(service, token)
    expect((await stranger.get(1, session, last)).status).toBe(404)
    const own = await stranger.initialize(1)
    expect((await stranger.get(1, own, last)).status).toBe(400)
  }
  expect(await call.message(({ id }) => id === 8)).toHaveProperty('result')
})
