import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { loadService } from '../service-modules.ts'
import { operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { presentInput, presentOutput } from './present.ts'

const present = async (action: string, output: unknown) => {
  const [service = '', operation = ''] = action.split(':')
  return presentOutput(operationSchema(await loadService(service), operation), output)
}

/** What the SDK makes of an answer of AWS, presented. */
const answered = async (action: string, input: object, body: string | Buffer, headers = {}) => {
  const [service = '', operation = ''] = action.split(':')
  const server = createServer((_, response) => response.writeHead(200, headers).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const module = await loadService(service)
  const client = module.client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'token' },
    forcePathStyle: true,
  })
  try {
    const command = module.command(operation, input)
    const output = await client.send(command, { abortSignal: AbortSignal.timeout(5_000) })
    return await presentOutput(operationSchema(module, operation), output)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const hidden = '[redacted]'

test('an answer in XML: times, numbers and tags, and nothing of the transport', async () => {
  const body = `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>
    <reservationSet><item><reservationId>r-0</reservationId><instancesSet><item><instanceId>i-1</instanceId>
    <launchTime>2026-01-31T10:00:00.000Z</launchTime><instanceState><code>16</code><name>running</name></instanceState>
    <tagSet><item><key>api-token</key><value>x</value></item></tagSet></item></instancesSet></item></reservationSet>
    <nextToken>n1</nextToken></DescribeInstancesResponse>`
  expect(await answered('ec2:DescribeInstances', {}, body)).toEqual({
    Reservations: [
      {
        ReservationId: 'r-0',
        Instances: [
          {
            InstanceId: 'i-1',
            LaunchTime: '2026-01-31T10:00:00.000Z',
            State: { Code: 16, Name: 'running' },
            Tags: [{ Key: 'api-token', Value: hidden }],
          },
        ],
      },
    ],
    NextToken: 'n1',
  })
})

test('what the schema marks as sensitive is hidden', async () => {
  const config = { FunctionName: 'f', Environment: { Variables: { A: 'secret' } }, MemorySize: 128 }
  expect(
    await answered('lambda:GetFunctionConfiguration', { FunctionName: 'f' }, JSON.stringify(config)),
  ).toEqual({
    FunctionName: 'f',
    MemorySize: 128,
    Environment: { Variables: hidden },
  })
  const parameter = { Name: '/x', Type: 'SecureString', Value: 'secret', LastModifiedDate: 1769853600.5 }
  expect(
    await answered('ssm:GetParameter', { Name: '/x' }, JSON.stringify({ Parameter: parameter })),
  ).toEqual({
    Parameter: {
      Name: '/x',
      Type: 'SecureString',
      Value: hidden,
      LastModifiedDate: '2026-01-31T10:00:00.500Z',
    },
  })
  const created = {
    AccessKey: { UserName: 'u', AccessKeyId: 'AKIAX', Status: 'Active', SecretAccessKey: 's' },
  }
  expect(await present('iam:CreateAccessKey', created)).toEqual({
    AccessKey: { UserName: 'u', AccessKeyId: 'AKIAX', Status: 'Active', SecretAccessKey: hidden },
  })
  expect(await present('ec2:GetPasswordData', { InstanceId: 'i-1', PasswordData: 'x' })).toEqual({
    InstanceId: 'i-1',
    PasswordData: hidden,
  })
})

test('what the schema does not mark is hidden by rule', async () => {
  expect(await present('ec2:GetConsoleOutput', { InstanceId: 'i-1', Output: 'cm9vdA==' })).toEqual({
    InstanceId: 'i-1',
    Output: hidden,
  })
  expect(await present('ec2:DescribeInstanceAttribute', { UserData: { Value: 'IyEv' } })).toEqual({
    UserData: { Value: hidden },
  })
  const keys = { items: [{ id: 'a', value: 'x', name: 'k' }, { id: 'b' }], position: 'p' }
  expect(await present('apigateway:GetApiKeys', keys)).toEqual({
    items: [{ id: 'a', value: hidden, name: 'k' }, { id: 'b' }],
    position: 'p',
  })
  const parameters = [{ ParameterKey: 'DbPassword', ParameterValue: 'x' }]
  expect(
    await present('cloudformation:DescribeStacks', { Stacks: [{ StackName: 's', Parameters: parameters }] }),
  ).toEqual({
    Stacks: [{ StackName: 's', Parameters: [{ ParameterKey: 'DbPassword', ParameterValue: hidden }] }],
  })
})

test('bytes are base64, and of many only the first', async () => {
  expect(
    await present('kinesis:GetRecords', { Records: [{ Data: Buffer.from('hi'), PartitionKey: 'p' }] }),
  ).toEqual({
    Records: [{ Data: 'aGk=', PartitionKey: 'p' }],
  })
  const long = await present('kinesis:GetRecords', { Records: [{ Data: new Uint8Array(70_000) }] })
  expect(long).toEqual({
    Records: [{ Data: { base64: Buffer.alloc(65_536).toString('base64'), truncated: true, bytes: 70_000 } }],
  })
})

test('a body is read up to 64 KB, as text where it is text, without secrets', async () => {
  const get = (body: string | Buffer) => answered('s3:GetObject', { Bucket: 'photos', Key: 'k' }, body)
  expect(await get('{"password":"hunter22","to":"Grüße"}')).toMatchObject({
    Body: { text: `{"password":"${hidden}","to":"Grüße"}` },
  })
  const privateKey = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----'
  expect(await get(`Grüße ${privateKey}`)).toMatchObject({ Body: { text: `Grüße ${hidden}` } })
  expect(await get(Buffer.from([0, 1, 2]))).toMatchObject({ Body: { base64: 'AAEC' } })
  expect(await get(`a${'ü'.repeat(40_000)}`)).toMatchObject({
    Body: { text: `a${'ü'.repeat(32_767)}`, truncated: true },
  })
  let given = 0
  let ended = false
  const endless = new Readable({
    read() {
      given += 16_384
      this.push(Buffer.alloc(16_384, 'x'))
    },
    destroy(_, done) {
      ended = true
      done(null)
    },
  })
  expect(await present('s3:GetObject', { Body: endless, ContentLength: 10 ** 12 })).toMatchObject({
    Body: { text: 'x'.repeat(65_536), truncated: true },
    ContentLength: 10 ** 12,
  })
  expect([ended, given < 300_000]).toEqual([true, true])
})

test('a body that breaks off is told without what broke it', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('x')
      throw Object.assign(new Error('secret text'), { code: 'ECONNRESET' })
    })(),
  )
  const failing = present('s3:GetObject', { Body: broken })
  await expect(failing).rejects.toThrow('AWS could not be reached for s3:GetObject (ECONNRESET)')
})

test('numbers without end, members that are not known, and outputs of nothing', async () => {
  const points = [
    { Average: Number.NaN, Maximum: Number.POSITIVE_INFINITY, Sum: 1.5, Timestamp: new Date(0) },
  ]
  expect(
    await present('cloudwatch:GetMetricStatistics', { Datapoints: points, $metadata: { a: 1 }, Extra: 'x' }),
  ).toEqual({
    Datapoints: [{ Average: 'NaN', Maximum: 'Infinity', Sum: 1.5, Timestamp: '1970-01-01T00:00:00.000Z' }],
  })
  const item = {
    a: { S: 'x' },
    b: { $unknown: ['NEW', 'secret'] },
    c: { L: [{ NULL: true }, { B: Buffer.from('x') }] },
  }
  expect(await present('dynamodb:GetItem', { Item: item })).toEqual({
    Item: { a: { S: 'x' }, b: { NEW: hidden }, c: { L: [{ NULL: true }, { B: 'eA==' }] } },
  })
  for (const nothing of [undefined, null, {}, 'x'])
    expect(await present('sqs:DeleteQueue', nothing)).toEqual({})
})

test('an input for the person who is asked: no secret of the schema or by rule, and of bytes only how many', async () => {
  const shown = async (service: string, operation: string, params: object) => {
    const schema = operationSchema(await loadService(service), operation)
    const prepared = prepareInput(schema, params)
    if (!('input' in prepared)) throw new Error(prepared.issues.join())
    return presentInput(schema, prepared.input)
  }
  const base64 = Buffer.from('hunter2').toString('base64')
  expect(
    await shown('ec2', 'ModifyInstanceAttribute', { InstanceId: 'i-1', UserData: { Value: base64 } }),
  ).toEqual({
    InstanceId: 'i-1',
    UserData: { Value: hidden },
  })
  expect(await shown('lambda', 'UpdateFunctionCode', { FunctionName: 'f', ZipFile: base64 })).toEqual({
    FunctionName: 'f',
    ZipFile: hidden,
  })
  expect(await shown('s3', 'PutObject', { Bucket: 'bbb', Key: 'k', Body: { base64 } })).toEqual({
    Bucket: 'bbb',
    Key: 'k',
    Body: { bytes: 7 },
  })
  const database = { DBInstanceIdentifier: 'db', PubliclyAccessible: true, MasterUserPassword: 'hunter2' }
  expect(await shown('rds', 'ModifyDBInstance', database)).toEqual({
    ...database,
    MasterUserPassword: hidden,
  })
})
