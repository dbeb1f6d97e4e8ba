import { expect, test } from 'vitest'
import { memoryAwsBudget } from './memory-aws-budget.ts'
import { memoryRateLimiter } from './memory-rate-limiter.ts'
import { passing, rateLimiterContract, slowLimit } from './rate-limiter.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (maxKeys = 1000) => {
  const clock = fakeClock()
  const budget = memoryAwsBudget({ now: clock.now, maxKeys })
  const limiter = memoryRateLimiter({ now: clock.now, maxKeys, budget })
  return { limiter, budget, ...clock, async [Symbol.asyncDispose]() {} }
}

rateLimiterContract(async () => open())

test('a refusal is right to the millisecond', async () => {
  const { limiter, wait } = open()
  const limit = { ...slowLimit(1), perMinute: 7 }
  await limiter.take([limit])
  const refused = { allowed: false, scope: 'user' }
  expect(await limiter.take([limit])).toEqual({ ...refused, retryAfterSeconds: 8.572 })
  await wait(8.571)
  expect(await limiter.take([limit])).toEqual({ ...refused, retryAfterSeconds: 0.001 })
  await wait(0.001)
  expect(await limiter.take([limit])).toEqual({ allowed: true })
})

test('keys that are full again make room before any other', async () => {
  const { limiter, wait } = open(32)
  const drained = slowLimit(1)
  await limiter.take([drained])
  for (let made = 0; made < 500; made++) {
    await limiter.take([{ ...slowLimit(1), perMinute: 60_000 }])
    await wait(0.001)
  }
  expect(await passing(limiter, [drained], 1)).toBe(0)
})

test('the bound holds when no key is full again, at the cost of those charged longest ago', async () => {
  const { limiter } = open(32)
  const [idle, busy] = [slowLimit(1), slowLimit(1000)]
  await limiter.take([idle])
  expect(await passing(limiter, [busy], 900)).toBe(900)
  for (let made = 0; made < 100; made++) await limiter.take([slowLimit(1), busy])
  expect(await passing(limiter, [idle], 2)).toBe(1)
  expect(await passing(limiter, [busy], 2)).toBe(0)
})
