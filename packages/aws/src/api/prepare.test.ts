import { describe, expect, test } from 'vitest'
import { loadService } from '../service-modules.ts'
import { operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { random } from './testing/sample-input.ts'

const prepare = async (action: string, params: unknown) => {
  const [service = '', operation = ''] = action.split(':')
  return prepareInput(operationSchema(await loadService(service), operation), params)
}

test('times become dates, base64 and text become bytes', async () => {
  const statistics = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Period: 300 }
  const range = { StartTime: '2026-01-31T00:00:00Z', EndTime: '2026-01-31T01:00:00.5+01:00' }
  expect(await prepare('cloudwatch:GetMetricStatistics', { ...statistics, ...range })).toEqual({
    input: {
      ...statistics,
      StartTime: new Date('2026-01-31T00:00:00.000Z'),
      EndTime: new Date('2026-01-31T00:00:00.500Z'),
    },
  })
  const invoke = (Payload: unknown) => prepare('lambda:Invoke', { FunctionName: 'f', Payload })
  expect(await invoke('e30=')).toEqual({ input: { FunctionName: 'f', Payload: Buffer.from('{}') } })
  expect(await invoke({ text: '{"grüße":1}' })).toEqual({
    input: { FunctionName: 'f', Payload: Buffer.from('{"grüße":1}') },
  })
  const put = (Body: unknown) => prepare('s3:PutObject', { Bucket: 'photos', Key: 'a/../b c', Body })
  const object = { Bucket: 'photos', Key: 'a/../b c' }
  expect(await put({ text: 'test' })).toEqual({ input: { ...object, Body: Buffer.from('test') } })
  expect(await put({ base64: 'AAEC' })).toEqual({ input: { ...object, Body: Buffer.from([0, 1, 2]) } })
  expect(await put({ text: '' })).toEqual({ input: { ...object, Body: Buffer.alloc(0) } })
})

test('bytes in a key of DynamoDB come back from base64', async () => {
  const input = { TableName: 't', ExclusiveStartKey: { id: { B: 'AAH/' } } }
  expect(await prepare('dynamodb:Scan', input)).toEqual({
    input: { TableName: 't', ExclusiveStartKey: { id: { B: Buffer.from([0, 1, 255]) } } },
  })
})

test('nothing at all is an empty input, and documents come through as they are', async () => {
  expect(await prepare('ec2:DescribeInstances', undefined)).toEqual({ input: {} })
  const config = { modelId: 'm', additionalModelRequestFields: { a: [1, null, { b: 'c' }] } }
  const prepared = await prepare('bedrock:CreateAdvancedPromptOptimizationJob', {
    jobName: 'j',
    modelConfigurations: [config],
    inputConfig: { s3Uri: 's3://b/k' },
    outputConfig: { s3Uri: 's3://b/k' },
  })
  expect(JSON.stringify(prepared)).toContain('"additionalModelRequestFields":{"a":[1,null,{"b":"c"}]}')
})

const refused: [action: string, params: unknown, issues: string[]][] = [
  ['ec2:DescribeInstances', [], ['params must be an object, not a list.']],
  ['ec2:DescribeInstances', 'x', ['params must be an object, not a string.']],
  [
    'ec2:DescribeInstances',
    { instanceIds: ['i-1'], Filter: [], MaxResults: '5', DryRun: 'true' },
    [
      'instanceIds is not known; did you mean InstanceIds (case counts).',
      'Filter is not known; did you mean Filters.',
      'DryRun must be true or false, not a string.',
      'MaxResults must be a number, not a string.',
    ],
  ],
  [
    'ec2:DescribeInstances',
    { Filters: [{ Name: 'x', Value: 'y' }, null, { Name: 7 }], InstanceIds: 'i-1' },
    [
      'InstanceIds must be a list, not a string.',
      'Filters[0].Value is not known; did you mean Values.',
      'Filters[1] must be an object, not null.',
      'Filters[2].Name must be a string, not a number.',
    ],
  ],
  [
    'ec2:DescribeInstances',
    { MaxResults: 2 ** 53 },
    ['MaxResults is an integer beyond 2^53, which JSON cannot carry exactly.'],
  ],
  ['ec2:DescribeInstances', { MaxResults: Number.NaN }, ['MaxResults must be a finite number.']],
  [
    'ec2:DescribeInstances',
    JSON.parse('{"__proto__":{"DryRun":true}}'),
    [
      '__proto__ is not known; there are InstanceIds, IncludeManagedResources, DryRun, Filters, NextToken, MaxResults.',
    ],
  ],
  [
    'sqs:TagQueue',
    JSON.parse('{"QueueUrl":"q","Tags":{"__proto__":"x"}}'),
    ['Tags["__proto__"] must not be named so.'],
  ],
  ['sts:GetCallerIdentity', { Account: 1 }, ['Account is not known; nothing is taken here.']],
  ['lambda:Invoke', {}, ['FunctionName is missing.']],
  ['lambda:Invoke', { FunctionName: '' }, ['FunctionName must not be empty: it is part of the address.']],
  ['lambda:Invoke', { FunctionName: '..' }, ['FunctionName must not have . or .. as a segment.']],
  ['lambda:Invoke', { FunctionName: 'a\n' }, ['FunctionName must not have control characters.']],
  [
    'lambda:Invoke',
    { FunctionName: 'f', ClientContext: 'a\r\nHost: b' },
    ['ClientContext goes into a header: ASCII without line breaks only.'],
  ],
  [
    'lambda:Invoke',
    { FunctionName: 'f', Payload: '{}' },
    ['Payload must be base64 with padding; for text write {"text": "…"}.'],
  ],
  ['lambda:Invoke', { FunctionName: '\ud800' }, ['FunctionName is not well-formed Unicode.']],
  ['route53:GetHostedZone', { Id: '/hostedzone/..' }, ['Id must not have . or .. as a segment.']],
  ['s3:GetObject', { Bucket: 'photos', Key: '' }, ['Key must not be empty: it is part of the address.']],
  [
    's3:GetObject',
    { Bucket: 'arn:aws:s3:us-east-1:111122223333:accesspoint:x', Key: 'k' },
    ['Bucket must be the name of a bucket.'],
  ],
  [
    's3:GetObject',
    { Bucket: 'a--use1-az4--x-s3', Key: 'k' },
    ['Bucket must not be an access point alias or a directory bucket.'],
  ],
  ['s3:GetObject', { Bucket: 'a/../b', Key: 'k' }, ['Bucket must be the name of a bucket.']],
  [
    's3:PutObject',
    { Bucket: 'photos', Key: 'k', Body: 'test' },
    ['Body must be {"text": "…"} or {"base64": "…"}.'],
  ],
  [
    's3:PutObject',
    { Bucket: 'photos', Key: 'k', Body: { text: 'a', base64: 'AAAA' } },
    ['Body must be {"text": "…"} or {"base64": "…"}.'],
  ],
  // Less than the body is long, its rest would be the next request on a connection of all tenants.
  [
    's3:PutObject',
    { Bucket: 'photos', Key: 'k', Body: { text: 'abcGET /' }, ContentLength: 3 },
    ['ContentLength must be left out: it follows from the body.'],
  ],
  [
    's3:PutObject',
    { Bucket: 'photos', Key: 'k', Metadata: { 'a: b\r\nc': 'd', e: 'ü' } },
    [
      'Metadata["a: b\\r\\nc"] must be 1-128 of the characters of a header name.',
      'Metadata["e"] goes into a header: ASCII without line breaks only.',
    ],
  ],
  [
    'dynamodb:PutItem',
    { TableName: 't', Item: { a: {} } },
    ['Item["a"] must have exactly one of S, N, B, SS, NS, BS, M, L, NULL, BOOL, not 0.'],
  ],
  [
    'dynamodb:PutItem',
    { TableName: 't', Item: { a: { S: 'x', N: '1' } } },
    ['Item["a"] must have exactly one of S, N, B, SS, NS, BS, M, L, NULL, BOOL, not 2.'],
  ],
  [
    'cloudtrail:LookupEvents',
    { StartTime: '2026-02-30T00:00:00Z' },
    ['StartTime must be a time such as 2026-01-31T00:00:00Z, not "2026-02-30T00:00:00Z".'],
  ],
  [
    'cloudtrail:LookupEvents',
    { StartTime: '2026-01-31T00:00:00' },
    ['StartTime must be a time such as 2026-01-31T00:00:00Z, not "2026-01-31T00:00:00".'],
  ],
  [
    'cloudtrail:LookupEvents',
    { StartTime: 1767225600 },
    ['StartTime must be a time as a string, not a number.'],
  ],
  [
    'logs:StartLiveTail',
    { logGroupIdentifiers: ['x'] },
    ['The operation answers with a stream of events, which the gateway does not read.'],
  ],
]

test.each(refused)('%s %j', async (action, params, issues) => {
  expect(await prepare(action, params)).toEqual({ issues })
})

describe('bounds', () => {
  test('at most 20 issues, and no more of a value than 60 characters', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`${'x'.repeat(100)}${at}`, 1]))
    const prepared = await prepare('ec2:DescribeInstances', many)
    const issues = 'issues' in prepared ? prepared.issues : []
    expect(issues.length).toBe(20)
    for (const issue of issues) expect(issue).not.toContain('x'.repeat(61))
    const time = await prepare('cloudtrail:LookupEvents', { StartTime: 'y'.repeat(10_000) })
    expect(JSON.stringify(time).length).toBeLessThan(200)
  })

  test('depth, number of values and characters', async () => {
    let deep: object = { S: 'x' }
    for (let level = 0; level < 10_000; level++) deep = { L: [deep] }
    const item = (a: object) => prepare('dynamodb:PutItem', { TableName: 't', Item: { a } })
    expect(await item(deep)).toEqual({ issues: ['The params are nested deeper than 40 levels.'] })
    const long = Array.from({ length: 60_000 }, () => 'x')
    expect(await item({ SS: long })).toEqual({ issues: ['The params have more than 50000 values.'] })
    expect(await item({ S: 'x'.repeat(1_000_001) })).toEqual({
      issues: ['The params have more than 1000000 characters.'],
    })
  })
})

test('whatever JSON is given, there is an input or there are issues', async () => {
  const toss = random(7)
  const pick = <Each>(from: readonly Each[]): Each => from[Math.floor(toss() * from.length)] as Each
  const words = [
    '',
    'x',
    '__proto__',
    'constructor',
    'toString',
    'length',
    '..',
    '\ud800',
    '💥',
    '2026-01-31T00:00:00Z',
  ]
  const json = (names: readonly string[], depth: number): unknown => {
    const kind = Math.floor(toss() * (depth > 5 ? 4 : 6))
    if (kind === 0) return pick([null, true, false])
    if (kind === 1) return pick([0, -1, 1.5, 2 ** 60, -0, 1e308])
    if (kind < 4) return pick(words)
    const many = Array.from({ length: Math.floor(toss() * 4) }, () => json(names, depth + 1))
    if (kind === 4) return many
    return JSON.parse(
      `{${many.map((each) => `${JSON.stringify(pick([...names, ...words]))}:${JSON.stringify(each)}`).join()}}`,
    )
  }
  for (const action of [
    'ec2:RunInstances',
    's3:PutObject',
    'dynamodb:PutItem',
    'wafv2:CreateWebACL',
    'lambda:Invoke',
  ]) {
    const [service = '', name = ''] = action.split(':')
    const operation = operationSchema(await loadService(service), name)
    const names = [...operation.input.structIterator()].map(([member]) => member)
    for (let round = 0; round < 2_000; round++) {
      const prepared = prepareInput(operation, json(names, 0))
      const told = 'issues' in prepared ? prepared.issues.length : 1
      expect(told).toBeGreaterThan(0)
      expect(told).toBeLessThanOrEqual(20)
    }
  }
  const operation = operationSchema(await loadService('ec2'), 'RunInstances')
  const circle: Record<string, unknown> = {}
  circle.BlockDeviceMappings = [circle]
  for (const strange of [
    circle,
    () => 1,
    Symbol('x'),
    1n,
    new Map(),
    new Date(),
    { ImageId: () => 1 },
    { TagSpecifications: new Set() },
  ]) {
    expect(prepareInput(operation, strange)).toHaveProperty('issues')
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('DryRun')
})
