import { expect, test } from 'vitest'
import { type AwsBudgetUnderTest, expectRate, newBucket, passing, waitOf } from './testing/aws-budgets.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** What every budget does. */
export const awsBudgetContract = (open: () => Promise<AwsBudgetUnderTest>): void => {
  test('of 200 simultaneous attempts exactly the burst passes, throttled or not', async () => {
    await using under = await open()
    for (const perMinute of [1, 7]) {
      for (const throttlings of [0, 1]) {
        const bucket = { ...newBucket(), perMinute, burst: 50 }
        for (let made = 0; made < throttlings; made++) await under.budget.throttled(bucket)
        expect(await passing(under.budget, bucket, 200)).toBe(50)
      }
    }
  })

  test('waiting as long as a refusal says is enough, and waiting less is not', async () => {
    await using under = await open()
    for (const throttlings of [0, 1]) {
      const bucket = { ...newBucket(), perMinute: 7 }
      for (let made = 0; made < throttlings; made++) await under.budget.throttled(bucket)
      expect(await under.budget.take(bucket)).toEqual({ allowed: true })
      await under.pass(bucket, (await waitOf(under.budget, bucket)) / 2)
      const rest = await waitOf(under.budget, bucket)
      expect(rest).toBeLessThanOrEqual((60 / 7) * (throttlings ? 1 : 0.5) + 0.001)
      await under.pass(bucket, rest)
      expect(await under.budget.take(bucket)).toEqual({ allowed: true })
    }
  })

  test('an idle bucket holds its burst and no more', async () => {
    await using under = await open()
    const bucket = { ...newBucket(), burst: 3 }
    await under.budget.take(bucket)
    await under.pass(bucket, 1000)
    expect(await passing(under.budget, bucket, 20)).toBe(3)
  })

  test('a throttling halves the rate, once in 60 s, down to 5 %', async () => {
    await using under = await open()
    const bucket = newBucket()
    await under.budget.throttled(bucket)
    await expectRate(under.budget, bucket, 50)
    await Promise.all(Array.from({ length: 20 }, () => under.budget.throttled(bucket)))
    await under.pass(bucket, 50)
    await under.budget.throttled(bucket)
    await expectRate(under.budget, bucket, 50)
    for (const percent of [25, 12.5, 6.25, 5, 5]) {
      // The rate does not grow in between: it is less than 60 s since the last throttling.
      await under.pass(bucket, 30)
      await under.budget.throttled(bucket)
      await under.pass(bucket, 30)
      await under.budget.throttled(bucket)
      await expectRate(under.budget, bucket, percent)
    }
  })

  test('after 60 s without a throttling the rate grows by 10 % of the whole every 30 s, up to all of it', async () => {
    await using under = await open()
    const bucket = newBucket()
    await under.budget.throttled(bucket)
    await under.pass(bucket, 50)
    await expectRate(under.budget, bucket, 50)
    await under.pass(bucket, 10)
    await expectRate(under.budget, bucket, 60)
    await under.pass(bucket, 20)
    await expectRate(under.budget, bucket, 60)
    await under.pass(bucket, 10)
    for (const percent of [70, 80, 90, 100, 100]) {
      await expectRate(under.budget, bucket, percent)
      await under.pass(bucket, 30)
    }
    await under.pass(bucket, 3600)
    await expectRate(under.budget, bucket, 100)
  })

  test('a throttling that halves nothing still starts the 60 s anew', async () => {
    await using under = await open()
    const bucket = newBucket()
    await under.budget.throttled(bucket)
    await under.pass(bucket, 40)
    await under.budget.throttled(bucket)
    await under.pass(bucket, 50)
    await expectRate(under.budget, bucket, 50)
    await under.pass(bucket, 10)
    await expectRate(under.budget, bucket, 60)
  })

  test('a throttling while the rate grows halves what it is by then', async () => {
    await using under = await open()
    const bucket = newBucket()
    await under.budget.throttled(bucket)
    await under.pass(bucket, 90)
    await under.budget.throttled(bucket)
    await expectRate(under.budget, bucket, 35)
    await under.pass(bucket, 60)
    await expectRate(under.budget, bucket, 45)
    await under.pass(bucket, 30 * 6)
    await expectRate(under.budget, bucket, 100)
    await under.pass(bucket, 30)
    await under.budget.throttled(bucket)
    await expectRate(under.budget, bucket, 50)
  })

  test('a bucket that is empty when AWS throttles stays so, and takes twice as long', async () => {
    await using under = await open()
    const bucket = { ...newBucket(), burst: 10 }
    expect(await passing(under.budget, bucket, 20)).toBe(10)
    await under.budget.throttled(bucket)
    expect(await passing(under.budget, bucket, 20)).toBe(0)
    expect(await waitOf(under.budget, bucket)).toBeGreaterThan(5)
    expect(await waitOf(under.budget, bucket)).toBeLessThanOrEqual(6)
  })

  test('a bucket whose rate grows gives what it has, not less than before', async () => {
    await using under = await open()
    const bucket = { ...newBucket(), burst: 5 }
    for (let halved = 0; halved < 5; halved++) {
      await under.budget.throttled(bucket)
      await under.pass(bucket, 50)
      await under.budget.throttled(bucket)
      await under.pass(bucket, 10)
    }
    await under.budget.throttled(bucket)
    expect(await passing(under.budget, bucket, 20)).toBe(5)
    // At 5 % one of them is back after a minute, when the rate begins to grow.
    await under.pass(bucket, 61)
    expect(await passing(under.budget, bucket, 20)).toBe(1)
    expect(await waitOf(under.budget, bucket)).toBeLessThanOrEqual(20)
    await under.pass(bucket, 10)
    expect(await waitOf(under.budget, bucket)).toBeLessThanOrEqual(10)
  })

  test('a bucket that is refused all the time while its rate grows gets what the new rate gives', async () => {
    await using under = await open()
    const bucket = { ...newBucket(), perMinute: 1 }
    await under.budget.throttled(bucket)
    await under.budget.take(bucket)
    expect(await waitOf(under.budget, bucket)).toBeGreaterThan(110)
    await under.pass(bucket, 60)
    // Half of a request, by 60 % of one a minute.
    const wait = await waitOf(under.budget, bucket)
    expect(wait).toBeGreaterThan(45)
    expect(wait).toBeLessThanOrEqual(50)
    await under.pass(bucket, 20)
    expect(await waitOf(under.budget, bucket)).toBeLessThanOrEqual(30)
  })

  test('a tenant whose configured rate changes keeps what it has taken', async () => {
    await using under = await open()
    const bucket = { ...newBucket(), burst: 4 }
    expect(await passing(under.budget, bucket, 4)).toBe(4)
    const slower = { ...bucket, perMinute: 2 }
    expect(await passing(under.budget, slower, 4)).toBe(0)
    expect(await waitOf(under.budget, slower)).toBeGreaterThan(25)
    expect(await waitOf(under.budget, { ...bucket, perMinute: 600 })).toBeLessThanOrEqual(0.1)
  })

  test('what one tenant takes, and where AWS throttles it, is nothing to another, nor to another service or region', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const ours = newBucket(tenant)
    expect(await passing(under.budget, ours, 5)).toBe(1)
    await under.budget.throttled(ours)
    for (const other of [newBucket(), newBucket(tenant, 's3'), newBucket(tenant, 'ec2', 'us-east-1')]) {
      await expectRate(under.budget, other, 100)
    }
    expect(await waitOf(under.budget, ours)).toBeGreaterThan(5)
  })
}
