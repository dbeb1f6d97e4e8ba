import { expect, test } from 'vitest'
import { type AnswersOfAws, assessing } from '../testing/cost-questions.ts'

const ami = 'ami-0123456789abcdef0'
const imageIs = (more: object = {}): AnswersOfAws => ({
  'ec2:DescribeImages': () => ({ Images: [{ ImageId: ami, PlatformDetails: 'Linux/UNIX', ...more }] }),
})
const launch = { ImageId: ami, InstanceType: 't3.micro', MinCount: 1, MaxCount: 2 }
const running = (...pages: number[]): AnswersOfAws => ({
  'ec2:DescribeInstances': ({ NextToken = '0' }) => ({
    Reservations: [{ Instances: Array.from({ length: pages[Number(NextToken)] ?? 0 }, () => ({})) }],
    ...(Number(NextToken) + 1 < pages.length && { NextToken: String(Number(NextToken) + 1) }),
  }),
})
const run = (input: object, more: Parameters<typeof assessing>[2] = {}) =>
  assessing('ec2:RunInstances', input, { answers: imageIs(), ...more })

test('a launch is charged with a day of its instances and of their volumes', async () => {
  expect(await run(launch)).toEqual({
    faults: [],
    asked: ['ec2:DescribeImages'],
    estimate: {
      // 24 × 2 × 0.01, and 24 of 730 hours of 2 × 8 GB at 0.0803, rounded up.
      microUsd: 480_000 + 42_240,
      basis: '24 hours of 2 t3.micro at 0.01 USD; 24 hours of 2 volumes of 8 GB gp3. Prices of 2026-01-01.',
    },
  })
})

test('volumes of the image count, with what the launch changes of them', async () => {
  const root = { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30, VolumeType: 'gp2', SnapshotId: 'snap-1' } }
  const charged = async (...own: object[]) => {
    const input = { ...launch, MaxCount: 1, BlockDeviceMappings: own }
    const { estimate } = await run(input, { answers: imageIs({ BlockDeviceMappings: [root] }) })
    return estimate?.basis.split('; ').slice(1).join('; ').replace('. Prices of 2026-01-01.', '')
  }
  expect(await charged()).toBe('24 hours of 1 volume of 30 GB gp2')
  expect(await charged({ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 100 } })).toBe(
    '24 hours of 1 volume of 100 GB gp2',
  )
  expect(await charged({ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5, VolumeType: 'standard' } })).toBe(
    '24 hours of 1 volume of 30 GB gp2; 24 hours of 1 volume of 5 GB standard',
  )
  expect(await charged({ DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' })).toBe(
    '24 hours of 1 volume of 30 GB gp2',
  )
})

test('what the prices of on-demand Linux do not tell is unpriced', async () => {
  const odd: readonly (readonly [object, object?])[] = [
    [{ ...launch, LaunchTemplate: { LaunchTemplateId: 'lt-1' } }],
    [{ ...launch, LaunchTemplate: { LaunchTemplateId: 'lt-1' }, InstanceType: undefined }],
    [{ ...launch, InstanceMarketOptions: { MarketType: 'spot' } }],
    [{ ...launch, Placement: { Tenancy: 'dedicated' } }],
    [{ ...launch, Placement: { HostId: 'h-1' } }],
    [{ ...launch, LicenseSpecifications: [{}] }],
    [{ ...launch, InstanceType: 'x9.metal' }],
    [{ ...launch, ImageId: 'resolve:ssm:/aws/service/ami' }],
    [{ ...launch, ImageId: 'ami-0000' }],
    [launch, { PlatformDetails: 'Windows', Platform: 'windows' }],
    [launch, { PlatformDetails: 'Red Hat Enterprise Linux' }],
    [launch, { ProductCodes: [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }] }],
    [
      {
        ...launch,
        BlockDeviceMappings: [{ DeviceName: 'a', Ebs: { VolumeSize: 10, VolumeType: 'io2', Iops: 64_000 } }],
      },
    ],
    [
      {
        ...launch,
        BlockDeviceMappings: [{ DeviceName: 'a', Ebs: { VolumeType: 'gp3', VolumeSize: 10, Iops: 16_000 } }],
      },
    ],
    [{ ...launch, BlockDeviceMappings: [{ DeviceName: 'a', Ebs: { SnapshotId: 'snap-1' } }] }],
  ]
  for (const [input, image] of odd) {
    const { estimate, faults } = await run(input, { answers: imageIs(image) })
    expect([estimate?.microUsd, faults]).toEqual(['unpriced', []])
  }
  expect((await run(launch, { region: 'mars-east-1' })).estimate?.microUsd).toBe('unpriced')
})

test('a launch that asks for no type gets the one of AWS', async () => {
  const { estimate } = await run({ ImageId: ami, MinCount: 1, MaxCount: 1 })
  expect(estimate?.basis).toMatch(/1 m1\.small/)
})

test('a dry run costs nothing, and nobody is asked', async () => {
  expect(await run({ ...launch, DryRun: true })).toEqual({ faults: [], asked: [] })
})

test('absurd counts and sizes are refused, and never estimated', async () => {
  for (const MaxCount of [-1, 0, 0.5, 1e9, Number.NaN, Infinity, '7', undefined, null, {}]) {
    const { faults, estimate, asked } = await run({ ...launch, MaxCount })
    expect([faults.length, estimate, asked]).toEqual([1, undefined, []])
  }
  for (const VolumeSize of [-1, 0, 1e9, Number.NaN, '8']) {
    const { faults, estimate } = await run({ ...launch, BlockDeviceMappings: [{ Ebs: { VolumeSize } }] })
    expect([faults, estimate]).toEqual([['VolumeSize must be a whole number from 1 to 65536.'], undefined])
  }
})

test('types are held against the patterns of the tenant, whatever hides them', async () => {
  const limits = { ec2: { instanceTypes: ['t3.*', 'm5.l?rge'] } }
  const faultsOf = async (input: object) => (await run({ ...launch, ...input }, { limits })).faults
  expect(await faultsOf({})).toEqual([])
  expect(await faultsOf({ InstanceType: 'm5.large' })).toEqual([])
  for (const InstanceType of ['t3', 'T3.micro', 'x3.micro is free', 'x'.repeat(9000)]) {
    expect(await faultsOf({ InstanceType })).toEqual([
      'Instance type (what was asked for as instance type) is not allowed. The tenant allows t3.*, m5.l?rge.',
    ])
  }
  for (const InstanceType of ['xt3.micro', 'm5.xlarge', 'p5.48xlarge', 't3a.micro']) {
    expect(await faultsOf({ InstanceType })).toEqual([
      `Instance type ${InstanceType} is not allowed. The tenant allows t3.*, m5.l?rge.`,
    ])
  }
  expect(await faultsOf({ InstanceType: undefined })).toHaveLength(1)
  expect(await faultsOf({ InstanceType: undefined, LaunchTemplate: { LaunchTemplateName: 'x' } })).toEqual([
    'Of which instance type it is cannot be told from the request, as by a launch template. The tenant allows t3.*, m5.l?rge.',
  ])
  expect(await faultsOf({ LaunchTemplate: { LaunchTemplateName: 'x' } })).toEqual([])
})

test('a pattern of many stars is answered at once', async () => {
  const limits = { ec2: { instanceTypes: ['*a'.repeat(32)] } }
  const started = performance.now()
  expect((await run({ ...launch, InstanceType: `${'a'.repeat(4000)}b` }, { limits })).faults).toHaveLength(1)
  expect(performance.now() - started).toBeLessThan(500)
})

test('instances of a call, and those that run already on any page, are held against the maximum', async () => {
  const faults = async (ec2: object, ...pages: number[]) => {
    const answers = { ...imageIs(), ...running(...pages) }
    const { faults, asked } = await run(launch, { limits: { ec2 }, answers })
    return [faults.length, asked.filter((each) => each === 'ec2:DescribeInstances').length]
  }
  expect(await faults({ maxPerCall: 2 })).toEqual([0, 0])
  expect(await faults({ maxPerCall: 1 })).toEqual([1, 0])
  expect(await faults({ maxRunning: 1 })).toEqual([1, 0])
  expect(await faults({ maxRunning: 7 }, 3, 2)).toEqual([0, 2])
  expect(await faults({ maxRunning: 7 }, 3, 3)).toEqual([1, 2])
  expect(await faults({ maxRunning: 7 }, 6, 0, 0)).toEqual([1, 1])
  expect(await faults({ maxRunning: 2 })).toEqual([0, 1])
})

test('what AWS does not let be counted is refused', async () => {
  const answers: AnswersOfAws = {
    ...imageIs(),
    'ec2:DescribeInstances': () => ({ Reservations: [], NextToken: 'again' }),
  }
  await expect(run(launch, { limits: { ec2: { maxRunning: 9 } }, answers })).rejects.toMatchObject({
    code: 'cost_limit_exceeded',
  })
  await expect(run(launch, { limits: { ec2: { maxRunning: 9 } } })).rejects.toThrow('DescribeInstances')
})

const instance = (id: string, state: string, more: object = {}) => ({
  InstanceId: id,
  InstanceType: 'm5.large',
  State: { Name: state },
  PlatformDetails: 'Linux/UNIX',
  ...more,
})
const instancesAre = (...instances: object[]): AnswersOfAws => ({
  'ec2:DescribeInstances': ({ InstanceIds }) =>
    InstanceIds ? { Reservations: [{ Instances: instances }] } : { Reservations: [{ Instances: [{}, {}] }] },
})

test('a start is charged with a day of what does not run yet', async () => {
  const start = (ids: string[], limits: object, ...instances: object[]) =>
    assessing(
      'ec2:StartInstances',
      { InstanceIds: ids },
      { limits: { ec2: limits }, answers: instancesAre(...instances) },
    )
  const stopped = instance('i-1', 'stopped')
  expect((await start(['i-1'], {}, stopped)).estimate?.microUsd).toBe(2_400_000)
  const two = [stopped, instance('i-2', 'running')]
  expect((await start(['i-1', 'i-2'], { maxRunning: 3 }, ...two)).estimate?.microUsd).toBe(2_400_000)
  expect((await start(['i-1'], { maxRunning: 2 }, stopped)).faults).toHaveLength(1)
  const types = (...instanceTypes: string[]) => start(['i-1'], { instanceTypes }, stopped)
  expect((await types('m5.*')).faults).toEqual([])
  expect((await types('t3.*')).faults).toEqual([
    'Instance type m5.large is not allowed. The tenant allows t3.*.',
  ])
  expect((await start(['i-2'], { maxRunning: 0 }, instance('i-2', 'running'))).estimate?.microUsd).toBe(0)
  expect((await start(['i-1', 'i-9'], {}, stopped)).faults).toHaveLength(1)
  expect((await start([], {})).faults).toEqual(['InstanceIds are missing.'])
  for (const more of [
    { Platform: 'windows' },
    { Placement: { Tenancy: 'host' } },
    { InstanceLifecycle: 'spot' },
    { ProductCodes: [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }] },
  ]) {
    expect((await start(['i-1'], {}, { ...stopped, ...more })).estimate?.microUsd).toBe('unpriced')
  }
})

test('another type is charged with a day of it, in both forms of the request', async () => {
  const change = (input: object, instanceTypes = ['m5.*']) =>
    assessing(
      'ec2:ModifyInstanceAttribute',
      { InstanceId: 'i-1', ...input },
      {
        limits: { ec2: { instanceTypes } },
        answers: instancesAre(instance('i-1', 'stopped')),
      },
    )
  expect((await change({ InstanceType: { Value: 'm5.large' } })).estimate?.microUsd).toBe(2_400_000)
  expect((await change({ Attribute: 'instanceType', Value: 'm5.large' })).estimate?.microUsd).toBe(2_400_000)
  expect((await change({ InstanceType: { Value: 'p5.48xlarge' } })).faults).toHaveLength(1)
  expect((await change({ Attribute: 'instanceType', Value: 'p5.48xlarge' })).faults).toHaveLength(1)
  expect(await change({ EbsOptimized: { Value: true } })).toEqual({ faults: [], asked: [] })
})

test('what starts instances by something else is refused where instances are limited, else unpriced', async () => {
  for (const name of [
    'autoscaling:SetDesiredCapacity',
    'cloudformation:CreateStack',
    'ec2:CreateFleet',
    'ec2:RequestSpotInstances',
    'eks:CreateNodegroup',
    'ssm:StartAutomationExecution',
  ]) {
    for (const ec2 of [{ instanceTypes: ['t3.*'] }, { maxRunning: 5 }, { maxPerCall: 5 }]) {
      expect((await assessing(name, {}, { limits: { ec2 } })).faults).toHaveLength(1)
    }
    expect((await assessing(name, {})).estimate?.microUsd).toBe('unpriced')
  }
})
