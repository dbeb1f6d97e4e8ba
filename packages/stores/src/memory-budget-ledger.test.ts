import { expect, test } from 'vitest'
import { maxNotedCalls } from './budget-day.ts'
import { budgetLedgerContract, newReservation } from './budget-ledger.contract.ts'
import { memoryBudgetLedger } from './memory-budget-ledger.ts'
import { fakeClock } from './testing/fake-clock.ts'

budgetLedgerContract(async () => {
  const clock = fakeClock()
  await clock.wait(86_399)
  return {
    ledger: memoryBudgetLedger(clock),
    async midnight(_tenantId, day) {
      await clock.wait(1)
      return day
    },
    async [Symbol.asyncDispose]() {},
  }
})

test('a day can be settled for 25 hours at least, and is forgotten some time after', async () => {
  const clock = fakeClock()
  const ledger = memoryBudgetLedger(clock)
  const [call, late] = [newReservation(), newReservation()]
  const { day } = await ledger.reserve(call)
  await ledger.reserve(late)
  await clock.wait(86_400 + 25 * 3600)
  await ledger.used(call.tenantId)
  await ledger.settle({ ...call, day, microUsd: 1 })
  await clock.wait(30 * 3600)
  await ledger.used(late.tenantId)
  await ledger.settle({ ...late, day, microUsd: 1 })
  await clock.wait(-(86_400 + 55 * 3600))
  expect((await ledger.used(call.tenantId)).usedMicroUsd).toBe(0)
})

test('a day notes so many calls, and what comes after them stays charged', async () => {
  const ledger = memoryBudgetLedger(fakeClock())
  const { tenantId } = newReservation()
  const reserve = (callId: string) =>
    ledger.reserve({ tenantId, callId, microUsd: 1, limitMicroUsd: 1_000_000 })
  for (let n = 0; n < maxNotedCalls; n++) await reserve(`${n}`)
  const { day, usedMicroUsd } = await reserve('one more')
  expect(usedMicroUsd).toBe(maxNotedCalls + 1)
  await ledger.settle({ tenantId, callId: 'one more', day, microUsd: 0 })
  await ledger.settle({ tenantId, callId: '0', day, microUsd: 0 })
  expect((await ledger.used(tenantId)).usedMicroUsd).toBe(maxNotedCalls)
})
