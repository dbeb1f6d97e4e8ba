import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import {
  type Answers,
  type CannedAnswer,
  ec2Error,
  fakeAws,
  oneReservation,
  queryError,
  sts,
} from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'
import { toldBudget } from './testing/told-budget.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const instances = { 'ec2:DescribeInstances': () => oneReservation('1') }
const ofTenant = (tenant: string) => targetOf({ tenant, retryCount: 2 })

/** An STS that has trouble with tenant `ill` alone. */
const troubled = (trouble: () => CannedAnswer | Promise<CannedAnswer>) => {
  const { issued, answers } = sts()
  const answer: Answers = {
    ...instances,
    'sts:AssumeRole': (request) =>
      request.params.get('ExternalId') === 'ext-ill' ? trouble() : answers['sts:AssumeRole'](request),
  }
  return { issued, answer }
}
const hangs = () => new Promise<never>(() => {})

const troubles: [string, () => CannedAnswer | Promise<CannedAnswer>, string][] = [
  ['refuses', () => queryError(403, 'AccessDenied', 'x'), 'credentials_refused'],
  ['throttles', () => queryError(400, 'Throttling', 'x'), 'aws_error'],
  ['fails', () => queryError(500, 'InternalFailure', 'x'), 'aws_error'],
  ['closes the connection to', () => ({}), 'aws_unreachable'],
]

test.each(troubles)('an STS that %s one tenant is nothing to the other', async (_what, trouble, code) => {
  const { issued, answer } = troubled(trouble)
  await using aws = await fakeAws(answer)
  const budget = toldBudget()
  using access = accessTo(aws.endpoint, { budget })
  const ill = Array.from({ length: 20 }, () =>
    access.send(ofTenant('ill'), describeInstances, never).catch((thrown) => thrown.code),
  )
  const well = Array.from({ length: 20 }, () => access.send(ofTenant('well'), describeInstances, never))
  for (const { attempts } of await Promise.all(well)) expect(attempts).toBe(1)
  expect(await Promise.all(ill)).toEqual(Array(20).fill(code))

  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(20)
  const asked = aws.seen('sts:AssumeRole').map(({ params }) => params.get('ExternalId'))
  expect(asked.filter((id) => id === 'ext-well')).toHaveLength(1)
  expect([...issued.byKey.values()].map((params) => params.get('ExternalId'))).toEqual(['ext-well'])
  const taken = budget.taken.map(({ key }) => key).filter((key) => key.startsWith('{well}'))
  expect(taken).toHaveLength(21)
  expect(budget.throttledKeys.filter((key) => !key.startsWith('{ill}'))).toEqual([])
})

test('an STS that hangs for one tenant holds up no call of the other', async () => {
  const { answer } = troubled(hangs)
  await using aws = await fakeAws(answer)
  using access = accessTo(aws.endpoint)
  const leaving = new AbortController()
  const ended: string[] = []
  const ill = Array.from({ length: 50 }, (_, number) =>
    access
      .send(targetOf({ tenant: 'ill', subject: `user-${number}` }), describeInstances, leaving.signal)
      .catch((thrown) => thrown.code)
      .finally(() => ended.push('ill')),
  )
  await vi.waitFor(() => expect(aws.seen('sts:AssumeRole')).toHaveLength(50), { timeout: 4_000 })
  for (let count = 0; count < 20; count++) {
    await access.send(ofTenant('well'), describeInstances, never)
    ended.push('well')
  }
  leaving.abort()
  expect(await Promise.all(ill)).toEqual(Array(50).fill('timeout'))
  expect(ended.slice(0, 20)).toEqual(Array(20).fill('well'))
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(20)
})

test('a tenant that waits between its attempts holds up no call of the other', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => oneReservation('1'),
    'ec2:DescribeVolumes': () => ({
      ...ec2Error(503, 'RequestLimitExceeded', 'x'),
      headers: { 'retry-after': '5' },
    }),
  })
  const budget = toldBudget()
  using access = accessTo(aws.endpoint, { budget })
  const leaving = new AbortController()
  const ended: string[] = []
  const volumes = { ...describeInstances, operation: 'DescribeVolumes' }
  const ill = access
    .send(ofTenant('ill'), volumes, leaving.signal)
    .catch((thrown) => thrown.code)
    .finally(() => ended.push('ill'))
  await vi.waitFor(() => expect(budget.throttledKeys).toHaveLength(1), { timeout: 4_000 })
  for (let count = 0; count < 20; count++) {
    const { attempts } = await access.send(ofTenant('well'), describeInstances, never)
    expect(attempts).toBe(1)
    ended.push('well')
  }
  leaving.abort()
  expect(await ill).toBe('timeout')
  expect(ended).toEqual([...Array(20).fill('well'), 'ill'])
  expect(aws.seen('ec2:DescribeVolumes')).toHaveLength(1)
})

test('a tenant whose budget is used up is refused alone', async () => {
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  const used = { allowed: false, scope: 'x', retryAfterSeconds: 60 } as const
  const budget = toldBudget(({ key }) => (key.startsWith('{ill}') ? used : { allowed: true }))
  using access = accessTo(aws.endpoint, { budget })
  await expect(access.send(ofTenant('ill'), describeInstances, never)).rejects.toMatchObject({
    code: 'rate_limited',
    details: { scope: 'aws:sts:eu-west-1', retryAfterSeconds: 60 },
  })
  await expect(access.send(ofTenant('well'), describeInstances, never)).resolves.toMatchObject({
    attempts: 1,
  })
  expect(aws.requests).toHaveLength(2)
})

test('a tenant with many users puts out sessions of its own, and none of the other', {
  timeout: 20_000,
}, async () => {
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint, { maxSessions: 40 })
  const call = (tenant: string, subject = 'alice') =>
    access.send(targetOf({ tenant, subject }), describeInstances, never)
  const sessionsOf = (tenant: string) =>
    aws.seen('sts:AssumeRole').filter(({ params }) => params.get('ExternalId') === `ext-${tenant}`).length
  await call('quiet')
  for (let number = 0; number < 60; number++) await call('loud', `user-${number}`)
  await call('quiet')
  expect(sessionsOf('quiet')).toBe(1)
  // Ten of the loud one are kept, a quarter of all.
  for (let number = 50; number < 60; number++) await call('loud', `user-${number}`)
  expect(sessionsOf('loud')).toBe(60)
  await call('loud', 'user-0')
  expect(sessionsOf('loud')).toBe(61)
})

test('requests of one tenant that hang, however many, leave places for the other', {
  timeout: 30_000,
}, async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({
    ...answers,
    'ec2:DescribeInstances': ({ accessKeyId }) =>
      issued.byKey.get(accessKeyId)?.get('ExternalId') === 'ext-ill' ? hangs() : oneReservation('1'),
  })
  using access = accessTo(aws.endpoint)
  const ending = new AbortController()
  const target = targetOf({ tenant: 'ill', timeout: 20_000 })
  const ill = Array.from({ length: 520 }, () =>
    access.send(target, describeInstances, ending.signal).catch(({ code }) => code),
  )
  await vi.waitFor(() => expect(aws.seen('ec2:DescribeInstances').length).toBeGreaterThanOrEqual(100), {
    timeout: 10_000,
  })
  const signal = AbortSignal.timeout(5_000)
  await expect(access.send(ofTenant('well'), describeInstances, signal)).resolves.toMatchObject({
    attempts: 1,
  })
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(101)

  ending.abort()
  expect(await Promise.all(ill)).toEqual(Array(520).fill('timeout'))
  // What was given up has given its place back, and those who only waited were never sent.
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(101)
})

test('a request that ends gives its place to the next, whatever became of it', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': (_request, count) =>
      count % 2 === 0 ? ec2Error(403, 'UnauthorizedOperation', 'x') : oneReservation('1'),
  })
  using access = accessTo(aws.endpoint)
  const all = Array.from({ length: 250 }, () => access.send(ofTenant('well'), describeInstances, never))
  const ended = await Promise.allSettled(all)
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(125)
})
