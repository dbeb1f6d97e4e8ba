import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { type AnswersOfAws, assessing, sampleGuard, samplePrices } from '../testing/cost-questions.ts'
import { createCostGuard } from './cost-guard.ts'
import { microUsdOf, sumOf } from './exact-usd.ts'

const costs = async (...args: Parameters<typeof assessing>) => {
  const { estimate, faults } = await assessing(...args)
  return faults.length > 0 ? faults : estimate?.microUsd
}

test('amounts are exact and rounded up', () => {
  expect(microUsdOf(0.1, 3)).toBe(300_000)
  expect(microUsdOf(0.0000166667, 1)).toBe(17)
  expect(microUsdOf(0.023, 1, 1_000_000_000)).toBe(1)
  expect(microUsdOf(0, 5)).toBe(0)
  for (const usd of [undefined, -0.01, Number.NaN, Infinity, 1e9]) expect(microUsdOf(usd, 1)).toBeUndefined()
  expect(microUsdOf(1_000_000, 1e9)).toBeUndefined()
  expect(microUsdOf(1, -1)).toBeUndefined()
  expect(sumOf([1, 2, 3])).toBe(6)
  expect(sumOf([1, undefined])).toBeUndefined()
  expect(sumOf([Number.MAX_SAFE_INTEGER, 1])).toBeUndefined()
})

test('a price that is none makes the estimate unpriced, never negative', async () => {
  for (const usd of [-1, Number.NaN, Infinity]) {
    const guard = createCostGuard({
      prices: { ...samplePrices, hourly: () => usd },
      api: { find: () => undefined },
    })
    const request = { service: 'ec2', operation: 'CreateNatGateway', input: {} }
    const aws = () => Promise.reject(new Error('nobody asks'))
    const { estimate } = await guard.assess({ request, region: 'eu-west-1', limits: {}, now: 0, aws })
    expect(estimate?.microUsd).toBe('unpriced')
  }
})

test('what is billed by the hour is charged with a day', async () => {
  expect(await costs('ec2:CreateNatGateway', {})).toBe(1_152_000)
  expect(await costs('ec2:AllocateAddress', {})).toBe(120_000)
  expect(await costs('elasticloadbalancing:CreateLoadBalancer', { Name: 'x' })).toBe(604_800)
  expect(await costs('elasticloadbalancing:CreateLoadBalancer', { Name: 'x', Type: 'network' })).toBe(
    'unpriced',
  )
  expect(await costs('elasticloadbalancing:CreateLoadBalancer', { LoadBalancerName: 'x' })).toBe('unpriced')
  expect(await costs('ec2:CreateVpcEndpoint', {})).toBe(undefined)
  expect(await costs('ec2:CreateVpcEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a'] })).toBe(
    'unpriced',
  )
  expect(await costs('eks:CreateCluster', {})).toBe(2_400_000)
  expect(await costs('eks:CreateCluster', { computeConfig: { enabled: true } })).toBe('unpriced')
})

test('volumes are charged with a day of what they are or become', async () => {
  // 100 GB × 24 / 730 × 0.1 USD.
  expect(await costs('ec2:CreateVolume', { Size: 100 })).toBe(328_768)
  expect(await costs('ec2:CreateVolume', { SnapshotId: 'snap-1' })).toBe('unpriced')
  expect(await costs('ec2:CreateVolume', { Size: -1 })).toEqual([
    'Size must be a whole number from 1 to 65536.',
  ])
  const answers: AnswersOfAws = {
    'ec2:DescribeVolumes': ({ VolumeIds }) => ({
      Volumes: [{ VolumeId: (VolumeIds as string[])[0], Size: 100, VolumeType: 'standard' }],
    }),
  }
  const change = (input: object) => costs('ec2:ModifyVolume', { VolumeId: 'vol-1', ...input }, { answers })
  expect(await change({ VolumeType: 'gp2' })).toBe(328_768)
  expect(await change({ Size: 200 })).toBe(328_768)
  expect(await change({ VolumeType: 'io2', Iops: 100 })).toBe('unpriced')
})

test('databases are charged with a day of instance and storage, twice where there are two', async () => {
  const database = {
    DBInstanceIdentifier: 'db',
    DBInstanceClass: 'db.t3.micro',
    Engine: 'postgres',
    AllocatedStorage: 20,
  }
  // 0.48 USD, and twice 20 GB × 24 / 730 × 0.1 USD.
  const day = 480_000 + 131_507
  const create = (more: object) => costs('rds:CreateDBInstance', { ...database, ...more })
  expect(await create({})).toBe(day)
  expect(await create({ MultiAZ: true })).toBe(960_000 + 263_014)
  for (const more of [
    { Engine: 'oracle-ee' },
    { StorageType: 'io1', Iops: 1000 },
    { EnablePerformanceInsights: true },
    { AllocatedStorage: undefined },
    { DBInstanceClass: undefined },
  ]) {
    expect(await create(more)).toBe('unpriced')
  }
  expect(await create({ AllocatedStorage: Number.NaN })).toHaveLength(1)
  const answers: AnswersOfAws = { 'rds:DescribeDBInstances': () => ({ DBInstances: [database] }) }
  const change = (more: object) =>
    costs('rds:ModifyDBInstance', { DBInstanceIdentifier: 'db', ...more }, { answers })
  expect(await change({ DBInstanceClass: 'db.t3.micro' })).toBe(day)
  expect(await change({ MultiAZ: true })).toBe(960_000 + 263_014)
  expect(await change({ MasterUserPassword: 'x', DeletionProtection: true })).toBe(0)
  expect(await change({ DBInstanceClass: 'db.x2g.16xlarge' })).toBe('unpriced')
  expect(await change({ SomethingNew: true })).toBe('unpriced')
})

test('functions are held against memory and concurrency', async () => {
  const limits = { lambda: { maxMemoryMb: 512, maxConcurrency: 10 } }
  for (const name of ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration']) {
    expect(await costs(name, { MemorySize: 512 }, { limits })).toBe(0)
    expect(await costs(name, {}, { limits })).toBe(0)
    expect(await costs(name, { MemorySize: 513 }, { limits })).toHaveLength(1)
    expect(await costs(name, { SnapStart: { ApplyOn: 'PublishedVersions' } })).toBe('unpriced')
    for (const MemorySize of ['512', -1, Number.NaN, 1e9, 127.5])
      expect(await costs(name, { MemorySize })).toEqual([
        'MemorySize must be a whole number from 128 to 10240.',
      ])
  }
  const reserve = (ReservedConcurrentExecutions: number) =>
    costs('lambda:PutFunctionConcurrency', { ReservedConcurrentExecutions }, { limits })
  expect([await reserve(0), await reserve(10)]).toEqual([0, 0])
  expect(await reserve(11)).toHaveLength(1)
  expect(await reserve(-1)).toHaveLength(1)
  const answers: AnswersOfAws = {
    'lambda:GetFunctionConfiguration': () => ({ MemorySize: 1024, Timeout: 3 }),
  }
  const provision = (ProvisionedConcurrentExecutions: number) =>
    costs(
      'lambda:PutProvisionedConcurrencyConfig',
      { FunctionName: 'f', ProvisionedConcurrentExecutions },
      { limits, answers },
    )
  expect(await provision(10)).toBe(Math.ceil(10 * 86_400 * 4.1667))
  expect(await provision(11)).toHaveLength(1)
})

test('an invocation costs at most what the function may take; the most there is where nobody may look', async () => {
  const configured = (answer: () => unknown, input: object = {}) =>
    costs(
      'lambda:Invoke',
      { FunctionName: 'f', ...input },
      { answers: { 'lambda:GetFunctionConfiguration': answer } },
    )
  const small = () => ({ MemorySize: 128, Timeout: 3 })
  expect(await configured(small)).toBe(Math.ceil((128 * 3 * 16.6667) / 1024) + 1)
  expect(await configured(small, { InvocationType: 'Event' })).toBe(
    Math.ceil((3 * 128 * 3 * 16.6667) / 1024) + 1,
  )
  expect(await configured(small, { InvocationType: 'DryRun' })).toBe(undefined)
  const denied = new GatewayError('aws_error', 'AWS refused it.', {
    details: { aws: { code: 'AccessDeniedException' } },
  })
  expect(await configured(() => Promise.reject(denied))).toBe(Math.ceil(10 * 900 * 16.6667) + 1)
  await expect(configured(() => Promise.reject(new GatewayError('unavailable', 'Away.')))).rejects.toThrow(
    'Away.',
  )
})

test('what spends and has no price is unpriced, commitments always', async () => {
  for (const name of [
    'elasticache:CreateCacheCluster',
    'eks:CreateFargateProfile',
    'ec2:PurchaseReservedInstancesOffering',
    'ec2:ModifyReservedInstances',
    'ec2:AcceptReservedInstancesExchangeQuote',
    'savingsplans:CreateSavingsPlan',
    'athena:StartQueryExecution',
    'cloudwatch:GetMetricData',
  ]) {
    expect([name, await costs(name, {})]).toEqual([name, 'unpriced'])
  }
  for (const name of [
    'iam:CreateRole',
    'ec2:DescribeReservedInstances',
    'ce:GetCostAndUsage',
    'constructor:GetX',
  ]) {
    expect([name, await costs(name, {})]).toEqual([name, undefined])
  }
})

test('a request that AWS bills has its price, or none that is known', () => {
  const price = (service: string, operation: string) =>
    sampleGuard.requestPrice(service, operation, {})?.microUsd
  expect(price('ce', 'GetCostAndUsage')).toBe(10_000)
  expect(price('athena', 'StartQueryExecution')).toBe('unpriced')
  expect(price('ec2', 'DescribeInstances')).toBe(undefined)
})

test('reads are those that the limits of the tenant take', () => {
  const limits = {
    ec2: { instanceTypes: ['t3.*'], maxRunning: 5 },
    s3: { maxBuckets: 5, maxStorageGb: 5 },
  }
  const reads = (service: string, operation: string) => [
    sampleGuard.readsFor(service, operation, {}),
    sampleGuard.readsFor(service, operation, limits),
  ]
  expect(reads('ec2', 'RunInstances')).toEqual([
    ['ec2:DescribeImages'],
    ['ec2:DescribeImages', 'ec2:DescribeInstances'],
  ])
  expect(reads('ec2', 'StartInstances')).toEqual([['ec2:DescribeInstances'], ['ec2:DescribeInstances']])
  expect(reads('s3', 'CreateBucket')).toEqual([[], ['s3:ListAllMyBuckets']])
  expect(reads('s3', 'PutObject')).toEqual([
    [],
    ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 's3:ListAllMyBuckets'],
  ])
  expect(reads('iam', 'CreateRole')).toEqual([[], []])
})
