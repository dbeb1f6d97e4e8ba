import { expect } from 'vitest'
import { account, asking, type Cast, refusedBy, type Stage } from './cast.ts'
import { fullHour, reportCpu } from './cpu-points.ts'

/** Finds hot instances by tag and metric, stops them, makes them larger and starts them. */
export const resizeHotInstances = async ({ ready, transcript }: Stage, { ann, bob, dan, zoe }: Cast) => {
  transcript.chapter('Hot instances become larger', [
    'Of the instances with the tag `Team=search` those with a high CPU shall become one size larger.',
  ])
  const asked = { account, tagKey: 'Team', tagValue: 'search' }
  const prompt = await ann.prompt('right_size_instances', asked)
  transcript.prompt('right_size_instances', asked, prompt)
  for (const tool of [
    'analyze_ec2_utilization',
    'cloudwatch_get_metrics',
    'ec2_describe_instances',
    'ec2_modify_instance',
    'ec2_control_instance',
  ]) {
    expect(prompt).toContain(`aws_${tool}`)
  }
  expect((await ann.call('aws_whoami')).data).toMatchObject({ tenant: { id: 'acme' } })

  const tags = [
    { key: 'Team', value: 'search' },
    { key: 'Environment', value: 'production' },
  ]
  const launch = { account, imageId: 'ami-760aaa0f', instanceType: 't3.medium', count: 1, tags }
  const ids: string[] = []
  for (const [name, percent] of [
    ['search-1', 88],
    ['search-2', 30],
  ] as const) {
    const launched = await ann.call('aws_ec2_launch_instances', { ...launch, name })
    expect(launched).toMatchObject({
      isError: false,
      questions: asking('Launches 1 instance of type t3.medium'),
    })
    const [{ id: instance }] = launched.data.instances as [{ id: string }]
    ids.push(instance)
    await reportCpu(
      ready.aws.endpoint ?? '',
      { account: '111111111111', region: 'eu-west-1', instance, percent },
      Date.now(),
    )
  }
  const [hot = '', calm = ''] = ids

  const load = await ann.call('aws_analyze_ec2_utilization', { account, tags: tags.slice(0, 1), period: 336 })
  expect(load.data).toMatchObject({
    above: 2,
    instances: [
      {
        id: hot,
        name: 'search-1',
        type: 't3.medium',
        cpuAverage: 88,
        suggestion: 'larger',
        suggestedType: 't3.large',
        usdPerHourChange: expect.any(Number),
      },
      { id: calm, name: 'search-2', cpuAverage: 30, suggestion: 'keep' },
    ],
  })
  const hour = fullHour(Date.now())
  const metrics = await ann.call('aws_cloudwatch_get_metrics', {
    account,
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensions: [{ name: 'InstanceId', value: hot }],
    startTime: new Date(hour - 24 * 3_600_000).toISOString(),
    endTime: new Date(hour).toISOString(),
    period: 3600,
    statistics: ['Maximum'],
  })
  expect(metrics.data.series).toMatchObject([{ count: 24, max: 88, trend: 'flat' }])
  const inStep = { account, instanceIds: [hot] }
  const owned = await ann.call('aws_ec2_describe_instances', inStep)
  expect(owned.data.instances).toMatchObject([
    { id: hot, tags: { Team: 'search', Environment: 'production' } },
  ])

  const larger = { account, instanceId: hot, instanceType: 't3.large' }
  const dry = await ann.call('aws_ec2_modify_instance', { ...larger, stopIfNeeded: true, dryRun: true })
  expect(dry.data).toMatchObject({ allowed: true, currentType: 't3.medium', state: 'running' })
  const stop = { account, instanceId: hot, action: 'stop', wait: true }
  const plan = {
    effect: 'Stops an instance whose tags say production.',
    resources: [{ id: hot, name: 'search-1' }],
  }
  expect(await bob.call('aws_ec2_control_instance', stop)).toMatchObject({
    ...refusedBy('confirmation_required'),
    error: { plan },
  })
  expect(await dan.call('aws_ec2_control_instance', stop)).toMatchObject(refusedBy('not_confirmed'))
  expect((await ann.call('aws_ec2_describe_instances', inStep)).data.instances).toMatchObject([
    { state: 'running', type: 't3.medium' },
  ])

  const stopped = await ann.call('aws_ec2_control_instance', stop)
  expect(stopped).toMatchObject({
    isError: false,
    questions: asking(plan.effect),
    data: { previousState: 'running', currentState: 'stopped', done: true },
  })
  const changed = await ann.call('aws_ec2_modify_instance', larger)
  expect(changed).toMatchObject({
    isError: false,
    questions: asking('from t3.medium to t3.large'),
    data: { previousType: 't3.medium', currentType: 't3.large' },
  })
  const started = await ann.call('aws_ec2_control_instance', { ...stop, action: 'start' })
  expect(started).toMatchObject({
    isError: false,
    questions: [],
    data: { currentState: 'running', done: true },
  })
  expect((await ann.call('aws_ec2_describe_instances', inStep)).data.instances).toMatchObject([
    { id: hot, type: 't3.large', state: 'running' },
  ])

  const strange = await zoe.call('aws_ec2_describe_instances', { instanceIds: [hot] })
  expect(strange).toMatchObject({ isError: true, error: { aws: { code: 'InvalidInstanceID.NotFound' } } })
  expect(await zoe.call('aws_ec2_control_instance', { instanceId: hot, action: 'stop' })).toMatchObject({
    isError: true,
    questions: [],
  })
  expect(await zoe.call('aws_ec2_describe_instances', inStep)).toMatchObject(refusedBy('account_not_linked'))
}
