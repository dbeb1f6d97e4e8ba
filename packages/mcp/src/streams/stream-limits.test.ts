import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { createStreamLimits } from './stream-limits.ts'

const enterAll = (count: number, grantOf: (n: number) => ReturnType<typeof grantOfCaller>) => {
  const limits = createStreamLimits()
  const leaves = Array.from({ length: count }, (_, n) => limits.enter(grantOf(n)))
  return { limits, leaves }
}

test('a user has ten, another one has its own, and leaving makes room once', () => {
  const { limits, leaves } = enterAll(11, () => grantOfCaller())
  expect(leaves.map((leave) => leave !== undefined)).toEqual([...Array(10).fill(true), false])
  expect(limits.enter(grantOfCaller({ subject: 'bob' }))).toBeDefined()
  leaves[0]?.()
  leaves[0]?.()
  expect(limits.enter(grantOfCaller())).toBeDefined()
  expect(limits.enter(grantOfCaller())).toBeUndefined()
})

test('a tenant has 1024, whoever has them, and another tenant has its own', () => {
  const { limits, leaves } = enterAll(1025, (n) => grantOfCaller({ subject: `user-${n}` }))
  expect(leaves.filter((leave) => leave === undefined)).toHaveLength(1)
  expect(limits.enter(grantOfCaller({ tenantId: 'globex', subject: 'user-0' }))).toBeDefined()
  leaves[7]?.()
  expect(limits.enter(grantOfCaller({ subject: 'new' }))).toBeDefined()
})

test('each that is refused is told', () => {
  let told = 0
  const limits = createStreamLimits(() => {
    told += 1
  })
  for (let n = 0; n < 12; n++) limits.enter(grantOfCaller())
  expect(told).toBe(2)
})

test('one refused costs nothing', () => {
  const { limits, leaves } = enterAll(100, () => grantOfCaller())
  for (const leave of leaves) leave?.()
  for (let n = 0; n < 10; n++) expect(limits.enter(grantOfCaller())).toBeDefined()
  expect(limits.enter(grantOfCaller())).toBeUndefined()
})
