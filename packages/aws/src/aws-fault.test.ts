import { GatewayError } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { faultOf } from './aws-fault.ts'
import { accessTo, gatewayKeys } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, queryError, sts } from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }

/** What a call throws if AWS answers so; fails if any credential can be read in it. */
const thrownBy = async (
  answer: (secrets: readonly string[]) => CannedAnswer,
  assumeRole?: () => CannedAnswer,
) => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({
    ...answers,
    ...(assumeRole && { 'sts:AssumeRole': assumeRole }),
    'ec2:DescribeInstances': () => answer(issued.secrets),
  })
  const onFault = vi.fn()
  using access = accessTo(aws.endpoint, { onFault })
  const error = await access.send(targetOf(), describeInstances, never).catch((thrown) => thrown)
  expect(leaksIn([error, onFault.mock.calls], [...issued.secrets, ...Object.values(gatewayKeys)])).toEqual([])
  expect(error).toBeInstanceOf(GatewayError)
  return { error, aws, onFault }
}

test('what AWS refuses is told with its code, words and request id', async () => {
  const { error } = await thrownBy(() => ec2Error(403, 'UnauthorizedOperation', 'You are not\nauthorized.'))
  expect(error).toMatchObject({
    code: 'aws_error',
    message:
      'AWS refused ec2:DescribeInstances: UnauthorizedOperation. The role, its permissions boundary or another policy in AWS does not allow this action; aws_check_access tells what the gateway allows.',
    details: {
      aws: {
        code: 'UnauthorizedOperation',
        message: 'You are not authorized.',
        requestId: 'req-2',
        httpStatus: 403,
      },
    },
  })
})

test('words of AWS that repeat the credentials lose them', async () => {
  const { error } = await thrownBy(([key, secret, token]) =>
    ec2Error(400, 'InvalidParameterValue', `key ${key}, secret ${secret}, token ${token}.`),
  )
  expect(error.details.aws.message).toBe('key [removed], secret [removed], token [removed].')
})

test('a fault of AWS is called one, and an answer without words too', async () => {
  const internal = await thrownBy(() => ec2Error(500, 'InternalError', 'An internal error has occurred'))
  expect(internal.error).toMatchObject({
    message: expect.stringMatching(/^AWS failed at ec2:DescribeInstances: InternalError\. The fault is on/),
    details: { aws: { message: 'An internal error has occurred' } },
  })
  const empty = await thrownBy(() => ({ status: 403, body: '' }))
  expect(empty.error).toMatchObject({
    code: 'aws_error',
    message: expect.stringMatching(/^AWS refused ec2:DescribeInstances: Http403\. The role,/),
    details: { aws: { code: 'Http403', requestId: 'req-2', httpStatus: 403 } },
  })
})

const html = { 'content-type': 'text/html; charset=utf-8' }
const wellFormed = '<html><head><title>Sign in</title></head><body>ok</body></html>'
const foreign: [string, CannedAnswer][] = [
  ['a page', { foreign: true, headers: html, body: '<!DOCTYPE html><html><br></html>' }],
  ['a page that is well-formed XML', { foreign: true, headers: html, body: wellFormed }],
  ['the page of a proxy', { foreign: true, status: 403, headers: html, body: '<html>Blocked</html>' }],
  ['a bad gateway', { foreign: true, status: 502, headers: html, body: '<html><br></html>' }],
  ['nothing but a status', { foreign: true, status: 503, body: '' }],
  ['JSON', { body: '{"a":1}' }],
  ['half an answer', { body: '<DescribeInstancesResponse><reservationSet><item>' }],
]

test.each(foreign)('%s in place of AWS is not taken for an answer of AWS', async (_what, answer) => {
  const { error } = await thrownBy(() => answer)
  expect(error).toMatchObject({ code: 'aws_unreachable', details: {} })
  expect(error.message).toContain('is not AWS')
})

test('a closed connection, a closed port and an unknown name are AWS out of reach', async () => {
  const { error } = await thrownBy(() => ({}))
  expect(error).toMatchObject({ code: 'aws_unreachable', message: expect.stringContaining('ECONNRESET') })
  using access = accessTo('http://127.0.0.1:1')
  const thrown = await access.send(targetOf(), describeInstances, never).catch((error) => error)
  expect(thrown).toMatchObject({ code: 'aws_unreachable', message: expect.stringContaining('ECONNREFUSED') })
  expect(thrown.message).not.toContain('127.0.0.1')
  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND aws.invalid'), { code: 'ENOTFOUND' })
  expect(faultOf(unknown, { action: 'ec2:X' })).toMatchObject({ code: 'aws_unreachable' })
})

test('an input that the SDK cannot send is our fault, and its values are not repeated', async () => {
  await using aws = await fakeAws(sts().answers)
  using access = accessTo(aws.endpoint)
  for (const Range of ['line\nbreak', 'private\0value']) {
    const request = { service: 's3', operation: 'GetObject', input: { Bucket: 'bucket', Key: 'key', Range } }
    const error = await access.send(targetOf(), request, never).catch((thrown) => thrown)
    expect(error).not.toBeInstanceOf(GatewayError)
    expect(error.message).toBe('s3:GetObject could not be sent')
  }
  const error = faultOf(new TypeError('Expected real number, got string: private'), { action: 'ec2:X' })
  expect(leaksIn(error, ['private'])).toEqual([])
  expect((error.cause as Error).stack).toMatch(/^TypeError\n +at /)
})

const unused = (): CannedAnswer => ({ body: '' })

test('a role that refuses says what to check, and AWS is not asked again for 30 s', async () => {
  const message =
    'User: arn:aws:sts::999999999999:assumed-role/gateway/i-1 is not authorized to perform: sts:TagSession on resource: x'
  let now = Date.now()
  await using aws = await fakeAws({ 'sts:AssumeRole': () => queryError(403, 'AccessDenied', message) })
  using access = accessTo(aws.endpoint, { now: () => now })
  const call = (tenant: string) =>
    access.send(targetOf({ tenant }), describeInstances, never).catch((thrown) => thrown)
  const error = await call('acme')
  expect(error).toMatchObject({
    code: 'credentials_refused',
    details: { aws: { code: 'AccessDenied', httpStatus: 403, requestId: expect.any(String) } },
  })
  expect(error.message).toMatch(
    /^AWS refused sts:TagSession on arn:aws:iam::111111111111:role\/.* trust policy.*ExternalId/,
  )
  expect(error.message).not.toContain('999999999999')
  await call('acme')
  expect(aws.requests).toHaveLength(1)
  await call('other')
  expect(aws.requests).toHaveLength(2)
  now += 30_000
  await call('acme')
  expect(aws.requests).toHaveLength(3)
})

test('a throttled or failing STS is no refusal, and is asked again', async () => {
  for (const answer of [
    queryError(400, 'Throttling', 'Rate exceeded'),
    queryError(500, 'InternalFailure', 'x'),
  ]) {
    const { answers } = sts()
    await using aws = await fakeAws({
      'sts:AssumeRole': (request, count) => (count <= 3 ? answer : answers['sts:AssumeRole'](request)),
      'ec2:DescribeInstances': () => ({ body: '<DescribeInstancesResponse/>' }),
    })
    using access = accessTo(aws.endpoint)
    await expect(access.send(targetOf(), describeInstances, never)).rejects.toMatchObject({
      code: 'aws_error',
    })
    await expect(access.send(targetOf(), describeInstances, never)).resolves.toBeDefined()
    expect(aws.seen('sts:AssumeRole')).toHaveLength(4)
  }
})

test.each(['InvalidClientTokenId', 'ExpiredToken', 'SignatureDoesNotMatch'])(
  '%s from STS is the fault of the gateway, not of the tenant',
  async (code) => {
    const { error, onFault } = await thrownBy(unused, () =>
      queryError(403, code, `bad ${gatewayKeys.accessKeyId}`),
    )
    expect(error).toMatchObject({ code: 'credentials_refused', message: expect.stringContaining('operator') })
    expect(onFault).toHaveBeenCalledOnce()
  },
)

test('an STS that hangs is given up', { timeout: 20_000 }, async () => {
  const { error } = await thrownBy(unused, () => ({ hang: true, body: '<AssumeRoleResponse>' }))
  expect(error).toMatchObject({
    code: 'aws_unreachable',
    message: expect.stringContaining('no answer in time'),
  })
})
