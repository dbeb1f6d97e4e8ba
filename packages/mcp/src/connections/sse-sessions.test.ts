import type { ReplicaBus, ReplicaMessage } from '@gateway/domain'
import { memoryRecordStore } from '@gateway/stores'
import { afterEach, expect, test, vi } from 'vitest'
import { macOf } from '../signature.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { initialize, mcpLine, request } from '../testing/mcp-line.ts'
import { callerWith } from '../testing/test-connection.ts'
import { testSink } from '../testing/test-sink.ts'
import { createSseSessions } from './sse-sessions.ts'

afterEach(() => vi.useRealTimers())

/** One bus of several replicas; those that are gone hear nothing. */
const busOf = () => {
  const listeners = new Map<string, (message: ReplicaMessage) => void>()
  const sent: ReplicaMessage[] = []
  const join = (replica: string): ReplicaBus => ({
    replica,
    async send(to, message) {
      const copy = JSON.parse(JSON.stringify(message))
      sent.push(copy)
      queueMicrotask(() => listeners.get(to)?.(copy))
      return listeners.has(to)
    },
    broadcast: async () => undefined,
    listen(listener) {
      listeners.set(replica, listener)
      return () => listeners.delete(replica)
    },
    isAlive: async (id) => listeners.has(id),
  })
  return { join, sent, listeners }
}

/** Two replicas over one bus and one store of records. */
const replicas = () => {
  const bus = busOf()
  const records = memoryRecordStore({ now: Date.now })
  let made = 0
  const newId = () => `session-${String(++made).padStart(12, '0')}`
  const open = (replica: string) => {
    const line = mcpLine({ with: { bus: bus.join(replica), records, newId } })
    const sessions = createSseSessions(line.server, { logOf: () => callerWith().log })
    return {
      ...line,
      ...sessions,
      async open(grant = grantOfCaller()) {
        const sink = testSink()
        await sessions.open(callerWith(grant), () => sink)
        const [, id = ''] =
          /^event: endpoint\ndata: \/messages\?sessionId=([\w-]+)\n\n$/.exec(sink.frames[0] ?? '') ?? []
        sink.frames.length = 0
        return { sink, id }
      },
    }
  }
  return { first: open('replica-1'), second: open('replica-2'), bus, records }
}

const ping = (id: number) => request('ping', {}, id)

test('a message is answered on the stream, whichever replica took it, with the caller of its own POST', async () => {
  const { first, second, bus } = replicas()
  const { sink, id } = await first.open()
  expect(await first.post(callerWith(), id, request('initialize', initialize(), 0))).toBe(true)
  await vi.waitFor(() => expect(sink.messages()).toHaveLength(1))
  const call = request('tools/call', { name: 'aws_ec2_list_things' }, 1)
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const said = { userAgent: 'editor/1', traceparent }
  const narrow = { ...callerWith(grantOfCaller({ scopes: [] }), 'request-7'), ...said }
  expect(await second.post(narrow, id, call)).toBe(true)
  await vi.waitFor(() => expect(sink.messages().map((message) => message.id)).toEqual([0, 1]))
  expect([first.calls.length, second.calls.length, bus.sent.length]).toEqual([1, 0, 1])
  expect(first.calls[0]).toMatchObject({
    requestId: 'request-7',
    sourceIp: '192.0.2.1',
    ...said,
    clientInfo: { name: 'editor', version: '1.0.0' },
    grant: { principal: { scopes: [], id: narrow.grant.principal.id }, tenant: { id: 'acme' } },
  })
  expect(sink.frames.every((frame) => frame.startsWith('event: message\ndata: '))).toBe(true)
})

test('a session of somebody else, of another tenant and of nobody are the same, and nothing is sent', async () => {
  const { first, second, bus } = replicas()
  const { sink, id } = await first.open()
  const ann = grantOfCaller()
  const samePerson = {
    ...grantOfCaller({ tenantId: 'globex' }),
    principal: { ...ann.principal, tenantId: 'globex' },
  }
  for (const stranger of [
    grantOfCaller({ subject: 'bob' }),
    grantOfCaller({ tenantId: 'globex' }),
    samePerson,
  ]) {
    for (const replica of [first, second]) {
      expect(await replica.post(callerWith(stranger), id, ping(1))).toBe(false)
    }
  }
  for (const nobody of [undefined, '', 'session-of-nobody', ['x', id], 7, '../x', `${id}\n`]) {
    for (const replica of [first, second])
      expect(await replica.post(callerWith(), nobody, ping(1))).toBe(false)
  }
  expect([sink.frames, bus.sent]).toEqual([[], []])
})

test('the holder looks again whose session it is, whatever comes over the bus', async () => {
  const { first, second, bus } = replicas()
  const { sink, id } = await first.open()
  expect(await second.post(callerWith(), id, ping(1))).toBe(true)
  await vi.waitFor(() => expect(sink.frames).toHaveLength(1))
  const [good] = bus.sent
  const { message: content, ...around } = JSON.parse(String(good?.text))
  const [key] = first.server.stateKeys
  const signed = (change: object, { by = key, ...rest }: { by?: Buffer } & object = {}): ReplicaMessage => {
    const text = JSON.stringify({ ...around, ...rest, message: { ...content, message: ping(2), ...change } })
    return { text, mac: macOf(by, 'message between replicas 1', text) }
  }
  const { principal } = grantOfCaller()
  const foreign = grantOfCaller({ tenantId: 'globex' }).principal
  const deliver = bus.listeners.get('replica-1')
  for (const change of [
    { principal: foreign },
    { principal: { ...foreign, tenantId: 'acme' } },
    { principal: { ...principal, tenantId: 'globex' } },
    { principal: { ...principal, scopes: 'aws:admin' } },
    { principal: { ...principal, groups: [7] } },
    { principal: null },
    { sessionId: 'session-of-nobody' },
    { sessionId: 7 },
    { requestId: undefined },
  ]) {
    deliver?.(signed(change))
  }
  // What no replica signed, though it would be right.
  deliver?.(signed({}, { by: Buffer.alloc(32, 'x') }))
  deliver?.(signed({ message: ping(3) }))
  await vi.waitFor(() => expect(sink.messages().map((message) => message.id)).toEqual([1, 3]))
})

test('a session ends with its stream: what runs is stopped, its record and its place are gone', async () => {
  const { first, second, records } = replicas()
  const key = (id: string) => ({ tenantId: 'acme', kind: 'stream' as const, id })
  const limit = grantOfCaller().tenant.limits.streams.user
  const streams = []
  for (let n = 0; n < limit; n++) streams.push(await first.open())
  await expect(first.open()).rejects.toMatchObject({ code: 'too_many_requests' })
  for (const { sink, id } of streams) {
    expect(JSON.parse((await records.get(key(id))) ?? '')).toMatchObject({ replica: 'replica-1' })
    sink.breakOff()
    await vi.waitFor(async () => expect(await records.get(key(id))).toBeUndefined())
    for (const replica of [first, second]) expect(await replica.post(callerWith(), id, ping(1))).toBe(false)
  }
  await first.open()
})

test('a stream that closes before it was opened leaves nothing behind', async () => {
  const { first, records } = replicas()
  const sink = testSink()
  sink.breakOff()
  const remove = vi.spyOn(records, 'remove')
  await first.server.records.get({ tenantId: 'acme', kind: 'stream', id: 'x' })
  const sessions = createSseSessions(first.server, { logOf: () => callerWith().log })
  await sessions.open(callerWith(), () => sink)
  expect(remove).toHaveBeenCalledTimes(1)
  const limit = grantOfCaller().tenant.limits.streams.user
  expect(
    Array.from({ length: limit }, () => first.server.streams.enter(grantOfCaller())).every(Boolean),
  ).toBe(true)
})

test('a store that is away or full opens no session, and takes no place', async () => {
  const { first } = replicas()
  const create = vi.spyOn(first.server.records, 'create')
  for (const failing of [() => Promise.reject(new Error('away')), async () => 'full' as const]) {
    create.mockImplementation(failing)
    const limit = grantOfCaller().tenant.limits.streams.user
    for (let n = 0; n <= limit; n++) await expect(first.open()).rejects.toThrow(/away|too many sessions/)
  }
})

test('what another replica took is acted on for the tenant as it is in force', async () => {
  const { first, second } = replicas()
  const now = { ...grantOfCaller().tenant, name: 'Acme as it is now' }
  const renewing = createSseSessions(first.server, { logOf: () => callerWith().log, renewed: () => now })
  const sink = testSink()
  await renewing.open(callerWith(), () => sink)
  const id = sink.frames[0]?.split('sessionId=')[1]?.trim()
  await second.post(callerWith(), id, request('initialize', initialize(), 0))
  await second.post(callerWith(), id, request('tools/call', { name: 'aws_ec2_list_things' }, 1))
  await vi.waitFor(() => expect(first.calls).toHaveLength(1))
  expect(first.calls[0]?.grant.tenant).toBe(now)
})

test('a record lives as long as its stream, and is written again if the store lost it', async () => {
  vi.useFakeTimers()
  const { first, second, records } = replicas()
  const { sink, id } = await first.open()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(await second.post(callerWith(), id, ping(1))).toBe(true)
  await records.remove({ tenantId: 'acme', kind: 'stream', id })
  expect(await second.post(callerWith(), id, ping(2))).toBe(false)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await second.post(callerWith(), id, ping(3))).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect(sink.messages().map((message) => message.id)).toEqual([1, 3])
})

test('where the replica of a session is gone, the session is unknown, and its record ends by itself', async () => {
  vi.useFakeTimers()
  const { first, second, records, bus } = replicas()
  const { id } = await first.open()
  first.close()
  first.server.hub.close()
  expect(bus.listeners.has('replica-1')).toBe(false)
  expect(await second.post(callerWith(), id, ping(1))).toBe(false)
  await vi.advanceTimersByTimeAsync(61_000)
  expect(await records.get({ tenantId: 'acme', kind: 'stream', id })).toBeUndefined()
})

test('when the process stops, a stream ends once nothing runs on it', async () => {
  const { first } = replicas()
  const idle = await first.open()
  idle.sink.stop()
  await vi.waitFor(() => expect(idle.sink.open).toBe(false))
})

test('a stream may be listened to as long as the freshest token of its messages lasts', async () => {
  const { first, second } = replicas()
  const { sink, id } = await first.open(grantOfCaller({ tokenExpires: 100 }))
  await first.post(callerWith(grantOfCaller({ tokenExpires: 200 })), id, ping(1))
  await second.post(callerWith(grantOfCaller({ tokenExpires: 300 })), id, ping(2))
  await vi.waitFor(() => expect(sink.until).toEqual([100, 200, 300]))
  await second.post(callerWith(grantOfCaller({ subject: 'bob', tokenExpires: 400 })), id, ping(3))
  expect(sink.until).toEqual([100, 200, 300])
})
