import { describe, expect, test } from 'vitest'
import { sdkOperations } from '../../build/sdk-operations.ts'
import { accountRequests } from './testing/account-requests.ts'
import { apiIndex, catalogue, factsOf, place, rowOf } from './testing/catalogue.ts'
import { computeRequests } from './testing/compute-requests.ts'
import { dataRequests } from './testing/data-requests.ts'
import { anInput } from './testing/inputs.ts'

const rows = [...computeRequests, ...dataRequests, ...accountRequests]

test('the table has requests of many services', () => {
  expect(rows.length).toBeGreaterThan(200)
  expect(new Set(rows.map(([service]) => service)).size).toBeGreaterThan(30)
})

test.for(rows)('%s %s %j', ([service, operation, input, ...checked]) => {
  expect(factsOf(service, operation, input).map(rowOf)).toEqual(checked)
})

describe('nothing of an input is taken for a wildcard, a variable or another ARN', () => {
  const evil = ['*', 'a*', '?', 'a?c', '${aws:username}', 'a b', 'a\nb', '', 'arn:aws:ec2:*:*:instance/*']
  test.each([
    ['ec2', 'TerminateInstances', (text: string) => ({ InstanceIds: ['i-0a1', text] })],
    ['dynamodb', 'DeleteTable', (text: string) => ({ TableName: text })],
    ['dynamodb', 'BatchGetItem', (text: string) => ({ RequestItems: { orders: {}, [text]: {} } })],
    ['lambda', 'DeleteFunction', (text: string) => ({ FunctionName: text })],
    ['rds', 'DeleteDBInstance', (text: string) => ({ DBInstanceIdentifier: text })],
    ['cloudformation', 'DeleteStack', (text: string) => ({ StackName: text })],
    ['ecs', 'DeleteService', (text: string) => ({ cluster: 'prod', service: text })],
    ['ecs', 'DeleteService', (text: string) => ({ cluster: text, service: 'web' })],
    ['kms', 'DisableKey', (text: string) => ({ KeyId: text })],
    ['secretsmanager', 'DeleteSecret', (text: string) => ({ SecretId: text })],
    [
      'sqs',
      'DeleteQueue',
      (text: string) => ({ QueueUrl: `https://sqs.eu-west-1.amazonaws.com/111122223333/${text}` }),
    ],
    ['sns', 'DeleteTopic', (text: string) => ({ TopicArn: `arn:aws:sns:eu-west-1:111122223333:${text}` })],
    ['iam', 'CreateRole', (text: string) => ({ RoleName: text })],
    [
      'states',
      'DeleteStateMachine',
      (text: string) => ({ stateMachineArn: `arn:aws:states:eu-west-1:111122223333:stateMachine:${text}` }),
    ],
    ['kinesis', 'DeleteStream', (text: string) => ({ StreamName: text })],
    ['eks', 'DeleteCluster', (text: string) => ({ name: text })],
    ['events', 'DeleteRule', (text: string) => ({ Name: 'r', EventBusName: text })],
    ['s3', 'DeleteBucket', (text: string) => ({ Bucket: text })],
  ] as const)('%s %s', (service, operation, inputOf) => {
    for (const text of evil) {
      const facts = factsOf(service, operation, inputOf(text))
      expect(
        facts.some(({ action, resource }) => action !== 'iam:PassRole' && resource === undefined),
        text,
      ).toBe(true)
    }
  })

  test('but keys of objects, which may have all of them', () => {
    expect(factsOf('s3', 'GetObject', { Bucket: 'b1x', Key: '*' }).map(rowOf)).toEqual([
      's3:GetObject arn:aws:s3:::b1x/*',
    ])
  })
})

describe('every operation of the index', () => {
  test.each(apiIndex.services().map(({ service }) => service))('%s', async (service) => {
    for (const { name, input } of await sdkOperations(service)) {
      if (!apiIndex.find(service, name)) continue
      const odd = [
        {},
        input ? anInput(input) : {},
        Object.create(null) as object,
        { Tags: 7, Bucket: {}, Name: [[['x']]] },
      ]
      for (const each of odd) {
        const facts = factsOf(service, name, each)
        expect(facts.length, name).toBeGreaterThan(0)
        for (const { action, resource } of facts) {
          expect(catalogue.knows(action), action).toBe(true)
          if (resource !== undefined && resource !== '*')
            expect(resource, name).toMatch(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9a-z]*:\S/)
        }
        expect(Array.isArray(catalogue.passedRoles({ service, operation: name, input: each }, place))).toBe(
          true,
        )
      }
    }
  })
})

describe('what does not make a new resource names none of a type as a whole', () => {
  const makes = /^(Allocate|Create|Import|Purchase|Register|Request)[A-Z]/
  const asksAll =
    /^(budgets:DescribeBudget(s|NotificationsForAccount)|cloudformation:DescribeStacks|(elasticache|rds|redshift):Describe\w+)$/
  const makesToo =
    /^ec2:(CopyImage|CopySnapshot|RunInstances|StartNetworkInsights(AccessScope)?Analysis|CreateTags)$/
  test.each(apiIndex.services().map(({ service }) => service))('%s', async (service) => {
    const whole: string[] = []
    for (const { name } of await sdkOperations(service)) {
      const asked = `${service}:${name}`
      if (!apiIndex.find(service, name) || makes.test(name) || asksAll.test(asked) || makesToo.test(asked))
        continue
      for (const { resource } of factsOf(service, name, {}))
        if (resource !== undefined && resource !== '*' && /[*?]/.test(resource))
          whole.push(`${asked} ${resource}`)
    }
    expect(whole).toEqual([])
  })
})

test('inputs of any depth, in circles or without end say nothing and break nothing', () => {
  const circle: Record<string, unknown> = { InstanceIds: ['i-0a1'] }
  circle.self = circle
  expect(factsOf('ec2', 'StopInstances', circle).map(rowOf)).toEqual([
    'ec2:StopInstances arn:aws:ec2:HERE:instance/i-0a1',
  ])
  let deep: object = { InstanceId: 'i-0a1' }
  for (let i = 0; i < 40_000; i++) deep = { deep }
  expect(() => factsOf('ec2', 'StopInstances', deep)).not.toThrow()
  const many = { InstanceIds: Array.from({ length: 60_000 }, (_, i) => `i-${i}`) }
  expect(factsOf('ec2', 'StopInstances', many).map(rowOf)).toEqual(['ec2:StopInstances unknown'])
})

test('an action that the catalogue does not know is of an unknown resource', () => {
  expect(factsOf('s3', 'CreateSession', { Bucket: 'b1x' }).map(rowOf)).toEqual([
    's3express:CreateSession unknown',
  ])
  expect(factsOf('nowhere', 'DoIt', {}).map(rowOf)).toEqual(['nowhere:DoIt unknown', 'iam:PassRole unknown'])
})

test('each is of its own place', () => {
  const facts = (partition: string, region: string, accountId: string) =>
    catalogue.factsOf(
      { service: 'dynamodb', operation: 'Scan', input: { TableName: 't' } },
      { partition, region, accountId },
    )
  expect(facts('aws-cn', 'cn-north-1', '222222222222')[0]?.resource).toBe(
    'arn:aws-cn:dynamodb:cn-north-1:222222222222:table/t',
  )
  expect(facts('aws', 'eu-west-1', '111111111111')[0]?.resource).toBe(
    'arn:aws:dynamodb:eu-west-1:111111111111:table/t',
  )
})
