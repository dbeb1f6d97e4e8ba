import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, type TargetChoice, targetOf } from './testing/targets.ts'
import { toldBudget } from './testing/told-budget.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const stopInstances = { service: 'ec2', operation: 'StopInstances', input: { InstanceIds: ['i-1'] } }
const throttled = ec2Error(503, 'RequestLimitExceeded', 'Request limit exceeded.')
const failing = ec2Error(500, 'InternalError', 'x')

/** What a call comes to if AWS answers so, by the count of its requests. */
const called = async (
  answer: (count: number) => CannedAnswer,
  choice: TargetChoice = {},
  request = choice.roleName === 'write' ? stopInstances : describeInstances,
) => {
  const budget = toldBudget()
  await using aws = await fakeAws({
    ...sts().answers,
    [`ec2:${request.operation}`]: (_request, count) => answer(count),
  })
  using access = accessTo(aws.endpoint, { budget })
  const outcome = await access
    .send(targetOf({ retryCount: 2, ...choice }), request, never)
    .catch((thrown) => thrown)
  return { outcome, sent: aws.seen(`ec2:${request.operation}`).length, budget }
}
const until = (count: number, answer: CannedAnswer) => (sent: number) =>
  sent < count ? answer : oneReservation('1')

test.each(['read', 'write', 'admin'] as const)(
  'throttling is waited out with the %s role, since AWS did not do it',
  async (roleName) => {
    const { outcome, sent, budget } = await called(until(3, throttled), { roleName })
    expect(outcome).toMatchObject({ attempts: 3 })
    expect(sent).toBe(3)
    expect(budget.throttledKeys).toHaveLength(2)
  },
)

const mayBeDone: [string, CannedAnswer][] = [
  ['a fault of AWS', failing],
  ['a closed connection', {}],
  [
    'the page of a proxy',
    { foreign: true, status: 502, headers: { 'content-type': 'text/html' }, body: '<p>' },
  ],
]

test.each(mayBeDone)('%s is tried again for reading, and never for writing', async (_what, answer) => {
  const read = await called(until(2, answer))
  expect(read.outcome).toMatchObject({ attempts: 2 })
  const write = await called(until(2, answer), { roleName: 'write' })
  expect(write.outcome).toMatchObject({ code: expect.stringMatching(/^aws_/) })
  expect(write.sent).toBe(1)
  expect(write.budget.throttledKeys).toEqual([])
  const look = await called(until(2, answer), { roleName: 'write' }, describeInstances)
  expect(look.outcome).toMatchObject({ attempts: 2 })
})

test('a refused connection is tried again for writing too', async () => {
  const budget = toldBudget()
  await using aws = await fakeAws({
    ...sts().answers,
    // Closed by AWS, so that the next request needs a connection of its own.
    'ec2:DescribeVolumes': () => ({ headers: { connection: 'close' }, body: '<DescribeVolumesResponse/>' }),
  })
  using access = accessTo(aws.endpoint, { budget })
  const target = targetOf({ roleName: 'write', retryCount: 2 })
  // Opens the session of this call while there is still something that listens.
  await access.send(target, { ...describeInstances, operation: 'DescribeVolumes' }, never)
  const before = budget.taken.length
  await aws.stop()
  await expect(access.send(target, stopInstances, never)).rejects.toMatchObject({
    code: 'aws_unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  })
  expect(budget.taken.slice(before).map(({ key }) => key)).toEqual(
    Array(3).fill('{acme}:aws:111111111111:ec2:eu-west-1:w'),
  )
})

test('a throttling that lasts says when to ask again, and that the gateway has slowed down', async () => {
  const { outcome, sent } = await called(() => throttled)
  expect(outcome).toMatchObject({
    code: 'aws_error',
    message: expect.stringMatching(
      /RequestLimitExceeded\. AWS throttles .* slowed down.* not before \d+ s\.$/,
    ),
    details: { retryAfterSeconds: 1, aws: { code: 'RequestLimitExceeded', attempts: 3 } },
  })
  expect(sent).toBe(3)
})

test('a refusal is not tried again', async () => {
  const { outcome, sent } = await called(() => ec2Error(403, 'UnauthorizedOperation', 'x'))
  expect(outcome).toMatchObject({ code: 'aws_error', details: { aws: { attempts: 1 } } })
  expect(outcome.details).not.toHaveProperty('retryAfterSeconds')
  expect(sent).toBe(1)
})

test('without retries of the tenant nothing is tried again', async () => {
  const { outcome, sent } = await called(() => throttled, { retryCount: 0 })
  expect(outcome).toMatchObject({ details: { aws: { attempts: 1 } } })
  expect(sent).toBe(1)
})

test.each([
  ['retry-after', '1'],
  ['x-amz-retry-after', '1000'],
])('what AWS asks to wait by %s is waited', async (header, value) => {
  const started = performance.now()
  const { outcome } = await called(until(2, { ...throttled, headers: { [header]: value } }))
  expect(outcome).toMatchObject({ attempts: 2 })
  expect(performance.now() - started).toBeGreaterThan(900)
})

test('a wait that is too long is told to the caller instead', async () => {
  const { outcome, sent } = await called(() => ({ ...throttled, headers: { 'retry-after': '60' } }))
  expect(outcome).toMatchObject({ code: 'aws_error', details: { retryAfterSeconds: 60 } })
  expect(sent).toBe(1)
})

test('waiting ends when the caller gives up', async () => {
  const controller = new AbortController()
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => ({ ...throttled, headers: { 'retry-after': '9' } }),
  })
  const budget = toldBudget()
  using access = accessTo(aws.endpoint, { budget })
  const call = access.send(targetOf({ retryCount: 2 }), describeInstances, controller.signal)
  await vi.waitFor(() => expect(budget.throttledKeys).toHaveLength(1), { timeout: 4_000 })
  const started = performance.now()
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'timeout' })
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(1)
})

test('E10 credentials that end during a call are renewed once, whatever the tenant says of retries', async () => {
  const expired = ec2Error(400, 'RequestExpired', 'x')
  const once = await called(until(2, expired), { retryCount: 0, roleName: 'write' })
  expect(once.outcome).toMatchObject({ attempts: 2 })
  const always = await called(() => expired, { retryCount: 5 })
  expect(always.outcome).toMatchObject({
    code: 'aws_error',
    details: { aws: { code: 'RequestExpired', attempts: 2 } },
  })
  expect(always.sent).toBe(2)
})

const tenMinutes = 600_000
const ahead = () => ({ date: new Date(Date.now() + tenMinutes).toUTCString() })

test('a wrong clock of this machine costs one more attempt, with the session that there is', async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({
    ...answers,
    's3:GET /': ({ headers }, count) => {
      const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
        .exec(String(headers['x-amz-date']))
        ?.slice(1)
        .map(Number)
      const [year = 0, month = 1, day, hour, minute, second] = date ?? []
      const off = Date.now() + tenMinutes - Date.UTC(year, month - 1, day, hour, minute, second)
      return Math.abs(off) < 60_000
        ? { headers: ahead(), body: '<ListAllMyBucketsResult/>' }
        : {
            status: 403,
            headers: ahead(),
            body: `<Error><Code>RequestTimeTooSkewed</Code><Message>${count}</Message></Error>`,
          }
    },
  })
  using access = accessTo(aws.endpoint)
  const listBuckets = { service: 's3', operation: 'ListBuckets', input: {} }
  for (const attempts of [2, 1]) {
    await expect(access.send(targetOf({ retryCount: 0 }), listBuckets, never)).resolves.toMatchObject({
      attempts,
    })
  }
  expect(issued.byKey.size).toBe(1)
})

test('a wrong clock does not stop AssumeRole either, and one that AWS cannot set right ends in an error', async () => {
  const { answers } = sts()
  await using aws = await fakeAws({
    'sts:AssumeRole': (request, count) =>
      count === 1
        ? { ...queryError(403, 'SignatureDoesNotMatch', 'Signature expired'), headers: ahead() }
        : answers['sts:AssumeRole'](request),
    's3:GET /': () => ({
      status: 403,
      headers: ahead(),
      body: '<Error><Code>RequestTimeTooSkewed</Code><Message>x</Message></Error>',
    }),
  })
  using access = accessTo(aws.endpoint)
  const listBuckets = { service: 's3', operation: 'ListBuckets', input: {} }
  await expect(access.send(targetOf({ retryCount: 3 }), listBuckets, never)).rejects.toMatchObject({
    details: { aws: { code: 'RequestTimeTooSkewed', attempts: 2 } },
  })
  expect(aws.seen('sts:AssumeRole')).toHaveLength(2)
})
