import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Caller, callerOf } from './support/caller.ts'
import type { Message } from './support/open-answer.ts'
import { type Service, startService } from './support/service.ts'

let service: Service
let ann: Caller
let bob: Caller
let gus: Caller

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
  ann = callerOf(service, service.acme.token())
  bob = callerOf(service, service.acme.token({ sub: 'acme-bob' }))
  gus = callerOf(service, service.globex.token())
})
afterAll(() => service[Symbol.asyncDispose]())

/** Long enough for a message to go to the other replica and back. */
const aWhile = () => sleep(300)

const call = (name: string, args: object = {}, id = 5) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args },
})

const accepted = { action: 'accept', content: { username: 'ann', email: 'ann@acme.example' } }
const saidOf = ({ result }: Message) => result?.structuredContent?.data?.message

describe('a question of 2025-11-25', () => {
  test('asked by one replica is answered through the other, and by nobody else', async () => {
    const session = await ann.initialize(0)
    const asking = await ann.post(0, session, call('test_elicitation', { message: 'Who?' }))
    const { id } = await asking.message(({ method }) => method === 'elicitation/create')
    const forged = { id, result: { action: 'accept', content: { username: 'eve', email: 'e@e.example' } } }

    for (const stranger of [bob, gus]) {
      expect((await stranger.post(1, session, forged)).status).toBe(404)
      // In sessions of their own there is nothing to see either, here or there.
      for (const replica of [0, 1] as const) {
        const own = await stranger.initialize(replica)
        expect((await stranger.post(replica, own, forged)).status).toBe(202)
      }
    }
    const other = await ann.initialize(1)
    expect((await ann.post(1, other, forged)).status).toBe(202)
    expect((await ann.post(0, other, forged)).status).toBe(202)
    await aWhile()
    expect(asking.events.filter(({ message }) => message?.id === 5)).toEqual([])

    expect((await ann.post(1, session, { id, result: accepted })).status).toBe(202)
    expect(saidOf(await asking.reply)).toContain('"username":"ann"')
    expect(await asking.ended).toBe(true)
  })

  test('refused through the other replica fails the call', async () => {
    const session = await ann.initialize(1)
    const asking = await ann.post(1, session, call('test_sampling', { prompt: 'Say' }))
    const { id } = await asking.message(({ method }) => method === 'sampling/createMessage')
    await ann.post(0, session, { id, error: { code: -1, message: 'No.' } })
    expect(await asking.reply).toHaveProperty('error')
  })
})

describe('a question of 2026-07-28', () => {
  const name = 'test_input_required_result_request_state'
  const confirm = { confirm: { action: 'accept', content: { ok: true } } }

  const stateFrom = async (replica: 0 | 1): Promise<string> => {
    const { result } = await (await ann.ask(replica, 'tools/call', { name, arguments: {} })).reply
    expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) })
    return result.requestState
  }
  const retry = async (who: Caller, replica: 0 | 1, requestState: string) =>
    (await who.ask(replica, 'tools/call', { name, arguments: {}, inputResponses: confirm, requestState }))
      .reply

  test('asked by one replica is answered through the other, once', async () => {
    const state = await stateFrom(0)
    expect(saidOf(await retry(ann, 1, state))).toBe('state-ok, accept')
    const replays = [await retry(ann, 0, state), await retry(ann, 1, state)]
    for (const { error } of replays) {
      expect(error).toMatchObject({ code: -32602, data: { code: 'invalid_request_state' } })
    }
  })

  test('is answered by nobody else, and with nothing else', async () => {
    const refusals = (events: readonly { event: string; reason_code?: string }[]) =>
      events.filter((each) => each.reason_code === 'rpc:-32602').length
    const before = refusals(await service.audit())
    const state = await stateFrom(1)
    const [payload = '', mac = ''] = state.split('.')
    const altered = [
      `${payload.slice(0, -4)}AAAA.${mac}`,
      `${payload}.${mac.slice(0, -2)}AA`,
      `${payload}.`,
      payload,
      `${state}.x`,
      '',
    ]
    const tries = [
      ...altered.map((each) => retry(ann, 0, each)),
      retry(bob, 0, state),
      retry(bob, 1, state),
      retry(gus, 0, state),
      retry(gus, 1, state),
    ]
    for (const { error } of await Promise.all(tries)) {
      expect(error).toMatchObject({ code: -32602, data: { code: 'invalid_request_state' } })
    }
    await service.audit((events) => refusals(events) - before === tries.length)
    // Nobody else's try has used it up.
    expect(saidOf(await retry(ann, 0, state))).toBe('state-ok, accept')
  })
})

describe('a call', () => {
  /** Half a minute of work that has begun. */
  const begin = async (replica: 0 | 1, session: string, id: number) => {
    const { params, ...rest } = call('test_slow_progress', { steps: 300, ms: 100 }, id)
    const running = await ann.post(replica, session, {
      ...rest,
      params: { ...params, _meta: { progressToken: id } },
    })
    await running.message(({ method }) => method === 'notifications/progress')
    return running
  }
  const cancelled = (events: readonly { outcome: string }[]) =>
    events.filter(({ outcome }) => outcome === 'cancelled').length

  test('is cancelled through the other replica within a second, and by nobody else', async () => {
    const session = await ann.initialize(0)
    const before = cancelled(await service.audit())
    const running = await begin(0, session, 77)
    const cancel = { method: 'notifications/cancelled', params: { requestId: 77 } }
    for (const stranger of [bob, gus]) {
      expect((await stranger.post(1, session, cancel)).status).toBe(404)
      expect((await stranger.post(1, await stranger.initialize(1), cancel)).status).toBe(202)
    }
    expect((await ann.post(1, await ann.initialize(1), cancel)).status).toBe(202)
    // `77` is not `"77"`.
    await ann.post(1, session, { ...cancel, params: { requestId: '77' } })
    expect(await Promise.race([running.ended, aWhile()])).toBeUndefined()

    const asked = performance.now()
    await ann.post(1, session, cancel)
    await running.ended
    expect(performance.now() - asked).toBeLessThan(1000)
    await service.audit((events) => cancelled(events) - before === 1)
  })

  test('of 2026-07-28 is cancelled by the end of its connection', async () => {
    const before = cancelled(await service.audit())
    const params = {
      name: 'test_slow_progress',
      arguments: { steps: 100, ms: 100 },
      _meta: { progressToken: 1 },
    }
    const running = await ann.ask(0, 'tools/call', params)
    await running.message(({ method }) => method === 'notifications/progress')
    running.close()
    await service.audit((events) => cancelled(events) - before === 1)
  })

  test('ends with its session, whichever replica is told, and so does the GET stream', async () => {
    const session = await ann.initialize(0)
    const stream = await ann.get(0, session)
    const before = cancelled(await service.audit())
    const running = await begin(1, session, 78)
    for (const stranger of [bob, gus]) expect((await stranger.end(1, session)).status).toBe(404)
    expect((await ann.end(1, session)).status).toBe(204)
    expect(await stream.ended).toBe(true)
    await running.ended
    await service.audit((events) => cancelled(events) - before === 1)
    expect((await ann.get(0, session)).status).toBe(404)
  })
})
