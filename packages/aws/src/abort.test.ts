import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { fakeAws, oneReservation, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }

test('a caller who gives up does not take the session away from those who wait for it', async () => {
  const { answers } = sts()
  const gate = Promise.withResolvers<void>()
  await using aws = await fakeAws({
    'sts:AssumeRole': async (request) => {
      await gate.promise
      return answers['sts:AssumeRole'](request)
    },
    'ec2:DescribeInstances': () => oneReservation('1'),
  })
  using access = accessTo(aws.endpoint)
  const controller = new AbortController()
  const leaver = access.send(targetOf(), describeInstances, controller.signal)
  const stayer = access.send(targetOf(), describeInstances, never)
  await vi.waitFor(() => expect(aws.seen('sts:AssumeRole')).toHaveLength(1), { timeout: 4_000 })
  controller.abort()
  await expect(leaver).rejects.toMatchObject({
    code: 'timeout',
    message: 'ec2:DescribeInstances was cancelled.',
  })
  gate.resolve()
  await expect(stayer).resolves.toMatchObject({ attempts: 1 })
  expect(aws.seen('sts:AssumeRole')).toHaveLength(1)
})

test('a deadline ends a hanging request and says so; a call already given up sends nothing', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => ({ hang: true, body: '<DescribeInstancesResponse>' }),
  })
  using access = accessTo(aws.endpoint)
  const deadline = AbortSignal.timeout(200)
  await expect(
    access.send(targetOf({ timeout: 200, roleName: 'write' }), describeInstances, deadline),
  ).rejects.toMatchObject({
    code: 'timeout',
    message:
      'ec2:DescribeInstances was given up after 200 ms, the time that a call of this tenant may take. AWS may have done it all the same: look before trying again.',
  })
  const before = aws.requests.length
  await expect(access.send(targetOf(), describeInstances, deadline)).rejects.toMatchObject({
    code: 'timeout',
  })
  expect(aws.requests).toHaveLength(before)
})

test('a deadline also ends the body of an answer that has stalled', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    's3:GET /bucket/key': () => ({ hang: true, headers: { 'content-length': '100' }, body: 'some' }),
  })
  using access = accessTo(aws.endpoint)
  const request = { service: 's3', operation: 'GetObject', input: { Bucket: 'bucket', Key: 'key' } }
  const { output } = await access.send(targetOf(), request, AbortSignal.timeout(300))
  await expect(text((output as { Body: NodeJS.ReadableStream }).Body)).rejects.toThrow()
})

test('without a deadline of the caller, the timeout of the tenant ends each attempt', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': () => new Promise<never>(() => {}),
  })
  using access = accessTo(aws.endpoint)
  await expect(access.send(targetOf({ timeout: 200 }), describeInstances, never)).rejects.toMatchObject({
    code: 'aws_unreachable',
    message: expect.stringContaining('ETIMEDOUT'),
  })
})
