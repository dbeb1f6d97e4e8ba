import type { AwsBudget } from '@gateway/domain'
import { expect, test } from 'vitest'
import { awsBudgetContract } from './aws-budget.contract.ts'
import { insuredAwsBudget } from './insured-aws-budget.ts'
import { memoryAwsBudget } from './memory-aws-budget.ts'
import { awaySometimes } from './testing/away.ts'
import { expectRate, newBucket, passing } from './testing/aws-budgets.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (replicas = 1) => {
  const clock = fakeClock()
  const store = awaySometimes(memoryAwsBudget({ now: clock.now, maxKeys: 1000 }))
  const budget = insuredAwsBudget({
    shared: store.shared,
    now: clock.now,
    maxKeys: 1000,
    replicas: () => replicas,
  })
  const local: AwsBudget = { ...budget, take: (bucket) => budget.take(bucket, { whileAway: 'local' }) }
  const pass = (_: unknown, seconds: number) => clock.wait(seconds)
  return { budget, local, store, pass, ...clock, async [Symbol.asyncDispose]() {} }
}

awsBudgetContract(async () => open())
awsBudgetContract(async () => {
  const under = open()
  under.store.goAway()
  return { ...under, budget: under.local }
})

test('while the store is away each of two replicas has half of a bucket, for those who may', async () => {
  const { budget, local, store } = open(2)
  store.goAway()
  const bucket = { ...newBucket(), burst: 9 }
  await expect(budget.take(bucket)).rejects.toThrow('away')
  expect(await passing(local, bucket, 20)).toBe(4)
  const other = { ...newBucket(), burst: 9 }
  expect(await passing(local, other, 20)).toBe(4)
})

test('what AWS throttles while the store is away slows this replica down', async () => {
  const { local, store } = open()
  store.goAway()
  const bucket = newBucket()
  await local.throttled(bucket)
  await expectRate(local, bucket, 50)
  store.comeBack()
  await expectRate(local, bucket, 100)
})
