import { expect, test, vi } from 'vitest'
import { assumeRoleBucketOf, bucketOf } from './aws-rates.ts'
import { accessTo } from './testing/access-to.ts'
import { ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, type TargetChoice, targetOf } from './testing/targets.ts'
import { toldBudget } from './testing/told-budget.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const stopInstances = { service: 'ec2', operation: 'StopInstances', input: { InstanceIds: ['i-1'] } }
const instances = { 'ec2:DescribeInstances': () => oneReservation('1') }
const refused = (retryAfterSeconds: number) => ({ allowed: false, scope: 'aws', retryAfterSeconds }) as const
const allowed = { allowed: true } as const
const ofEc2 = (key: string) => key.includes(':ec2:')

test('every request to AWS is taken from a bucket of its tenant, account, service, region and kind', async () => {
  const budget = toldBudget()
  await using aws = await fakeAws({
    ...sts().answers,
    ...instances,
    'ec2:StopInstances': () => ({ body: '<StopInstancesResponse/>' }),
    's3:GET /': () => ({ body: '<ListAllMyBucketsResult/>' }),
  })
  using access = accessTo(aws.endpoint, { budget })
  const send = (choice: TargetChoice, request = describeInstances) =>
    access.send(targetOf(choice), request, never)
  await send({})
  await send({ roleName: 'write', accountId: '222222222222' }, stopInstances)
  // What a change looks up first is reading to AWS.
  await send({ roleName: 'write', accountId: '222222222222' })
  await send({ tenant: 'other' })
  await send({}, { service: 's3', operation: 'ListBuckets', input: {} })
  expect(budget.taken.map(({ key, scope }) => [key, scope])).toEqual([
    ['{acme}:aws:gateway:sts:eu-west-1', 'aws:sts:eu-west-1'],
    ['{acme}:aws:111111111111:ec2:eu-west-1:r', 'aws:ec2:eu-west-1'],
    ['{acme}:aws:gateway:sts:eu-west-1', 'aws:sts:eu-west-1'],
    ['{acme}:aws:222222222222:ec2:eu-west-1:w', 'aws:ec2:eu-west-1'],
    ['{acme}:aws:gateway:sts:eu-west-1', 'aws:sts:eu-west-1'],
    ['{acme}:aws:222222222222:ec2:eu-west-1:r', 'aws:ec2:eu-west-1'],
    ['{other}:aws:gateway:sts:eu-west-1', 'aws:sts:eu-west-1'],
    ['{other}:aws:111111111111:ec2:eu-west-1:r', 'aws:ec2:eu-west-1'],
    ['{acme}:aws:111111111111:s3:eu-west-1:r', 'aws:s3:eu-west-1'],
  ])
})

test('rates are those of the tenant, else of the service, else small', () => {
  const limits = { ec2: { perMinute: 7, burst: 3 }, sts: { perMinute: 8, burst: 4 } }
  expect(bucketOf(targetOf({ limits }), stopInstances)).toMatchObject(limits.ec2)
  expect(bucketOf(targetOf(), describeInstances)).toMatchObject({ perMinute: 240, burst: 20 })
  expect(bucketOf(targetOf({ roleName: 'admin' }), stopInstances)).toMatchObject({ perMinute: 60, burst: 10 })
  const describeStacks = { service: 'cloudformation', operation: 'DescribeStacks' }
  expect(bucketOf(targetOf(), describeStacks)).toMatchObject({ perMinute: 180, burst: 60 })
  for (const service of ['no-such-service', 'constructor']) {
    expect(bucketOf(targetOf({ limits }), { service, operation: 'ListThings' })).toMatchObject({
      perMinute: 60,
      burst: 10,
    })
  }
  // What a tenant may send to its own account says nothing about the quota of the gateway's.
  expect(assumeRoleBucketOf(targetOf({ limits }).tenant, 'eu-west-1')).toMatchObject({ perMinute: 600 })
})

test('a read waits for a bucket that is free again soon; it is asked again, and nothing is sent before', async () => {
  const budget = toldBudget(({ key }, count) => (ofEc2(key) && count < 3 ? refused(0.05) : allowed))
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { budget })
  await expect(access.send(targetOf(), describeInstances, never)).resolves.toMatchObject({ attempts: 1 })
  expect(budget.taken.filter(({ key }) => ofEc2(key))).toHaveLength(3)
})

test.each([
  ['a read that would wait for long', {}, describeInstances, 2.1, 3],
  ['a write, however short the wait', { roleName: 'write' as const }, stopInstances, 0.05, 1],
])(
  '%s is refused with the time to wait, and nothing is sent',
  async (_what, choice, request, wait, seconds) => {
    const budget = toldBudget(({ key }) => (ofEc2(key) ? refused(wait) : allowed))
    await using aws = await fakeAws({ ...sts().answers, ...instances })
    using access = accessTo(aws.endpoint, { budget })
    await expect(access.send(targetOf(choice), request, never)).rejects.toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining(`Try again in ${seconds} s`),
      details: { scope: 'aws:ec2:eu-west-1', retryAfterSeconds: seconds },
    })
    expect(budget.taken.filter(({ key }) => ofEc2(key))).toHaveLength(1)
    expect(aws.seen(`ec2:${request.operation}`)).toEqual([])
  },
)

test('short waits do not add up to a long one', async () => {
  const budget = toldBudget(({ key }) => (ofEc2(key) ? refused(0.9) : allowed))
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { budget })
  await expect(access.send(targetOf(), describeInstances, never)).rejects.toMatchObject({
    code: 'rate_limited',
  })
  expect(budget.taken.filter(({ key }) => ofEc2(key))).toHaveLength(3)
})

test('waiting for the budget ends with the deadline of the call', async () => {
  const budget = toldBudget(({ key }) => (ofEc2(key) ? refused(1.9) : allowed))
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { budget })
  const started = performance.now()
  await expect(
    access.send(targetOf({ timeout: 300 }), describeInstances, AbortSignal.timeout(300)),
  ).rejects.toMatchObject({ code: 'timeout' })
  expect(performance.now() - started).toBeLessThan(1_500)
})

test.each([
  ['rejects', () => Promise.reject(new Error('redis://secret@host'))],
  [
    'throws',
    () => {
      throw new Error('redis://secret@host')
    },
  ],
])('a budget that %s sends nothing to the account (fail closed)', async (_what, answer) => {
  const budget = toldBudget(({ key }) => (ofEc2(key) ? answer() : allowed))
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { budget })
  const error = await access.send(targetOf(), describeInstances, never).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
  expect(error.message).not.toContain('redis')
  expect(aws.seen('ec2:DescribeInstances')).toEqual([])
})

test('a budget that rejects opens no session either, and is asked again by the next call', async () => {
  let down = true
  const budget = toldBudget(() => (down ? Promise.reject(new Error('down')) : allowed))
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { budget })
  const call = () => access.send(targetOf(), describeInstances, never)
  await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
  expect(aws.requests).toEqual([])
  down = false
  await expect(call()).resolves.toBeDefined()
})

test('a throttling that cannot be noted is told to the operator and hides nothing', async () => {
  const onFault = vi.fn()
  const budget = { ...toldBudget(), throttled: () => Promise.reject(new Error('down')) }
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => ec2Error(503, 'RequestLimitExceeded', 'x'),
  })
  using access = accessTo(aws.endpoint, { budget, onFault })
  await expect(access.send(targetOf(), describeInstances, never)).rejects.toMatchObject({
    code: 'aws_error',
    details: { aws: { code: 'RequestLimitExceeded' } },
  })
  expect(onFault).toHaveBeenCalledExactlyOnceWith(
    { bucket: '{acme}:aws:111111111111:ec2:eu-west-1:r' },
    'throttling by AWS could not be noted',
  )
})

test('where the budget refuses a retry, the caller hears what AWS said', async () => {
  const budget = toldBudget(({ key }, count) => (ofEc2(key) && count > 1 ? refused(30) : allowed))
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => ec2Error(503, 'RequestLimitExceeded', 'x'),
  })
  using access = accessTo(aws.endpoint, { budget })
  await expect(access.send(targetOf({ retryCount: 3 }), describeInstances, never)).rejects.toMatchObject({
    details: { aws: { code: 'RequestLimitExceeded', attempts: 1 } },
  })
})

test('a throttled STS is asked again, is told to the budget of the tenant, and is not remembered', async () => {
  const { answers } = sts()
  const budget = toldBudget()
  await using aws = await fakeAws({
    ...instances,
    'sts:AssumeRole': (request, count) =>
      count <= 4 ? queryError(400, 'Throttling', 'Rate exceeded') : answers['sts:AssumeRole'](request),
  })
  using access = accessTo(aws.endpoint, { budget })
  const call = () => access.send(targetOf(), describeInstances, never)
  const [first, second] = await Promise.all([call(), call()].map((each) => each.catch((thrown) => thrown)))
  for (const error of [first, second]) {
    expect(error).toMatchObject({
      code: 'aws_error',
      details: { retryAfterSeconds: 1, aws: { code: 'Throttling', attempts: 3 } },
    })
  }
  expect(aws.seen('sts:AssumeRole')).toHaveLength(3)
  await expect(call()).resolves.toMatchObject({ attempts: 1 })
  expect(budget.throttledKeys).toEqual(Array(4).fill('{acme}:aws:gateway:sts:eu-west-1'))
})
