import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { maxNotedCalls } from './budget-day.ts'
import { budgetLedgerContract, newReservation, reserving } from './budget-ledger.contract.ts'
import { redisBudgetLedger } from './redis-budget-ledger.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  const errors: string[] = []
  const anew = () => redisBudgetLedger(redis, { onError: ({ message }) => void errors.push(message) })
  let ledger = anew()
  return {
    ...redis,
    errors,
    get ledger() {
      return ledger
    },
    /** Redis is started anew without its data, as far as one tenant goes. */
    lose: async (tenantId: string) => {
      const keys = await redis.client.keys(`{${tenantId}}:spent:*`)
      expect(await redis.client.del(...keys)).toBe(1)
    },
    // Nobody moves the clock of a Redis that others test with, so the day itself is moved.
    async midnight(tenantId: string, day: string) {
      const number = Date.parse(day) / 86_400_000
      // Who knew the day of before would take it for lost.
      ledger = anew()
      await redis.client.rename(`{${tenantId}}:spent:${number}`, `{${tenantId}}:spent:${number - 1}`)
      return new Date((number - 1) * 86_400_000).toISOString().slice(0, 10)
    },
  }
}

const replicas = async () => {
  const all = [await open(), await open(), await open()] as const
  return Object.assign(all, {
    async [Symbol.asyncDispose]() {
      for (const each of all) await each[Symbol.asyncDispose]()
    },
  })
}

afterEach(() => {
  vi.useRealTimers()
})

budgetLedgerContract(open)

test('of 100 launches from two replicas that race for what 7 cost exactly 7 are reserved', async () => {
  await using one = await open()
  await using other = await open()
  const launch = { tenantId: uniqueTenant(), microUsd: 249_600, limitMicroUsd: 7 * 249_600 }
  const passed = await Promise.all([one, other].map(({ ledger }) => reserving(ledger, 50, launch)))
  expect(passed.reduce((sum, each) => sum + each)).toBe(7)
  for (const { ledger } of [one, other]) {
    expect((await ledger.used(launch.tenantId)).usedMicroUsd).toBe(launch.limitMicroUsd)
  }
})

test('a gateway that is killed after it reserved leaves that charged, and nothing else', async () => {
  await using under = await open()
  const call = newReservation()
  const { tenantId, callId } = call
  const script = fileURLToPath(new URL('./testing/reserve-and-wait.ts', import.meta.url))
  const args = [
    '--experimental-strip-types',
    '--no-warnings',
    script,
    inject('redisUrl'),
    JSON.stringify(call),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const verdict = JSON.parse(String(line))
  expect(verdict).toMatchObject({ reserved: true, usedMicroUsd: 100 })
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
  expect(await under.ledger.used(tenantId)).toEqual({ day: verdict.day, usedMicroUsd: 100 })
  expect(await reserving(under.ledger, 20, { tenantId })).toBe(6)
  expect(await under.ledger.reserve(call)).toEqual(verdict)
  await under.ledger.settle({ tenantId, callId, day: verdict.day, microUsd: 0 })
  expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(600)
})

test('what one replica reserves another settles', async () => {
  await using one = await open()
  await using other = await open()
  const call = newReservation()
  const { day } = await one.ledger.reserve(call)
  await other.ledger.settle({ ...call, day, microUsd: 5 })
  expect((await one.ledger.used(call.tenantId)).usedMicroUsd).toBe(5)
})

test('a replica with a skewed clock charges the day that all others charge', async () => {
  await using under = await open()
  const call = newReservation({ microUsd: 700 })
  const { day } = await under.ledger.reserve(call)
  for (const skewHours of [25, -25]) {
    vi.useFakeTimers({ toFake: ['Date'], now: performance.timeOrigin + skewHours * 3_600_000 })
    expect(await under.ledger.used(call.tenantId)).toEqual({ day, usedMicroUsd: 700 })
    expect(await reserving(under.ledger, 2, { tenantId: call.tenantId })).toBe(0)
  }
  await under.ledger.settle({ ...call, day, microUsd: 1 })
  vi.useRealTimers()
  expect(await under.ledger.used(call.tenantId)).toEqual({ day, usedMicroUsd: 1 })
})

test('a day is one key of its tenant that lives for 49 hours, and asking makes none', async () => {
  await using under = await open()
  const call = newReservation()
  await under.ledger.used(call.tenantId)
  expect(await under.client.keys(`{${call.tenantId}}*`)).toEqual([])
  const { day } = await under.ledger.reserve(call)
  const keys = await under.client.keys(`{${call.tenantId}}*`)
  expect(keys).toEqual([`{${call.tenantId}}:spent:${Date.parse(day) / 86_400_000}`])
  expect(await under.client.ttl(keys[0] ?? '')).toBeGreaterThan(48.9 * 3600)
  await under.ledger.settle({ ...call, day, microUsd: 0 })
  await under.ledger.settle({ ...call, day: '2020-01-01', microUsd: 0 })
  expect(await under.client.keys(`{${call.tenantId}}*`)).toEqual(keys)
  expect(await under.client.ttl(keys[0] ?? '')).toBeLessThanOrEqual(49 * 3600)
})

test('a day notes so many calls, and what comes after them stays charged', async () => {
  await using under = await open()
  const call = newReservation()
  const { day } = await under.ledger.reserve(call)
  const key = `{${call.tenantId}}:spent:${Date.parse(day) / 86_400_000}`
  for (let n = 0; n < maxNotedCalls; n += 5000) {
    const fields = Array.from({ length: 5000 }, (_, i) => [`call:${n + i}`, '0 100 settled'])
    await under.client.hset(key, ...fields.flat())
  }
  const late = newReservation({ tenantId: call.tenantId })
  await under.ledger.reserve(late)
  await under.ledger.settle({ ...late, day, microUsd: 0 })
  expect((await under.ledger.used(call.tenantId)).usedMicroUsd).toBe(200)
  await under.ledger.settle({ ...call, day, microUsd: 0 })
  expect((await under.ledger.used(call.tenantId)).usedMicroUsd).toBe(100)
})

test('a Redis that lost the scripts gets them again, and charges every call once', async () => {
  await using under = await open()
  const tenantId = uniqueTenant()
  expect(await reserving(under.ledger, 3, { tenantId })).toBe(3)
  await under.client.script('FLUSH')
  expect(await reserving(under.ledger, 20, { tenantId })).toBe(4)
})

test('what a Redis has lost counts again as far as a replica knew it, of this tenant alone, and is told', async () => {
  await using under = await open()
  const [tenantId, other] = [uniqueTenant(), uniqueTenant()]
  expect(await reserving(under.ledger, 5, { tenantId })).toBe(5)
  expect(await reserving(under.ledger, 1, { tenantId: other })).toBe(1)
  await under.lose(tenantId)
  expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(500)
  expect((await under.ledger.used(other)).usedMicroUsd).toBe(100)
  expect(under.errors).toEqual([expect.stringContaining(`lost what tenant ${tenantId} spent`)])
  await under.lose(tenantId)
  expect(await reserving(under.ledger, 20, { tenantId })).toBe(2)
  expect(await under.client.ttl((await under.client.keys(`{${tenantId}}*`))[0] ?? '')).toBeGreaterThan(1000)
  expect(under.errors).toHaveLength(2)
})

test('several replicas add again what the one of them knew that knew most, whoever comes first', async () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    await using all = await replicas()
    const [one, two, fresh] = all
    const tenantId = uniqueTenant()
    expect(await reserving(one.ledger, 2, { tenantId })).toBe(2)
    // The first knows of 200, the second of 500, the third of nothing.
    expect(await reserving(two.ledger, 3, { tenantId })).toBe(3)
    await one.lose(tenantId)
    expect(await reserving(fresh.ledger, 1, { tenantId })).toBe(1)
    for (const at of order) await [one, two, fresh][at]?.ledger.used(tenantId)
    for (const { ledger } of [one, two, fresh]) {
      expect((await ledger.used(tenantId)).usedMicroUsd).toBe(600)
    }
    expect(await reserving(one.ledger, 9, { tenantId })).toBe(1)
  }
})

test('what was given back is not taken for lost', async () => {
  await using under = await open()
  await using other = await open()
  const call = newReservation({ microUsd: 700 })
  const { day } = await under.ledger.reserve(call)
  await other.ledger.settle({ ...call, day, microUsd: 0 })
  expect((await under.ledger.used(call.tenantId)).usedMicroUsd).toBe(0)
  expect(await reserving(under.ledger, 9, { tenantId: call.tenantId })).toBe(7)
  expect(under.errors).toEqual([])
})

test('a store that cannot be reached rejects', async () => {
  const under = await open()
  await under.close()
  await expect(under.ledger.reserve(newReservation())).rejects.toThrow()
  await expect(under.ledger.used('a')).rejects.toThrow()
  await expect(under.ledger.settle({ ...newReservation(), day: '2026-11-27' })).rejects.toThrow()
})
