import { expect, test } from 'vitest'
import { awsBudgetContract } from './aws-budget.contract.ts'
import { memoryAwsBudget } from './memory-aws-budget.ts'
import { expectRate, newBucket, passing, waitOf } from './testing/aws-budgets.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (maxKeys = 1000) => {
  const clock = fakeClock()
  const budget = memoryAwsBudget({ now: clock.now, maxKeys })
  const pass = (_: unknown, seconds: number) => clock.wait(seconds)
  return { budget, pass, ...clock, async [Symbol.asyncDispose]() {} }
}

awsBudgetContract(async () => open())

test('rates are right to the millisecond, and so is the moment when they change', async () => {
  const { budget, wait } = open()
  const bucket = { ...newBucket(), perMinute: 7 }
  await budget.throttled(bucket)
  await budget.take(bucket)
  expect(await waitOf(budget, bucket)).toBe(17.143)
  await wait(17.143)
  await wait(59.999 - 17.143)
  await budget.take(bucket)
  expect(await waitOf(budget, bucket)).toBe(17.143)
  await wait(0.001)
  // All but a millisecond of one request is taken, at 60 % of seven a minute.
  expect(await waitOf(budget, bucket)).toBe(14.285)
  await wait(14.284)
  expect(await waitOf(budget, bucket)).toBe(0.001)
  await wait(0.001)
  expect(await budget.take(bucket)).toEqual({ allowed: true })
})

test('the second halving comes with the first throttling that is 60 s after the first', async () => {
  const { budget, wait } = open()
  const bucket = newBucket()
  await budget.throttled(bucket)
  await wait(59.999)
  await budget.throttled(bucket)
  await expectRate(budget, bucket, 50)
  await wait(0.001)
  await budget.throttled(bucket)
  await wait(12)
  await expectRate(budget, bucket, 25)
})

test('buckets that are full and not slowed down make room before any other', async () => {
  const { budget, wait } = open(32)
  const [drained, slow] = [{ ...newBucket(), perMinute: 1 }, newBucket()]
  await budget.take(drained)
  await budget.throttled(slow)
  for (let made = 0; made < 500; made++) {
    await budget.take({ ...newBucket(), perMinute: 60_000 })
    await wait(0.001)
  }
  expect(await passing(budget, drained, 1)).toBe(0)
  await expectRate(budget, slow, 50)
})

test('the bound holds when no bucket is full again, at the cost of those used longest ago', async () => {
  const { budget } = open(32)
  const [idle, busy] = [newBucket(), { ...newBucket(), burst: 1000 }]
  await budget.take(idle)
  expect(await passing(budget, busy, 900)).toBe(900)
  for (let made = 0; made < 100; made++) {
    await budget.take(newBucket())
    await budget.take(busy)
  }
  expect(await passing(budget, idle, 2)).toBe(1)
  expect(await passing(budget, busy, 2)).toBe(0)
})
