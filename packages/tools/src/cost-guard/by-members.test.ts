import { expect, test } from 'vitest'
import { type AnswersOfAws, assessing } from '../testing/cost-questions.ts'

const costs = async (...args: Parameters<typeof assessing>) => {
  const { estimate, faults } = await assessing(...args)
  return faults.length > 0 ? faults : estimate?.microUsd
}

test('what only some members of an input make dear is unpriced with them, and free without', async () => {
  const table: readonly (readonly [string, object, object])[] = [
    ['acm:RequestCertificate', { DomainName: 'a.b' }, { CertificateAuthorityArn: 'arn:ca' }],
    ['acm:RequestCertificate', { Options: { Export: 'DISABLED' } }, { Options: { Export: 'ENABLED' } }],
    ['apigateway:CreateStage', { stageName: 'x' }, { cacheClusterEnabled: true }],
    [
      'apigateway:UpdateStage',
      { patchOperations: [{ op: 'replace', path: '/variables/a' }] },
      { patchOperations: [{ op: 'replace', path: '/cacheClusterEnabled', value: 'true' }] },
    ],
    [
      'dynamodb:UpdateTable',
      { TableName: 't', DeletionProtectionEnabled: true },
      { ProvisionedThroughput: {} },
    ],
    ['dynamodb:UpdateTable', { BillingMode: 'PAY_PER_REQUEST' }, { BillingMode: 'PROVISIONED' }],
    ['dynamodb:UpdateTable', {}, { ReplicaUpdates: [{}] }],
    ['ec2:ModifyVpcEndpoint', { AddRouteTableIds: ['rtb-1'] }, { AddSubnetIds: ['subnet-1'] }],
    ['eks:UpdateClusterConfig', { resourcesVpcConfig: {} }, { computeConfig: { enabled: true } }],
    [
      'eks:UpdateClusterConfig',
      { computeConfig: { enabled: false } },
      { computeConfig: { nodePools: ['a'] } },
    ],
    [
      'events:PutTargets',
      { Targets: [{ Arn: 'arn:aws:lambda:eu-west-1:111111111111:function:f' }] },
      { Targets: [{ Arn: 'arn:aws:ecs:eu-west-1:111111111111:cluster/c', EcsParameters: {} }] },
    ],
    [
      'lambda:UpdateEventSourceMapping',
      { BatchSize: 1 },
      { ProvisionedPollerConfig: { MinimumPollers: 200 } },
    ],
    ['lambda:CreateEventSourceMapping', {}, { ProvisionedPollerConfig: {} }],
    [
      'scheduler:CreateSchedule',
      { Target: { Arn: 'arn:aws:sqs:eu-west-1:111111111111:q' } },
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:rds:startDBInstance' } },
    ],
    ['sns:Publish', { TopicArn: 'arn:topic' }, { PhoneNumber: '+3161234' }],
    ['ssm:PutParameter', { Name: 'x' }, { Tier: 'Intelligent-Tiering' }],
  ]
  for (const [name, free, dear] of table)
    expect([name, await costs(name, free), await costs(name, dear)]).toEqual([name, undefined, 'unpriced'])
})

test('what starts instances by a cluster, a schedule or a target is refused where instances are limited', async () => {
  const requests: readonly (readonly [string, object])[] = [
    ['eks:CreateCluster', { computeConfig: { enabled: true } }],
    ['eks:CreateCluster', { computeConfig: { nodePools: ['general-purpose'] } }],
    ['eks:UpdateClusterConfig', { computeConfig: { enabled: true } }],
    ['eks:UpdateNodegroupVersion', {}],
    ['lambda:PutFunctionScalingConfig', {}],
    ['scheduler:UpdateSchedule', { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:runInstances' } }],
    ['scheduler:CreateSchedule', {}],
    ['application-autoscaling:RegisterScalableTarget', { ServiceNamespace: 'ecs', MaxCapacity: 100 }],
    ['application-autoscaling:PutScheduledAction', { ServiceNamespace: 'ec2' }],
    ['application-autoscaling:PutScalingPolicy', {}],
  ]
  for (const ec2 of [{ instanceTypes: ['t3.*'] }, { maxRunning: 5 }, { maxPerCall: 5 }])
    for (const [name, input] of requests)
      expect([name, await costs(name, input, { limits: { ec2 } })]).toEqual([name, [expect.any(String)]])
  for (const [name, input] of requests) expect([name, await costs(name, input)]).toEqual([name, 'unpriced'])
  const limits = { ec2: { maxRunning: 5 } }
  expect(await costs('eks:CreateCluster', {}, { limits })).toBe(2_400_000)
  expect(await costs('eks:UpdateClusterConfig', { accessConfig: {} }, { limits })).toBe(undefined)
})

test('concurrency that scales is held against the limit as well', async () => {
  const limits = { lambda: { maxConcurrency: 10 } }
  const lambda = { ServiceNamespace: 'lambda', MinCapacity: 1 }
  const scale = (input: object, operation = 'RegisterScalableTarget') =>
    costs(`application-autoscaling:${operation}`, { ...lambda, ...input }, { limits })
  expect(await scale({ MaxCapacity: 10 })).toBe('unpriced')
  expect(await scale({ MaxCapacity: 11 })).toHaveLength(1)
  expect(await scale({ MaxCapacity: -1 })).toHaveLength(1)
  expect(await scale({ ScalableTargetAction: { MaxCapacity: 11 } }, 'PutScheduledAction')).toHaveLength(1)
  expect(await scale({ ServiceNamespace: 'dynamodb', MaxCapacity: 40_000 })).toBe('unpriced')
})

test('an invocation costs the same by whichever operation, and one that is queued thrice', async () => {
  const answers: AnswersOfAws = { 'lambda:GetFunctionConfiguration': () => ({ MemorySize: 128, Timeout: 3 }) }
  const invoke = (operation: string) => costs(`lambda:${operation}`, { FunctionName: 'f' }, { answers })
  const once = await invoke('Invoke')
  expect(once).toBeGreaterThan(0)
  expect(await invoke('InvokeWithResponseStream')).toBe(once)
  expect(await invoke('InvokeAsync')).toBe(Math.ceil((3 * 128 * 3 * 16.6667) / 1024) + 1)
})
