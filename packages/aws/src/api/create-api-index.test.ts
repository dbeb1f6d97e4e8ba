import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiIndex, createApiIndex } from './create-api-index.ts'

let api: ApiIndex
beforeAll(async () => {
  api = await createApiIndex()
})

test('the index has the operations of at least forty services', () => {
  const services = api.services()
  expect(services.length).toBeGreaterThanOrEqual(40)
  expect(services.every(({ operations }) => operations > 0)).toBe(true)
  expect(services.find(({ service }) => service === 'ec2')).toEqual({
    service: 'ec2',
    title: 'EC2',
    operations: 802,
  })
})

describe('find', () => {
  test('an operation is all that the index says of it', () => {
    expect(api.find('ec2', 'RunInstances')).toEqual({
      service: 'ec2',
      operation: 'RunInstances',
      access: 'permissions',
      withoutRole: 'spend',
      iamActions: ['ec2:RunInstances', 'ec2:CreateTags', 'iam:PassRole'],
      summary: 'Launches the specified number of instances using an AMI for which you have permissions',
      passesRole: ['IamInstanceProfile.Arn', 'IamInstanceProfile.Name'],
      dryRun: true,
      idempotencyToken: 'ClientToken',
    })
    expect(api.find('s3', 'ListObjectsV2')).toEqual({
      service: 's3',
      operation: 'ListObjectsV2',
      access: 'read',
      iamActions: ['s3:ListBucket'],
      summary: expect.any(String),
      pager: { input: 'ContinuationToken', output: 'NextContinuationToken' },
    })
  })

  test.for([
    ['ec2', 'describeinstances'],
    ['EC2', 'DescribeInstances'],
    ['ec2', 'DescribeInstance'],
    ['ec2', ''],
    ['', ''],
    ['ec2', '__proto__'],
    ['ec2', 'constructor'],
    ['ec2', 'toString'],
    ['__proto__', 'DescribeInstances'],
    ['constructor', 'name'],
    ['../../package', 'name'],
    // It has no IAM action that is known.
    ['kms', 'Encapsulate'],
  ] as const)('%s %s is unknown', ([service, operation]) => {
    expect(api.find(service, operation)).toBeUndefined()
  })

  test('what one caller does to an answer, another does not see', () => {
    const found = api.find('ec2', 'DescribeInstances')
    expect(() => Object.assign(found ?? {}, { access: 'write' })).not.toThrow()
    expect(api.find('ec2', 'DescribeInstances')?.access).toBe('read')
  })
})

describe('suggest', () => {
  test.for([
    ['ec2', 'DescribeInstance', 'ec2:DescribeInstances'],
    ['ec2', 'describeinstances', 'ec2:DescribeInstances'],
    ['lambda', 'ListFunction', 'lambda:ListFunctions'],
    ['s3', 'ListObjectV2', 's3:ListObjectsV2'],
    // The service is another one, or called by another name.
    ['ec2', 'ListBuckets', 's3:ListBuckets'],
    ['cloudwatch-logs', 'DescribeLogGroup', 'logs:DescribeLogGroups'],
    ['Step Functions', 'StartExecutions', 'states:StartExecution'],
    ['nowhere', 'GetCallerIdentity', 'sts:GetCallerIdentity'],
  ] as const)('%s %s: %s', ([service, operation, first]) => {
    expect(api.suggest(service, operation)[0]).toBe(first)
  })

  test.for([
    ['nonsense', 'ec2', 'xyzzy'],
    ['nothing', 'ec2', ''],
    ['a name of JavaScript', '__proto__', '__proto__'],
    ['a very long name', 'ec2', 'a'.repeat(100_000)],
  ] as const)('nothing is near to %s', ([, service, operation]) => {
    expect(api.suggest(service, operation)).toEqual([])
  })

  test('there are at most five', () => {
    expect(api.suggest('ec2', 'DescribeVpcs').length).toBeLessThanOrEqual(5)
  })
})

describe('search', () => {
  const namesOf = (query: string, options?: Parameters<ApiIndex['search']>[1]) =>
    api.search(query, options).map(({ service, operation }) => `${service}:${operation}`)

  test('an operation is found by its own name first', () => {
    expect(namesOf('DescribeInstances')[0]).toBe('ec2:DescribeInstances')
    expect(namesOf('PutBucketVersioning')[0]).toBe('s3:PutBucketVersioning')
  })

  test('only services that are asked for', () => {
    const found = api.search('list tags', { services: ['rds', 'sqs'], limit: 20 })
    expect(new Set(found.map(({ service }) => service))).toEqual(new Set(['rds', 'sqs']))
    expect(api.search('list tags', { services: [] })).toEqual([])
    expect(api.search('list tags', { services: ['__proto__'] })).toEqual([])
  })

  test('ten, or as many as are asked for', () => {
    expect(namesOf('instance')).toHaveLength(10)
    expect(namesOf('instance', { limit: 3 })).toEqual(namesOf('instance').slice(0, 3))
    expect(namesOf('instance', { limit: 0 })).toEqual([])
  })

  test('a typing error in a word', () => {
    expect(namesOf('purge a qeueu of sqs', { limit: 3 })).toContain('sqs:PurgeQueue')
    expect(namesOf('describe secuirty groups', { limit: 3 })).toContain('ec2:DescribeSecurityGroups')
  })

  test.for([
    ['nothing', ''],
    ['spaces', '   '],
    ['only small words', 'the of and'],
    ['another script', '日本語 🙂'],
    ['a name of JavaScript', '__proto__ constructor'],
    ['a very long word', 'a'.repeat(100_000)],
    ['signs of patterns', '(((*+?'],
  ] as const)('%s finds nothing', ([, query]) => {
    expect(api.search(query)).toEqual([])
  })

  test('a very long question is cut', () => {
    expect(namesOf(`purge queue ${'x '.repeat(100_000)}`)[0]).toBe('sqs:PurgeQueue')
  })
})
