import { expect, test } from 'vitest'
import { callLine } from './testing/call-line.ts'
import { mapLedger } from './testing/map-stores.ts'
import { toolThat } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'

/** What a read learns of the budget of a tenant with 7 USD, where the ledger is asked so. */
const leftOf = async (used: () => Promise<{ day: string; usedMicroUsd: number }>) => {
  const left: (number | undefined)[] = []
  const asks = toolThat(async ({ outlook }) => {
    left.push(await outlook.budgetLeft())
    return { data: {} }
  })
  const line = callLine({ tools: [asks] })
  Object.assign(line.dependencies, { ledger: { ...mapLedger().ledger, used } })
  const grant = grantIn('acme', { tenant: { budget: { dailyUsd: 7 } } })
  const { isError } = await line.run({ grant })
  return { left, isError, events: line.events }
}

test('a read is told what is left of the budget', async () => {
  const { left } = await leftOf(async () => ({ day: '2026-01-01', usedMicroUsd: 2_000_000 }))
  expect(left).toEqual([5_000_000])
})

test('a read goes on without what is left of the budget while the ledger is away', async () => {
  const { left, isError, events } = await leftOf(() => Promise.reject(new Error('ECONNREFUSED')))
  expect({ left, isError }).toEqual({ left: [undefined], isError: false })
  expect(events).toMatchObject([{ outcome: 'allow' }])
})

test('a ledger that answers nonsense is no ledger that is away', async () => {
  const { left, isError } = await leftOf(() => Promise.reject(new RangeError('not an amount')))
  expect({ left, isError }).toEqual({ left: [], isError: true })
})
