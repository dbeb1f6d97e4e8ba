import { expect, test } from 'vitest'
import { operator } from '../testing/grant.ts'
import { isAbandoned, isOutdated } from './change-set-age.ts'

const minutes = 60_000
const now = Date.UTC(2026, 0, 2)
const toldBy = (approvalMinutes: number) => {
  const confirmation = { ...operator.tenant.confirmation, approvalMinutes }
  return { now: () => now, grant: { ...operator, tenant: { ...operator.tenant, confirmation } } }
}
const ago = (age: number) => new Date(now - age * minutes)

test.each([1, 5, 15, 60])('an approval of %i minutes finds the change set that it is about', (approval) => {
  const told = toldBy(approval)
  expect(isOutdated(told, ago(approval + 5))).toBe(false)
  expect(isOutdated(told, ago(Math.max(15, approval + 10) + 1))).toBe(true)
  // One that is carried out in its last minute is not swept away meanwhile.
  expect(isAbandoned(told, ago(2 * (approval + 10)))).toBe(false)
  expect(isAbandoned(told, ago(Math.max(60, 2 * (approval + 10)) + 1))).toBe(true)
})

test('one of which nobody knows when it was made stays', () => {
  expect([isOutdated(toldBy(15), undefined), isAbandoned(toldBy(15), undefined)]).toEqual([false, false])
})
