import { expect, test, vi } from 'vitest'
import type { ConcurrencyBounds, ConcurrencyLimiter } from './concurrency.ts'
import { takeLease } from './limit-concurrency.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings, removeThing, toolThat } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'

const operator = grantIn('acme', { scopes: ['aws:read', 'aws:write'], groups: ['operators'] })
const removing = { grant: operator, tool: removeThing.name, args: { account: 'prod', id: 'x' } }

test('a call that asks AWS holds a lease of its tenant and user while it runs, and none after it', async () => {
  const { principal } = grantIn('acme')
  let during: string[] = []
  const line = callLine({
    async aws() {
      during = [...line.leases.values()]
      return { output: { names: [] }, attempts: 1 }
    },
  })
  await line.run()
  expect(during).toEqual([`acme ${principal.id}`])
  expect(line.leases.size).toBe(0)
})

test('the lease is given back when the work fails, and when it was refused after the lease', async () => {
  const failing = callLine({ aws: () => Promise.reject(new Error('x')) })
  await failing.run()
  expect(failing.leases.size).toBe(0)
  const line = callLine()
  await line.run({ begin: () => Promise.reject(new Error('x')) })
  expect(line.leases.size).toBe(0)
})

test('a call that asks AWS nothing takes none; one that is refused before takes none', async () => {
  const enter = vi.fn(async () => 'tenant' as const)
  const own = { ...toolThat(async () => ({ data: { things: [] } })), iamActions: [] }
  const line = callLine({ concurrency: enter, tools: [own, removeThing] })
  expect((await line.run()).isError).toBe(false)
  await line.run({ ...removing, grant: grantIn('acme') })
  expect(enter).not.toHaveBeenCalled()
})

test('a tool that asks AWS nothing and reads much of the store takes one, and waits for it as any read', async () => {
  let left = 2
  const enter = vi.fn(async () => (left-- > 0 ? ('user' as const) : ('taken' as const)))
  const own = { ...toolThat(async () => ({ data: { things: [] } })), iamActions: [], readsStore: true }
  const line = callLine({ concurrency: enter, tools: [own] })
  expect((await line.run()).isError).toBe(false)
  expect(enter).toHaveBeenCalledTimes(3)
  expect(line.leases.size).toBe(0)
})

test('a write that finds no room is refused at once, and nothing is sent', async () => {
  const enter = vi.fn(async () => 'tenant' as const)
  const line = callLine({ concurrency: enter })
  const refusal = refusalOf(await line.run(removing))
  expect(refusal).toMatchObject({
    code: 'rate_limited',
    scope: 'concurrency:tenant',
    retry_after_s: 1,
    message: expect.stringContaining('50 calls running'),
  })
  expect(enter).toHaveBeenCalledTimes(1)
  expect(line.sent).toEqual([])
  expect(line.events).toMatchObject([{ outcome: 'deny', reason_code: 'rate_limited' }])
})

test('a read waits for room', async () => {
  let left = 2
  const line = callLine({ concurrency: async () => (left-- > 0 ? 'user' : 'taken') })
  expect((await line.run({ tool: listThings.name })).isError).toBe(false)
  expect(line.sent).toHaveLength(1)
})

test('a read that is cancelled waits no longer', async () => {
  const stop = new AbortController()
  const line = callLine({
    async concurrency() {
      stop.abort()
      return 'user'
    },
  })
  const refusal = refusalOf(await line.run({ signal: stop.signal }))
  expect(refusal).toMatchObject({ code: 'rate_limited', scope: 'concurrency:user' })
})

test('a store that cannot be reached is no licence to run', async () => {
  const line = callLine({ concurrency: () => Promise.reject(new Error('Redis')) })
  await expect(line.run()).rejects.toMatchObject({ code: 'unavailable' })
  expect(line.sent).toEqual([])
})

test('two tenants, and two users of one, are told apart', async () => {
  const asked: ConcurrencyBounds[] = []
  const limiter: ConcurrencyLimiter = {
    async enter(bounds) {
      asked.push(bounds)
      return 'taken'
    },
    renew: async () => true,
    leave: async () => {},
  }
  const signal = new AbortController().signal
  for (const grant of [grantIn('acme'), grantIn('globex'), grantIn('acme', { subject: 'bob' })]) {
    const leave = await takeLease(limiter, { grant, callId: 'call-1', mayWait: false, how: {}, signal })
    await leave()
  }
  expect(new Set(asked.map(({ tenantId, principalId }) => `${tenantId} ${principalId}`)).size).toBe(3)
})

test('a long call renews its lease, and stops when it has ended', async () => {
  vi.useFakeTimers()
  try {
    const renewed = vi.fn(async () => true)
    const limiter: ConcurrencyLimiter = { enter: async () => 'taken', renew: renewed, leave: async () => {} }
    const signal = new AbortController().signal
    const leave = await takeLease(limiter, {
      grant: grantIn('acme'),
      callId: 'c',
      mayWait: false,
      how: {},
      signal,
    })
    vi.advanceTimersByTime(620_000)
    const times = renewed.mock.calls.length
    expect(times).toBeGreaterThanOrEqual(5)
    await leave()
    vi.advanceTimersByTime(620_000)
    expect(renewed).toHaveBeenCalledTimes(times)
  } finally {
    vi.useRealTimers()
  }
})
