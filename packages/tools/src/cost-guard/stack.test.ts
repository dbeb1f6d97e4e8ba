import type { CostControl } from '@gateway/domain'
import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { type AnswersOfAws, assessing } from '../testing/cost-questions.ts'

const ami = 'ami-0123456789abcdef0'

interface Change {
  readonly type: string
  readonly action?: string
  readonly replacement?: string
  readonly details?: readonly object[]
  /** What AWS says of it; absent where it says nothing. */
  readonly after?: object
}

const execute = (
  changes: Readonly<Record<string, Change>>,
  more: { limits?: CostControl; template?: unknown; parameters?: object[]; answers?: AnswersOfAws } = {},
) => {
  const all = Object.entries(changes).map(
    ([LogicalResourceId, { type, action = 'Add', replacement, details, after }]) => ({
      Type: 'Resource',
      ResourceChange: {
        Action: action,
        LogicalResourceId,
        ResourceType: type,
        ...(replacement !== undefined && { Replacement: replacement }),
        ...(details && { Details: details }),
        ...(after && { AfterContext: JSON.stringify({ Properties: after }) }),
      },
    }),
  )
  return assessing(
    'cloudformation:ExecuteChangeSet',
    { ChangeSetName: 'set', StackName: 'web' },
    {
      ...(more.limits && { limits: more.limits }),
      answers: {
        'cloudformation:DescribeChangeSet': ({ NextToken, IncludePropertyValues }) => {
          if (IncludePropertyValues !== true) throw new Error('without values')
          return NextToken === undefined
            ? { Changes: all.slice(0, 1), Parameters: more.parameters ?? [], NextToken: 'next' }
            : { Changes: all.slice(1) }
        },
        'cloudformation:GetTemplate': () => ({ TemplateBody: more.template }),
        'ec2:DescribeImages': () => ({ Images: [{ ImageId: ami, PlatformDetails: 'Linux/UNIX' }] }),
        ...more.answers,
      },
    },
  )
}

const instance = { type: 'AWS::EC2::Instance', after: { InstanceType: 't3.micro', ImageId: ami } }
const oneDay = 240_000 + 21_120

test('a stack is charged with a day of what it adds, by the properties that AWS tells', async () => {
  const stack = {
    Role: { type: 'AWS::IAM::Role', after: {} },
    Web: instance,
    Disk: { type: 'AWS::EC2::Volume', after: { Size: '100', VolumeType: 'gp2' } },
    Nat: { type: 'AWS::EC2::NatGateway', after: {} },
    Db: {
      type: 'AWS::RDS::DBInstance',
      after: { DBInstanceClass: 'db.t3.micro', Engine: 'postgres', AllocatedStorage: '20', MultiAZ: 'false' },
    },
    Front: { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', after: { Name: 'front' } },
  }
  const { estimate, faults, asked } = await execute(stack)
  expect(faults).toEqual([])
  expect(estimate?.microUsd).toBe(oneDay + 328_768 + 1_152_000 + 611_507 + 604_800)
  expect(asked).not.toContain('cloudformation:GetTemplate')
})

test('where AWS tells no properties, those of a JSON template count, with its parameters', async () => {
  const template = {
    Parameters: { Type: { Default: 'm5.large' }, Image: {} },
    Resources: {
      Web: {
        Type: 'AWS::EC2::Instance',
        Properties: { InstanceType: { Ref: 'Type' }, ImageId: { Ref: 'Image' } },
      },
    },
  }
  const web = { Web: { type: 'AWS::EC2::Instance' } }
  const image = { ParameterKey: 'Image', ParameterValue: '/path', ResolvedValue: ami }
  const cost = async (parameters: object[], body: unknown = JSON.stringify(template)) =>
    (await execute(web, { template: body, parameters })).estimate?.microUsd
  expect(await cost([image])).toBe(2_400_000 + 21_120)
  expect(await cost([image, { ParameterKey: 'Type', ParameterValue: 't3.micro' }])).toBe(oneDay)
  expect(await cost([])).toBe('unpriced')
  expect(await cost([image], 'Resources:\n  Web: {}')).toBe('unpriced')
  expect(await cost([image], '{"Resources":')).toBe('unpriced')
  const refused = new GatewayError('aws_error', 'AWS refused it.')
  const answers = { 'cloudformation:GetTemplate': () => Promise.reject(refused) }
  expect((await execute(web, { answers })).estimate?.microUsd).toBe('unpriced')
})

test('what nobody can price is unpriced, and what costs nothing by itself is free', async () => {
  const cost = async (type: string, after: object = {}) =>
    (await execute({ It: { type, after } })).estimate?.microUsd
  for (const type of [
    'AWS::IAM::Role',
    'AWS::EC2::SecurityGroup',
    'AWS::S3::Bucket',
    'AWS::SNS::Topic',
    'AWS::Lambda::Function',
    'AWS::Lambda::Version',
    'AWS::SSM::Parameter',
    'AWS::EC2::VPCEndpoint',
  ]) {
    expect([type, await cost(type)]).toEqual([type, 0])
  }
  for (const type of [
    'AWS::ElastiCache::CacheCluster',
    'AWS::EC2::TransitGateway',
    'AWS::CloudFormation::Stack',
    'AWS::DynamoDB::Table',
    'Custom::Thing',
    'AWS::IAM::Role::MODULE',
    'constructor',
    '',
  ]) {
    expect([type, await cost(type)]).toEqual([type, 'unpriced'])
  }
  expect(await cost('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' })).toBe(0)
  expect(await cost('AWS::SSM::Parameter', { Tier: 'Advanced' })).toBe('unpriced')
  expect(
    await cost('AWS::Lambda::Version', {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: '1' },
    }),
  ).toBe(3_600_029)
  const later = '{{changeSet:KNOWN_AFTER_APPLY}}'
  expect(await cost('AWS::EC2::Instance', { ImageId: ami, InstanceType: later })).toBe('unpriced')
  expect(await cost('AWS::EC2::Instance', { ImageId: later, InstanceType: 't3.micro' })).toBe('unpriced')
  expect(await cost('AWS::EC2::Instance', { ...instance.after, Tenancy: 'dedicated' })).toBe('unpriced')
  expect(await cost('AWS::EC2::Volume', { Size: { Ref: 'X' } })).toBe('unpriced')
})

test('images that are not plain Linux, or that may not be looked at, make a stack unpriced', async () => {
  const images = (answer: () => unknown) =>
    execute({ Web: instance }, { answers: { 'ec2:DescribeImages': answer } })
  const windows = { Images: [{ ImageId: ami, PlatformDetails: 'Windows' }] }
  expect((await images(() => windows)).estimate?.microUsd).toBe('unpriced')
  expect((await images(() => Promise.reject(new Error('not declared')))).estimate?.microUsd).toBe('unpriced')
})

test('what is removed, taken over or only tagged costs nothing; what changes is charged anew', async () => {
  const cost = async (change: Omit<Change, 'type'>) =>
    (await execute({ Web: { ...instance, ...change } })).estimate?.microUsd
  const target = (Attribute: string) => ({ Target: { Attribute, Name: 'InstanceType' } })
  expect(await cost({ action: 'Remove' })).toBe(0)
  expect(await cost({ action: 'Import' })).toBe(0)
  expect(await cost({ action: 'Modify', details: [target('Tags')] })).toBe(0)
  expect(await cost({ action: 'Modify', details: [target('Tags'), target('Properties')] })).toBe(oneDay)
  expect(await cost({ action: 'Modify' })).toBe(oneDay)
  expect(await cost({ action: 'Dynamic' })).toBe(oneDay)
})

test('limits of EC2 hold for stacks too', async () => {
  const faults = async (changes: Readonly<Record<string, Change>>, ec2: object) =>
    (
      await execute(changes, {
        limits: { ec2 },
        answers: { 'ec2:DescribeInstances': () => ({ Reservations: [{ Instances: [{}] }] }) },
      })
    ).faults.length
  const two = { A: instance, B: instance }
  expect(await faults(two, { instanceTypes: ['t3.*'], maxPerCall: 2, maxRunning: 3 })).toBe(0)
  expect(await faults(two, { instanceTypes: ['m5.*'] })).toBe(1)
  expect(await faults(two, { maxPerCall: 1 })).toBe(1)
  expect(await faults(two, { maxRunning: 2 })).toBe(1)
  expect(await faults({ A: { ...instance, action: 'Modify' } }, { maxRunning: 1 })).toBe(0)
  expect(await faults({ A: { ...instance, action: 'Modify', replacement: 'True' } }, { maxRunning: 1 })).toBe(
    1,
  )
  expect(await faults({ A: { type: 'AWS::EC2::Instance' } }, { instanceTypes: ['t3.*'] })).toBe(1)
  for (const type of [
    'AWS::AutoScaling::AutoScalingGroup',
    'AWS::CloudFormation::Stack',
    'AWS::EC2::SpotFleet',
    'AWS::EKS::Nodegroup',
    'Custom::Launcher',
  ]) {
    expect(await faults({ It: { type, after: {} } }, { maxRunning: 9 })).toBe(1)
  }
})

test('limits of functions and buckets hold for stacks too', async () => {
  const answers: AnswersOfAws = { 's3:ListBuckets': () => ({ Buckets: [{ Name: 'one' }] }) }
  const faults = async (type: string, after: object, limits: CostControl) =>
    (await execute({ It: { type, after } }, { limits, answers })).faults.length
  const lambda = { maxMemoryMb: 512, maxConcurrency: 5 }
  expect(
    await faults('AWS::Lambda::Function', { MemorySize: '512', ReservedConcurrentExecutions: 5 }, { lambda }),
  ).toBe(0)
  expect(await faults('AWS::Lambda::Function', { MemorySize: '513' }, { lambda })).toBe(1)
  expect(await faults('AWS::Lambda::Function', { ReservedConcurrentExecutions: 6 }, { lambda })).toBe(1)
  expect(await faults('AWS::Lambda::Function', { MemorySize: { 'Fn::If': [] } }, { lambda })).toBe(1)
  expect(await faults('AWS::Lambda::Function', { MemorySize: '-1' }, {})).toBe(1)
  expect(await faults('AWS::S3::Bucket', {}, { s3: { maxBuckets: 2 } })).toBe(0)
  expect(await faults('AWS::S3::Bucket', {}, { s3: { maxBuckets: 1 } })).toBe(1)
})

test('clusters and schedules that may start anything are unpriced, and refused where instances are limited', async () => {
  const sqs = 'arn:aws:sqs:eu-west-1:111111111111:q'
  const table: readonly (readonly [string, object, object])[] = [
    ['AWS::EKS::Cluster', { ComputeConfig: { Enabled: 'false' } }, { ComputeConfig: { Enabled: true } }],
    ['AWS::EKS::Cluster', {}, { ComputeConfig: { Enabled: { Ref: 'Auto' } } }],
    [
      'AWS::Scheduler::Schedule',
      { Target: { Arn: sqs } },
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:runInstances', Input: '{}' } },
    ],
    ['AWS::Scheduler::Schedule', { Target: { Arn: sqs } }, { Target: { Arn: { 'Fn::Sub': 'arn:${x}' } } }],
  ]
  const limits = { ec2: { maxRunning: 5 } }
  for (const [type, known, unknown] of table) {
    const cost = async (after: object, limits: CostControl = {}) => {
      const { faults, estimate } = await execute({ It: { type, after } }, { limits })
      return faults.length > 0 ? 'refused' : estimate?.microUsd
    }
    expect([await cost(known), await cost(known, limits)]).toEqual([expect.any(Number), expect.any(Number)])
    expect([await cost(unknown), await cost(unknown, limits)]).toEqual(['unpriced', 'refused'])
    expect((await execute({ It: { type } }, { limits })).faults).toHaveLength(1)
  }
  const scaled = await execute({ It: { type: 'AWS::ApplicationAutoScaling::ScalableTarget' } }, { limits })
  expect(scaled.faults).toHaveLength(1)
})

test('pollers of a function that are provisioned are unpriced', async () => {
  const mapping = async (after: object) =>
    (await execute({ It: { type: 'AWS::Lambda::EventSourceMapping', after } })).estimate?.microUsd
  expect(await mapping({ BatchSize: '10' })).toBe(0)
  expect(await mapping({ ProvisionedPollerConfig: { MinimumPollers: '200' } })).toBe('unpriced')
})
