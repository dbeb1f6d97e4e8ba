import { expect, inject, test } from 'vitest'
import { gatewayCredentials } from './gateway-credentials.ts'
import { accessTo } from './testing/access-to.ts'
import { never, targetOf } from './testing/targets.ts'

const stand = () =>
  accessTo(inject('awsUrl'), {
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'test', secretAccessKey: 'test' }),
  })

test('each tenant lands in its own account, under its own role and session name', async () => {
  using access = stand()
  for (const [tenant, accountId] of [
    ['north', '333333333333'],
    ['south', '444444444444'],
  ] as const) {
    const target = targetOf({
      tenant,
      accountId,
      roleArn: `arn:aws:iam::${accountId}:role/mcp/mcp-gateway-read`,
    })
    const request = { service: 'sts', operation: 'GetCallerIdentity', input: {} }
    const { output, requestId } = await access.send(target, request, never)
    expect(output).toMatchObject({
      Account: accountId,
      Arn: `arn:aws:sts::${accountId}:assumed-role/mcp-gateway-read/${access.sessionName(target)}`,
    })
    expect(requestId).toBeTruthy()
  }
})

test('what one account holds, the other does not see', async () => {
  using access = stand()
  const north = targetOf({ tenant: 'north', accountId: '333333333333' })
  const south = targetOf({ tenant: 'south', accountId: '444444444444' })
  const Description = `of north, ${crypto.randomUUID()}`
  const input = { GroupName: Description, Description }
  await access.send(
    { ...north, roleName: 'write' },
    { service: 'ec2', operation: 'CreateSecurityGroup', input },
    never,
  )
  const find = async (target: typeof north) => {
    const Filters = [{ Name: 'description', Values: [Description] }]
    const request = { service: 'ec2', operation: 'DescribeSecurityGroups', input: { Filters } }
    const { output } = await access.send(target, request, never)
    return (output as { SecurityGroups: unknown[] }).SecurityGroups
  }
  expect(await find(north)).toHaveLength(1)
  expect(await find(south)).toHaveLength(0)
})

test('an error of each service has its code', async () => {
  using access = stand()
  const codeOf = async (service: string, operation: string, input: object) => {
    const error = await access
      .send(targetOf(), { service, operation, input }, never)
      .catch((thrown) => thrown)
    return [error.code, error.details.aws?.code]
  }
  expect(await codeOf('s3', 'GetObject', { Bucket: 'no-such-bucket-here', Key: 'k' })).toEqual([
    'aws_error',
    'NoSuchBucket',
  ])
  expect(await codeOf('ec2', 'DescribeInstances', { InstanceIds: ['i-0123456789abcdef0'] })).toEqual([
    'aws_error',
    'InvalidInstanceID.NotFound',
  ])
  expect(await codeOf('lambda', 'GetFunction', { FunctionName: 'absent' })).toEqual([
    'aws_error',
    'ResourceNotFoundException',
  ])
  expect(await codeOf('cloudformation', 'DescribeStacks', { StackName: 'absent' })).toEqual([
    'aws_error',
    'ValidationError',
  ])
  expect(await codeOf('logs', 'GetLogEvents', { logGroupName: 'absent', logStreamName: 's' })).toEqual([
    'aws_error',
    'ResourceNotFoundException',
  ])
  expect(await codeOf('iam', 'GetRole', { RoleName: 'absent' })).toEqual([
    'aws_error',
    'NoSuchEntityException',
  ])
})

test('CloudWatch answers too', async () => {
  using access = stand()
  const request = { service: 'cloudwatch', operation: 'DescribeAlarms', input: {} }
  const { output } = await access.send(targetOf(), request, never)
  expect(output).toMatchObject({ MetricAlarms: [] })
})

test('a probe opens a session of the role, says who it is, and changes nothing by asking whether it may', async () => {
  using access = stand()
  const { tenant, account, roleName, role } = targetOf({ tenant: 'north', accountId: '333333333333' })
  if (role === 'profile') throw new Error('no role')
  const gateways = async () => {
    const request = { service: 'ec2', operation: 'DescribeInternetGateways', input: {} }
    const { output } = await access.send(
      targetOf({ tenant: 'north', accountId: '333333333333' }),
      request,
      never,
    )
    return (output as { InternetGateways: unknown[] }).InternetGateways.length
  }
  const before = await gateways()
  const attempt = { externalId: role.externalId, attributed: true }
  const answer = await access.prober.assume({ tenant, account, roleName, role }, attempt)
  if (answer.outcome !== 'assumed') throw new Error(answer.code)
  expect(await answer.session.identity()).toEqual({
    accountId: '333333333333',
    arn: 'arn:aws:sts::333333333333:assumed-role/mcp-gateway-read/mcp-north-verification',
  })
  // The stand-in lets everybody do everything.
  expect(await answer.session.mayWrite()).toBe('allowed')
  expect(await gateways()).toBe(before)
})
