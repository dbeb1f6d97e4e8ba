import type { Measure } from '@gateway/domain'
import { expect, test } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }

/** What was measured of calls that AWS answers one after the other, without times. */
const measuresOf = async (
  answers: readonly CannedAnswer[],
  { assumed = sts().answers, calls = 1 }: { assumed?: Parameters<typeof fakeAws>[0]; calls?: number } = {},
) => {
  const measures: Measure[] = []
  const times: number[] = []
  await using aws = await fakeAws({
    ...assumed,
    'ec2:DescribeInstances': (_request, count) => answers[count - 1] ?? oneReservation('1'),
  })
  using access = accessTo(aws.endpoint, {
    measured(measure) {
      if ('ms' in measure && measure.ms !== undefined) times.push(measure.ms)
      measures.push(measure)
    },
  })
  for (let n = 0; n < calls; n++)
    await access.send(targetOf({ retryCount: 1 }), describeInstances, never).catch(() => undefined)
  for (const ms of times) expect(ms).toBeGreaterThan(0)
  return measures.map((measure) => ({ ...measure, ...('ms' in measure && { ms: undefined }) }))
}

const attempts = async (...answers: readonly CannedAnswer[]) =>
  (await measuresOf(answers)).flatMap((measure) =>
    measure.of === 'aws' && measure.service === 'ec2' ? measure.outcome : [],
  )

test('the role, the attempts and what was remembered of two calls', async () => {
  const ms = undefined
  expect(await measuresOf([], { calls: 2 })).toEqual([
    { of: 'cache', name: 'sessions', hit: false },
    { of: 'aws', service: 'sts', outcome: 'ok', ms },
    { of: 'assume-role', outcome: 'ok', ms },
    { of: 'cache', name: 'clients', hit: false },
    { of: 'aws', service: 'ec2', outcome: 'ok', ms },
    { of: 'cache', name: 'sessions', hit: true },
    { of: 'cache', name: 'clients', hit: true },
    { of: 'aws', service: 'ec2', outcome: 'ok', ms },
  ])
})

test('each attempt is told apart by how it ended', async () => {
  const throttled = ec2Error(503, 'RequestLimitExceeded', 'x')
  expect(await attempts(throttled, oneReservation('1'))).toEqual(['throttled', 'ok'])
  expect(await attempts(ec2Error(500, 'InternalError', 'x'), oneReservation('1'))).toEqual(['error', 'ok'])
  expect(await attempts({}, oneReservation('1'))).toEqual(['unreachable', 'ok'])
  expect(await attempts(ec2Error(403, 'UnauthorizedOperation', 'x'))).toEqual(['refused'])
})

test('an attempt whose caller went is aborted, and nothing of AWS', async () => {
  const measures: Measure[] = []
  const controller = new AbortController()
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances'() {
      controller.abort()
      return {}
    },
  })
  using access = accessTo(aws.endpoint, { measured: (measure) => measures.push(measure) })
  await expect(access.send(targetOf(), describeInstances, controller.signal)).rejects.toThrow()
  expect(measures.at(-1)).toMatchObject({ of: 'aws', service: 'ec2', outcome: 'aborted' })
})

test('a role that AWS refuses', async () => {
  const assumed = { 'sts:AssumeRole': () => queryError(403, 'AccessDenied', 'no') }
  expect(await measuresOf([], { assumed })).toEqual([
    { of: 'cache', name: 'sessions', hit: false },
    { of: 'aws', service: 'sts', outcome: 'refused', ms: undefined },
    { of: 'assume-role', outcome: 'refused', ms: undefined },
  ])
})
