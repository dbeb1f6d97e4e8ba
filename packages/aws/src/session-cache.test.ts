import { GatewayError } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { Refusal, sessionOf } from './session.ts'
import { createSessionCache } from './session-cache.ts'

const minute = 60_000

const setUp = (max = 100) => {
  const clock = { now: 1_000_000 }
  const onFault = vi.fn()
  const cache = createSessionCache({ max, now: () => clock.now, onFault })
  const credentials = { accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'token' }
  const open = vi.fn(async () => sessionOf('role', credentials, clock.now + 60 * minute))
  const get = (key = 'k', tenantId = 'acme') => cache.get({ tenantId, key }, open, { tenant: tenantId })
  return { cache, clock, onFault, open, get }
}

test('one session serves until 15 minutes remain; it is then replaced while calls go on with it', async () => {
  const { clock, open, get } = setUp()
  const first = await get()
  clock.now += 44 * minute
  expect(await get()).toBe(first)
  expect(open).toHaveBeenCalledTimes(1)

  clock.now += 4 * minute
  const gate = Promise.withResolvers<Awaited<ReturnType<typeof open>>>()
  open.mockImplementationOnce(() => gate.promise)
  expect(await get()).toBe(first)
  expect(await get()).toBe(first)
  expect(open).toHaveBeenCalledTimes(2)

  const credentials = { accessKeyId: 'ASIAY', secretAccessKey: 's', sessionToken: 't' }
  const second = sessionOf('role', credentials, clock.now + 60 * minute)
  gate.resolve(second)
  await vi.waitFor(async () => expect(await get()).toBe(second))
  expect(open).toHaveBeenCalledTimes(2)
})

test('sessions opened at one moment are not refreshed at one moment', async () => {
  const { clock, open, get } = setUp(4_000)
  const keys = Array.from({ length: 200 }, (_, number) => String(number))
  await Promise.all(keys.map((key) => get(key)))
  clock.now += 46 * minute
  await Promise.all(keys.map((key) => get(key)))
  expect(open.mock.calls.length).toBeGreaterThan(220)
  expect(open.mock.calls.length).toBeLessThan(380)
})

test('below a minute a call waits for the new session', async () => {
  const { clock, open, get } = setUp()
  const first = await get()
  clock.now += 59 * minute + 1
  const [second, third] = await Promise.all([get(), get()])
  expect(second).not.toBe(first)
  expect(third).toBe(second)
  expect(open).toHaveBeenCalledTimes(2)
})

test('a fault while refreshing is told to the operator, tried again after 30 s, and fails no call', async () => {
  const { clock, open, get, onFault } = setUp()
  const first = await get()
  clock.now += 50 * minute
  open.mockRejectedValueOnce(new GatewayError('aws_error', 'x', { details: { aws: { code: 'Throttling' } } }))
  expect(await get()).toBe(first)
  await vi.waitFor(() => expect(onFault).toHaveBeenCalledOnce())
  expect(onFault.mock.calls[0]?.[0]).toEqual({
    tenant: 'acme',
    code: 'aws_error',
    aws: { code: 'Throttling' },
  })
  expect(await get()).toBe(first)
  expect(open).toHaveBeenCalledTimes(2)
  clock.now += 31_000
  await get()
  expect(open).toHaveBeenCalledTimes(3)
})

test('a role that refuses while refreshing is not used on', async () => {
  const { clock, open, get } = setUp()
  await get()
  clock.now += 50 * minute
  open.mockRejectedValueOnce(new Refusal('credentials_refused', 'trust withdrawn'))
  await get()
  await expect(get()).rejects.toThrow('trust withdrawn')
})

test('a refusal is remembered for 30 s; any other fault is not', async () => {
  const { clock, open, get } = setUp()
  open.mockRejectedValueOnce(new Refusal('credentials_refused', 'no'))
  await expect(get()).rejects.toThrow('no')
  clock.now += 29_999
  await expect(get()).rejects.toThrow('no')
  expect(open).toHaveBeenCalledTimes(1)
  clock.now += 1
  open.mockRejectedValueOnce(new GatewayError('credentials_refused', 'the gateway has no identity'))
  await expect(get()).rejects.toThrow('no identity')
  await expect(get()).resolves.toBeDefined()
  expect(open).toHaveBeenCalledTimes(3)
})

test('the least recently used is forgotten; a dropped one is replaced, but not by mistake', async () => {
  const { cache, open, get } = setUp(8)
  const a = await get('a')
  await get('b')
  await get('a')
  await get('c')
  expect(await get('a')).toBe(a)
  expect(open).toHaveBeenCalledTimes(3)
  cache.drop({ tenantId: 'acme', key: 'a' }, a)
  const newer = await get('a')
  expect(newer).not.toBe(a)
  cache.drop({ tenantId: 'acme', key: 'a' }, a)
  expect(await get('a')).toBe(newer)
})

test('a tenant is forgotten with its refusals, and what is in the air for it is not kept', async () => {
  const { cache, open, get } = setUp()
  const others = await get('k', 'other')
  open.mockRejectedValueOnce(new Refusal('credentials_refused', 'no'))
  await expect(get('refused')).rejects.toThrow('no')
  const gate = Promise.withResolvers<Awaited<ReturnType<typeof open>>>()
  open.mockImplementationOnce(() => gate.promise)
  const waiting = get()
  cache.forget('acme')
  const later = await get()
  const credentials = { accessKeyId: 'ASIAY', secretAccessKey: 's', sessionToken: 't' }
  const late = sessionOf('role', credentials, Number.POSITIVE_INFINITY)
  gate.resolve(late)
  expect(await waiting).toBe(late)
  expect(await get()).toBe(later)
  await expect(get('refused')).resolves.toBeDefined()
  expect(await get('k', 'other')).toBe(others)
})

test('no tenant puts out the sessions of another by having many', async () => {
  const { open, get } = setUp(40)
  const quiet = await get('k', 'quiet')
  for (let number = 0; number < 500; number++) await get(String(number), 'loud')
  expect(await get('k', 'quiet')).toBe(quiet)
  expect(open).toHaveBeenCalledTimes(501)
})
