import { randomUUID } from 'node:crypto'
import type { BudgetLedger, Reservation } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A ledger under test, with the clock that it goes by. */
export interface BudgetLedgerUnderTest extends AsyncDisposable {
  readonly ledger: BudgetLedger
  /** Makes today yesterday for one tenant, and answers what its clock calls the given day from then on. */
  midnight(tenantId: string, day: string): Promise<string>
}

/** A call of a tenant of its own that takes 100 of 700 micro-dollars. */
export const newReservation = (more: Partial<Reservation> = {}): Reservation => ({
  tenantId: uniqueTenant(),
  callId: randomUUID(),
  microUsd: 100,
  limitMicroUsd: 700,
  ...more,
})

/** How many of `count` calls that come at once are reserved. */
export const reserving = async (
  ledger: BudgetLedger,
  count: number,
  more: Partial<Reservation>,
): Promise<number> => {
  const verdicts = await Promise.all(
    Array.from({ length: count }, () => ledger.reserve(newReservation(more))),
  )
  return verdicts.filter(({ reserved }) => reserved).length
}

const largest = Number.MAX_SAFE_INTEGER

/** What every ledger does. */
export const budgetLedgerContract = (open: () => Promise<BudgetLedgerUnderTest>): void => {
  test('of 100 calls that race for what 7 cost exactly 7 are reserved', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    expect(await reserving(under.ledger, 100, { tenantId })).toBe(7)
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(700)
    expect(await under.ledger.reserve(newReservation({ tenantId, microUsd: 1 }))).toMatchObject({
      reserved: false,
      usedMicroUsd: 700,
    })
  })

  test('of two calls that race for the last cent one is reserved', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    await under.ledger.reserve(newReservation({ tenantId, microUsd: 690 }))
    expect(await reserving(under.ledger, 2, { tenantId, microUsd: 10 })).toBe(1)
  })

  test('a refused call holds nothing, and may be reserved when there is room', async () => {
    await using under = await open()
    const first = newReservation({ microUsd: 600 })
    const second = newReservation({ tenantId: first.tenantId, microUsd: 101 })
    const { day } = await under.ledger.reserve(first)
    expect(await under.ledger.reserve(second)).toEqual({ reserved: false, day, usedMicroUsd: 600 })
    await under.ledger.settle({ ...second, day, microUsd: 0 })
    expect((await under.ledger.used(first.tenantId)).usedMicroUsd).toBe(600)
    await under.ledger.settle({ ...first, day, microUsd: 599 })
    expect(await under.ledger.reserve(second)).toEqual({ reserved: true, day, usedMicroUsd: 700 })
  })

  test('the same call again changes nothing and is told the first verdict, settled or not', async () => {
    await using under = await open()
    const call = newReservation()
    const { tenantId } = call
    const first = await under.ledger.reserve(call)
    expect(first).toMatchObject({ reserved: true, usedMicroUsd: 100 })
    await under.ledger.reserve(newReservation({ tenantId, microUsd: 600 }))
    const again = await Promise.all(Array.from({ length: 5 }, () => under.ledger.reserve(call)))
    expect(again).toEqual(Array.from({ length: 5 }, () => first))
    await under.ledger.settle({ ...call, day: first.day, microUsd: 0 })
    expect(await under.ledger.reserve({ ...call, microUsd: 5000 })).toEqual(first)
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(600)
  })

  test('settling replaces the reservation once, by less or by more', async () => {
    await using under = await open()
    for (const [actual, then] of [
      [0, 50],
      [30, 80],
      [1000, 1050],
    ] as const) {
      const call = newReservation()
      const { tenantId, callId } = call
      const { day } = await under.ledger.reserve(call)
      await under.ledger.reserve(newReservation({ tenantId, microUsd: 50 }))
      const used = async () => (await under.ledger.used(tenantId)).usedMicroUsd
      await Promise.all(
        Array.from({ length: 5 }, () => under.ledger.settle({ tenantId, callId, day, microUsd: actual })),
      )
      expect(await used()).toBe(then)
      await under.ledger.settle({ tenantId, callId, day, microUsd: 7 })
      await under.ledger.settle({ tenantId, callId: 'unknown', day, microUsd: 7 })
      await under.ledger.settle({ tenantId, callId, day: '2020-02-29', microUsd: 7 })
      expect(await used()).toBe(then)
    }
  })

  test('what somebody approved beyond the budget is charged, and nothing else passes after it', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const beyond = newReservation({ tenantId, microUsd: 5000, beyond: true })
    expect(await under.ledger.reserve(beyond)).toMatchObject({ reserved: true, usedMicroUsd: 5000 })
    expect(await reserving(under.ledger, 3, { tenantId, microUsd: 1 })).toBe(0)
    expect(await reserving(under.ledger, 3, { tenantId, microUsd: 0 })).toBe(3)
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(5000)
  })

  test('a budget of nothing reserves nothing', async () => {
    await using under = await open()
    expect(await reserving(under.ledger, 3, { limitMicroUsd: 0, microUsd: 1 })).toBe(0)
  })

  test('midnight begins with nothing, and what was reserved before it is settled where it was charged', async () => {
    await using under = await open()
    const call = newReservation({ microUsd: 700 })
    const { tenantId, callId } = call
    const before = await under.ledger.reserve(call)
    const day = await under.midnight(tenantId, before.day)
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(0)
    const next = newReservation({ tenantId, microUsd: 600 })
    const after = await under.ledger.reserve(next)
    expect(after).toMatchObject({ reserved: true, usedMicroUsd: 600 })
    expect(Date.parse(after.day) - Date.parse(day)).toBe(86_400_000)
    await under.ledger.settle({ tenantId, callId, day: after.day, microUsd: 0 })
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(600)
    await under.ledger.settle({ tenantId, callId, day, microUsd: 1 })
    await under.ledger.settle({ tenantId, callId: next.callId, day, microUsd: 1 })
    expect(await under.ledger.used(tenantId)).toEqual({ day: after.day, usedMicroUsd: 600 })
  })

  test('no tenant sees, fills or settles the day of another', async () => {
    await using under = await open()
    const ours = newReservation({ microUsd: 700 })
    const { day } = await under.ledger.reserve(ours)
    const theirs = { ...ours, tenantId: uniqueTenant() }
    expect((await under.ledger.used(theirs.tenantId)).usedMicroUsd).toBe(0)
    await under.ledger.settle({ ...theirs, day, microUsd: 0 })
    expect(await under.ledger.reserve(theirs)).toMatchObject({ reserved: true, usedMicroUsd: 700 })
    await under.ledger.settle({ ...theirs, day, microUsd: 0 })
    expect((await under.ledger.used(ours.tenantId)).usedMicroUsd).toBe(700)
  })

  test('an amount that is no whole number of 0 or more is a RangeError, and charges nothing', async () => {
    await using under = await open()
    const call = newReservation()
    const { day } = await under.ledger.reserve(call)
    for (const amount of [-1, 0.5, Number.NaN, Infinity, -Infinity, largest + 1, 1e300]) {
      const other = { ...call, callId: 'other' }
      await expect(under.ledger.reserve({ ...other, microUsd: amount })).rejects.toThrow(RangeError)
      await expect(under.ledger.reserve({ ...other, limitMicroUsd: amount })).rejects.toThrow(RangeError)
      await expect(under.ledger.settle({ ...call, day, microUsd: amount })).rejects.toThrow(RangeError)
    }
    for (const odd of ['', 'today', '2026-13-01', '2026-1-1', '*']) {
      await expect(under.ledger.settle({ ...call, day: odd, microUsd: 0 })).rejects.toThrow(RangeError)
    }
    expect((await under.ledger.used(call.tenantId)).usedMicroUsd).toBe(100)
  })

  test('sums are exact to the last micro-dollar, and one that would not be is refused', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const call = newReservation({ tenantId, microUsd: largest - 3, limitMicroUsd: largest })
    const { day, usedMicroUsd } = await under.ledger.reserve(call)
    expect(usedMicroUsd).toBe(largest - 3)
    const small = newReservation({ tenantId, microUsd: 2, limitMicroUsd: largest })
    expect(await under.ledger.reserve(small)).toMatchObject({ reserved: true, usedMicroUsd: largest - 1 })
    for (const beyond of [false, true]) {
      const over = newReservation({ tenantId, microUsd: 2, limitMicroUsd: largest, beyond })
      expect(await under.ledger.reserve(over)).toMatchObject({ reserved: false, usedMicroUsd: largest - 1 })
    }
    await expect(under.ledger.settle({ ...small, day, microUsd: 4 })).rejects.toThrow(RangeError)
    await under.ledger.settle({ ...small, day, microUsd: 3 })
    expect((await under.ledger.used(tenantId)).usedMicroUsd).toBe(largest)
  })

  test('an id of any text is one call', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const ids = ['', 'used', 'call:', '__proto__', 'a b\n', 'é', '{x}', 'x'.repeat(8000)]
    for (const [n, callId] of ids.entries()) {
      const call = newReservation({ tenantId, callId, microUsd: 1 })
      await under.ledger.reserve(call)
      expect(await under.ledger.reserve(call)).toMatchObject({ usedMicroUsd: n + 1 })
    }
  })
}
