import { expect, test, vi } from 'vitest'
import { owedLeases } from './owed-leases.ts'
import { StoreAwayError } from './store-away.ts'

const leaseOf = (callId: string, tenantId = 'acme') => ({ tenantId, principalId: 'ann', callId })

/** A store that hears of leases that end, and rejects with what the test says. */
const open = (max?: number) => {
  const left: string[] = []
  const state: { cause?: Error } = {}
  const leave = vi.fn(async ({ tenantId, callId }: ReturnType<typeof leaseOf>) => {
    if (state.cause) throw state.cause
    left.push(`${tenantId} ${callId}`)
  })
  const owed = owedLeases({ shared: { leave }, everyMs: 5, ...(max !== undefined && { max }) })
  return { owed, left, leave, state }
}

const away = new StoreAwayError('away')
const pause = () => new Promise((resolve) => setTimeout(resolve, 30))

test('what cannot be returned is returned later, once, and each to its own tenant', async () => {
  const { owed, left, leave, state } = open()
  state.cause = away
  for (const tenantId of ['acme', 'globex'])
    for (let n = 0; n < 120; n++) await owed.giveBack(leaseOf(`c${n}`, tenantId))
  await pause()
  expect(left).toEqual([])
  delete state.cause
  await vi.waitFor(() => expect(left).toHaveLength(240))
  expect(new Set(left).size).toBe(240)
  expect(left.filter((each) => each.startsWith('globex'))).toHaveLength(120)
  const asked = leave.mock.calls.length
  await pause()
  expect(leave).toHaveBeenCalledTimes(asked)
})

test('while the store is away it is asked for a few at a time', async () => {
  vi.useFakeTimers()
  try {
    const { owed, leave, state } = open()
    state.cause = away
    for (let n = 0; n < 500; n++) owed.owe(leaseOf(`c${n}`))
    for (const times of [50, 100]) {
      await vi.advanceTimersByTimeAsync(5)
      expect(leave).toHaveBeenCalledTimes(times)
    }
  } finally {
    vi.useRealTimers()
  }
})

test('one whose call runs after all is not returned', async () => {
  const { owed, left } = open()
  for (const each of ['a', 'b']) owed.owe(leaseOf(each))
  owed.keep(leaseOf('a'))
  owed.keep(leaseOf('b', 'globex'))
  await vi.waitFor(() => expect(left).toEqual(['acme b']))
  await pause()
  expect(left).toHaveLength(1)
})

test('a mistake of ours is told, and not made again for ever', async () => {
  const { owed, leave, state } = open()
  state.cause = new Error('WRONGTYPE')
  await expect(owed.giveBack(leaseOf('a'))).rejects.toThrow('WRONGTYPE')
  owed.owe(leaseOf('a'))
  await vi.waitFor(() => expect(leave).toHaveBeenCalledTimes(2))
  await pause()
  expect(leave).toHaveBeenCalledTimes(2)
})

test('of too many the oldest are forgotten', async () => {
  const { owed, left } = open(2)
  for (const each of ['a', 'b', 'c']) owed.owe(leaseOf(each))
  await vi.waitFor(() => expect(left).toEqual(['acme b', 'acme c']))
})
