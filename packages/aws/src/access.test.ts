import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { accessTo, gatewayKeys } from './testing/access-to.ts'
import { ec2Error, fakeAws, oneReservation, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }

test('AssumeRole says who, for whom and for how long; the call is then made as that role', async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using access = accessTo(aws.endpoint)
  const target = targetOf()
  const { output, requestId, attempts } = await access.send(target, describeInstances, never)

  const [assumed, described, ...others] = aws.requests
  expect(others).toEqual([])
  expect(assumed?.accessKeyId).toBe(gatewayKeys.accessKeyId)
  expect(assumed?.region).toBe('eu-west-1')
  expect(Object.fromEntries(assumed?.params ?? [])).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111111111111:role/mcp/mcp-gateway-read',
    RoleSessionName: access.sessionName(target),
    ExternalId: 'ext-acme',
    SourceIdentity: 'alice@example.com',
    DurationSeconds: '3600',
    'Tags.member.1.Key': 'mcp:tenant',
    'Tags.member.1.Value': 'acme',
    'Tags.member.2.Key': 'mcp:user',
    'Tags.member.2.Value': target.principal.id,
    'Tags.member.3.Key': 'mcp:client',
    'Tags.member.3.Value': 'https://client.example/mcp.json',
  })
  expect([...issued.byKey.keys()]).toEqual([described?.accessKeyId])
  expect(described?.headers['x-amz-security-token']).toBe(issued.secrets[2])
  expect(described?.headers['user-agent']).toContain('mcp-gw/1.2.3')
  expect(output).toEqual({ Reservations: [expect.objectContaining({ OwnerId: '1' })] })
  expect(requestId).toBe('req-2')
  expect(attempts).toBe(1)
})

test('a read session serves later calls; a write session lives for one call and 900 s', async () => {
  await using aws = await fakeAws({ ...sts().answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using access = accessTo(aws.endpoint)
  const call = (target = targetOf({ roleName: 'write' })) => access.send(target, describeInstances, never)
  await access.send(targetOf(), describeInstances, never)
  await access.send(targetOf(), describeInstances, never)
  expect(aws.seen('sts:AssumeRole')).toHaveLength(1)

  const sameCall = targetOf({ roleName: 'write' })
  await Promise.all([call(sameCall), call(sameCall)])
  expect(aws.seen('sts:AssumeRole')).toHaveLength(2)
  await call()
  const assumed = aws.seen('sts:AssumeRole')
  expect(assumed).toHaveLength(3)
  expect(assumed.map(({ params }) => params.get('DurationSeconds'))).toEqual(['3600', '900', '900'])
})

test('every S3 request with a bucket names the account that must own it', async () => {
  const list = '<ListBucketResult><Name>b</Name></ListBucketResult>'
  await using aws = await fakeAws({
    ...sts().answers,
    's3:GET /bucket': () => ({ body: list }),
    's3:GET /bucket/': () => ({ body: list }),
    's3:GET /bucket/key': () => ({ headers: { 'content-type': 'text/html' }, body: '<p>kept as it is</p>' }),
    's3:GET /': () => ({ body: '<ListAllMyBucketsResult/>' }),
  })
  using access = accessTo(aws.endpoint)
  const send = (operation: string, input: object) =>
    access.send(targetOf(), { service: 's3', operation, input }, never)
  await send('ListObjectsV2', { Bucket: 'bucket', ExpectedBucketOwner: '999999999999' })
  const { output } = await send('GetObject', { Bucket: 'bucket', Key: 'key' })
  await send('ListBuckets', {})
  const owners = aws.requests.slice(1).map(({ headers }) => headers['x-amz-expected-bucket-owner'])
  expect(owners).toEqual(['111111111111', '111111111111', undefined])
  expect(await text((output as { Body: NodeJS.ReadableStream }).Body)).toBe('<p>kept as it is</p>')
})

test('E10 an expired session is replaced once, and the request sent once more', async () => {
  const expired = ec2Error(400, 'RequestExpired', 'Request has expired.')
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': (_request, count) => (count === 1 ? expired : oneReservation('1')),
    'ec2:DescribeVolumes': () => expired,
  })
  using access = accessTo(aws.endpoint)
  const { attempts } = await access.send(targetOf(), describeInstances, never)
  expect(attempts).toBe(2)
  const [first, second] = aws.seen('ec2:DescribeInstances').map(({ accessKeyId }) => accessKeyId)
  expect(first).not.toBe(second)

  const volumes = { service: 'ec2', operation: 'DescribeVolumes', input: {} }
  await expect(access.send(targetOf({ roleName: 'write' }), volumes, never)).rejects.toMatchObject({
    code: 'aws_error',
    details: { aws: { code: 'RequestExpired' } },
  })
  expect(aws.seen('ec2:DescribeVolumes')).toHaveLength(2)
  expect(aws.seen('sts:AssumeRole')).toHaveLength(4)
})

test('a request is tried as often as the tenant allows', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': (_request, count) =>
      count < 3 ? ec2Error(503, 'Unavailable', 'later') : oneReservation('1'),
  })
  using access = accessTo(aws.endpoint)
  const { attempts } = await access.send(targetOf({ retryCount: 2 }), describeInstances, never)
  expect(attempts).toBe(3)
})

test('what the gateway does not know is never sent', async () => {
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  const send = (service: string, operation: string) =>
    access.send(targetOf(), { service, operation, input: {} }, never)
  await expect(send('braket', 'SearchJobs')).rejects.toThrow('no AWS client for service braket')
  await expect(send('constructor', 'x')).rejects.toThrow('no AWS client')
  await expect(send('ec2', 'ListTables')).rejects.toThrow('has no ListTablesCommand')
  const { principal } = targetOf({ tenant: 'other' })
  await expect(access.send({ ...targetOf(), principal }, describeInstances, never)).rejects.toThrow(
    'not of the tenant',
  )
  expect(aws.requests).toEqual([])
})

test('many tenants share the sockets', async () => {
  await using aws = await fakeAws({ ...sts().answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using access = accessTo(aws.endpoint)
  for (let number = 0; number < 30; number++) {
    await access.send(targetOf({ tenant: `tenant-${number}` }), describeInstances, never)
  }
  expect(aws.requests).toHaveLength(60)
  expect(aws.connections()).toBe(1)
})

test('a session is replaced in the background before it ends, and one that STS cuts short is not used on', async () => {
  const clock = { now: Date.now() }
  const { issued, answers } = sts({ now: () => clock.now })
  await using aws = await fakeAws({ ...answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using access = accessTo(aws.endpoint, { now: () => clock.now })
  const keyOfCall = async (target = targetOf()) => {
    await access.send(target, describeInstances, never)
    return aws.requests.filter(({ action }) => action.startsWith('ec2:')).at(-1)?.accessKeyId
  }
  const first = await keyOfCall()
  clock.now += 50 * 60_000
  expect(await keyOfCall()).toBe(first)
  await vi.waitFor(async () => expect(await keyOfCall()).not.toBe(first))
  expect(issued.byKey.size).toBe(2)

  const short = sts({ now: () => Date.now() - 3_570_000 })
  await using other = await fakeAws({ ...short.answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using shortLived = accessTo(other.endpoint)
  await shortLived.send(targetOf(), describeInstances, never)
  await shortLived.send(targetOf(), describeInstances, never)
  expect(short.issued.byKey.size).toBe(2)
})
