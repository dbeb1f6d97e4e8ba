import { type AwsBucket, type AwsBudget, tenantKey } from '@gateway/domain'
import { expect } from 'vitest'
import { uniqueTenant } from './unique-tenant.ts'

/** A budget under test. */
export interface AwsBudgetUnderTest extends AsyncDisposable {
  readonly budget: AwsBudget
  /** Lets time pass for one bucket; a little more may. */
  pass(bucket: AwsBucket, seconds: number): Promise<void>
}

/** A bucket of its own tenant with one request every three seconds and no burst. */
export const newBucket = (tenant = uniqueTenant(), service = 'ec2', region = 'eu-west-1'): AwsBucket => ({
  key: tenantKey(tenant, 'aws', '111122223333', service, region, 'read'),
  scope: `aws:${service}:${region}`,
  perMinute: 20,
  burst: 1,
})

/** How many of `count` simultaneous attempts pass. */
export const passing = async (budget: AwsBudget, bucket: AwsBucket, count: number): Promise<number> => {
  const verdicts = await Promise.all(Array.from({ length: count }, () => budget.take(bucket)))
  return verdicts.filter(({ allowed }) => allowed).length
}

/** Seconds until the bucket gives the next attempt, which is refused now. */
export const waitOf = async (budget: AwsBudget, bucket: AwsBucket): Promise<number> => {
  const verdict = await budget.take(bucket)
  if (verdict.allowed) throw new Error('this attempt should be refused')
  expect(verdict.scope).toBe(bucket.scope)
  return verdict.retryAfterSeconds
}

/** Takes the one attempt that a full bucket has, and expects it to be at `percent` of its rate. */
export const expectRate = async (budget: AwsBudget, bucket: AwsBucket, percent: number): Promise<void> => {
  expect(await budget.take(bucket)).toEqual({ allowed: true })
  const wait = await waitOf(budget, bucket)
  const seconds = (60 / bucket.perMinute) * (100 / percent)
  expect(wait).toBeLessThanOrEqual(seconds + 0.001)
  expect(wait).toBeGreaterThan(seconds * 0.93)
}
