import { type AwsTarget, GatewayError } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, sts } from './testing/fake-aws.ts'
import { never, type TargetChoice, targetOf } from './testing/targets.ts'

const stopInstances = { service: 'ec2', operation: 'StopInstances', input: { InstanceIds: ['i-1'] } }
const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }

/** Targets of calls that `stopped` tenants may not go on with. */
const stoppable = (stopped: ReadonlySet<string>) => {
  const asked: string[] = []
  const of = (choice: TargetChoice): AwsTarget => {
    const target = targetOf({ retryCount: 3, ...choice })
    const goesOn = async () => {
      asked.push(target.tenant.id)
      if (stopped.has(target.tenant.id)) throw new GatewayError('stopped', 'The operator has stopped this.')
    }
    return { ...target, goesOn }
  }
  return { of, asked }
}

const throttledOnce = (count: number, then: CannedAnswer): CannedAnswer =>
  count === 1 ? ec2Error(503, 'RequestLimitExceeded', 'slower') : then

test('a write that AWS throttles is stopped before its next attempt, and that of another tenant is not', async () => {
  const stopped = new Set<string>()
  const { of } = stoppable(stopped)
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:StopInstances': (_, count) => {
      stopped.add('acme')
      return throttledOnce(count, oneReservation('1'))
    },
  })
  using access = accessTo(aws.endpoint)
  const write = (tenant: string) => access.send(of({ tenant, roleName: 'write' }), stopInstances, never)
  await expect(write('acme')).rejects.toMatchObject({ code: 'stopped' })
  expect(aws.seen('ec2:StopInstances')).toHaveLength(1)
  await write('other')
  expect(aws.seen('ec2:StopInstances')).toHaveLength(2)
})

test('a call that is stopped while its session is opened sends nothing', async () => {
  const stopped = new Set<string>()
  const { of, asked } = stoppable(stopped)
  const { answers } = sts()
  await using aws = await fakeAws({
    'sts:AssumeRole': (request) => {
      stopped.add('acme')
      return answers['sts:AssumeRole'](request)
    },
  })
  using access = accessTo(aws.endpoint)
  const sent = access.send(of({ roleName: 'write' }), stopInstances, never)
  await expect(sent).rejects.toMatchObject({ code: 'stopped' })
  expect(asked).toEqual(['acme', 'acme'])
})

test('a call that is stopped while it waits for its turn gives the place to the next one', async () => {
  const stopped = new Set<string>()
  const { of, asked } = stoppable(stopped)
  const gate = Promise.withResolvers<void>()
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': async () => {
      await gate.promise
      return oneReservation('1')
    },
  })
  using access = accessTo(aws.endpoint)
  const places = Array.from({ length: 100 }, () => access.send(targetOf(), describeInstances, never))
  await vi.waitFor(() => expect(aws.seen('ec2:DescribeInstances')).toHaveLength(100), { timeout: 4_000 })
  const waiting = access.send(of({}), describeInstances, never).catch((thrown: unknown) => thrown)
  const next = access.send(targetOf(), describeInstances, never)
  await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 4_000 })
  stopped.add('acme')
  gate.resolve()
  expect(await waiting).toMatchObject({ code: 'stopped' })
  expect(asked).toHaveLength(2)
  await Promise.all([...places, next])
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(101)
})

test('where nobody can tell whether a call was stopped, nothing is sent', async () => {
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  const goesOn = () => Promise.reject(new GatewayError('unavailable', 'Nobody can tell.'))
  const hangs = () => new Promise<never>(() => {})
  for (const [how, code] of [
    [goesOn, 'unavailable'],
    [hangs, 'timeout'],
  ] as const) {
    const sent = access.send({ ...targetOf(), goesOn: how }, describeInstances, AbortSignal.timeout(200))
    await expect(sent).rejects.toMatchObject({ code })
  }
  expect(aws.requests).toEqual([])
})
