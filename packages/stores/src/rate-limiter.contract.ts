import { type AwsBudget, type Limit, type RateLimiter, tenantKey } from '@gateway/domain'
import { expect, test } from 'vitest'
import { newBucket, waitOf } from './testing/aws-budgets.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A rate limiter under test, with the clock that it goes by. */
export interface LimiterUnderTest extends AsyncDisposable {
  readonly limiter: RateLimiter
  /** The AWS budgets that it looks into. */
  readonly budget: AwsBudget
  now(): number
  wait(seconds: number): Promise<void>
}

/** A limit of its own tenant that gives nothing back while a test runs. */
export const slowLimit = (burst: number, tenant = uniqueTenant(), scope = 'user'): Limit => ({
  key: tenantKey(tenant, 'rl', scope, 'alice'),
  scope,
  perMinute: 1,
  burst,
})

/** How many of `count` simultaneous requests pass. */
export const passing = async (limiter: RateLimiter, limits: Limit[], count: number): Promise<number> => {
  const verdicts = await Promise.all(Array.from({ length: count }, () => limiter.take(limits)))
  return verdicts.filter(({ allowed }) => allowed).length
}

/** What every rate limiter does. */
export const rateLimiterContract = (open: () => Promise<LimiterUnderTest>): void => {
  test('of 200 simultaneous requests exactly the burst passes', async () => {
    await using under = await open()
    for (const perMinute of [1, 7]) {
      const limit = { ...slowLimit(50), perMinute }
      expect(await passing(under.limiter, [limit], 200)).toBe(50)
    }
  })

  test('there is no second burst at the edge of a window', async () => {
    await using under = await open()
    const limit = { ...slowLimit(10), perMinute: 600 }
    // For a limiter that counts in windows of a second, the first request opens one that has all but ended later.
    await under.limiter.take([limit])
    await under.wait(0.9)
    const before = under.now()
    let passed = await passing(under.limiter, [limit], 20)
    await under.wait(0.2)
    passed += await passing(under.limiter, [limit], 20)
    expect(passed).toBeGreaterThanOrEqual(10)
    expect(passed).toBeLessThanOrEqual(10 + Math.floor((under.now() - before) / 100))
  })

  test('an idle key holds its burst and no more', async () => {
    await using under = await open()
    const limit = { ...slowLimit(2), perMinute: 120 }
    await under.limiter.take([limit])
    await under.wait(1.5)
    expect(await passing(under.limiter, [limit], 20)).toBe(2)
  })

  test('a refused request is charged to no limit, whichever of them refuses', async () => {
    await using under = await open()
    for (const narrowFirst of [true, false]) {
      const tenant = uniqueTenant()
      const wide = slowLimit(5, tenant, 'tenant')
      const narrow = slowLimit(1, tenant, 'user')
      const both = narrowFirst ? [narrow, wide] : [wide, narrow]
      expect(await passing(under.limiter, both, 20)).toBe(1)
      expect(await under.limiter.take(both)).toMatchObject({ allowed: false, scope: 'user' })
      expect(await passing(under.limiter, [wide], 20)).toBe(4)
    }
  })

  test('where several limits refuse, the one with the longest wait is named', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const short = { ...slowLimit(1, tenant, 'tenant'), perMinute: 2 }
    const long = slowLimit(1, tenant, 'user')
    for (const limits of [
      [short, long],
      [long, short],
    ]) {
      await under.limiter.take(limits)
      const verdict = await under.limiter.take(limits)
      expect(verdict).toMatchObject({ allowed: false, scope: 'user' })
      expect('retryAfterSeconds' in verdict && verdict.retryAfterSeconds).toBeGreaterThan(50)
    }
  })

  test('waiting as long as a refusal says is enough, and waiting less is not', async () => {
    await using under = await open()
    const limit = { ...slowLimit(1), perMinute: 60 }
    const retryAfter = async (): Promise<number> => {
      const verdict = await under.limiter.take([limit])
      if (verdict.allowed) throw new Error('this request should be refused')
      return verdict.retryAfterSeconds
    }
    await under.limiter.take([limit])
    const first = await retryAfter()
    expect(first).toBeGreaterThan(0.5)
    expect(first).toBeLessThanOrEqual(1)
    await under.wait(first / 2)
    const second = await retryAfter()
    expect(second).toBeLessThanOrEqual(first / 2 + 0.001)
    await under.wait(second)
    expect(await under.limiter.take([limit])).toEqual({ allowed: true })
  })

  test('the same user in two tenants has two limits', async () => {
    await using under = await open()
    const [ours, theirs] = [slowLimit(3), slowLimit(3)]
    expect(await passing(under.limiter, [ours], 10)).toBe(3)
    expect(await passing(under.limiter, [theirs], 10)).toBe(3)
  })

  test('an AWS bucket that is used up refuses the call, which costs nothing, and is not charged where it allows', async () => {
    await using under = await open()
    for (const throttled of [false, true]) {
      const tenant = uniqueTenant()
      const bucket = { ...newBucket(tenant), perMinute: 1, burst: 2 }
      const user = slowLimit(9, tenant)
      const call = [user, { ...bucket, testedOnly: true } as const]
      if (throttled) await under.budget.throttled(bucket)
      expect(await passing(under.limiter, call, 5)).toBe(5)
      expect(await under.budget.take(bucket)).toEqual({ allowed: true })
      expect(await passing(under.limiter, call, 1)).toBe(1)
      expect(await under.budget.take(bucket)).toEqual({ allowed: true })
      const verdict = await under.limiter.take(call)
      expect(verdict).toMatchObject({ allowed: false, scope: 'aws:ec2:eu-west-1' })
      const wait = await waitOf(under.budget, bucket)
      expect('retryAfterSeconds' in verdict && verdict.retryAfterSeconds - wait).toBeCloseTo(0, 0)
      expect(await passing(under.limiter, [user], 20)).toBe(3)
    }
  })

  test('a limit that is only tested is of no other order than the rest', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const bucket = { ...newBucket(tenant), testedOnly: true } as const
    const [user, all] = [slowLimit(1, tenant), slowLimit(5, tenant, 'tenant')]
    expect(await under.limiter.take([bucket, all, user])).toEqual({ allowed: true })
    expect(await under.limiter.take([all, bucket, user])).toMatchObject({ allowed: false, scope: 'user' })
    expect(await under.limiter.take([bucket])).toEqual({ allowed: true })
    expect(await passing(under.limiter, [all], 9)).toBe(4)
  })

  test('no limits allow', async () => {
    await using under = await open()
    expect(await under.limiter.take([])).toEqual({ allowed: true })
  })
}
