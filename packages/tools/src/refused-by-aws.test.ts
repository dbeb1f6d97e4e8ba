import { expect, test } from 'vitest'
import { tools } from './index.ts'
import { answeringAws, cannedAws } from './testing/canned-aws.ts'
import { jsonRefusal } from './testing/json-answer.ts'
import { toolLine } from './testing/tool-line.ts'

const metric = { namespace: 'AWS/EC2', metricName: 'CPUUtilization' }
const hour = { startTime: '-1h', endTime: 'now', period: 60, statistics: ['Average'] }

/** A good call of each tool of these packs. */
const calls: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ['aws_analyze_costs', {}],
  ['aws_analyze_ec2_utilization', {}],
  ['aws_analyze_inventory', {}],
  ['aws_analyze_logs', { logGroups: ['a'] }],
  ['aws_cloudwatch_describe_alarm_history', {}],
  ['aws_cloudwatch_describe_alarms', {}],
  ['aws_cloudwatch_get_metrics', { ...hour, ...metric }],
  ['aws_cloudwatch_get_metrics', { ...hour, queries: [metric] }],
  ['aws_cloudwatch_get_metrics', hour],
  ['aws_cost_and_quotas', { view: 'cost' }],
  ['aws_cost_and_quotas', { view: 'forecast' }],
  ['aws_cost_and_quotas', { view: 'budgets' }],
  ['aws_cost_and_quotas', { view: 'quotas', service: 'ec2' }],
  ['aws_cost_and_quotas', { view: 'usage', service: 'ec2' }],
  ['aws_logs_query', { logGroups: ['a'], query: 'fields @message', start: '-1h', end: 'now' }],
]

const toolOf = (name: string) => {
  const tool = tools.find((each) => each.name === name)
  if (!tool) throw new Error(`there is no ${name}`)
  return tool
}

test('every tool of monitoring and analytics is called here', () => {
  const ofPacks = tools.filter(({ pack }) => pack === 'monitoring' || pack === 'analytics')
  expect([...new Set(calls.map(([name]) => name))].sort()).toEqual(ofPacks.map(({ name }) => name).sort())
})

test.for(calls)('%s %j: what AWS throttles is told as that', async ([name, args]) => {
  await using aws = await answeringAws((request) =>
    request.includes(' ec2 ')
      ? { status: 400, body: ec2Throttling }
      : jsonRefusal('ThrottlingException', 400),
  )
  const { error } = await toolLine(toolOf(name), aws).run(args)
  expect(error).toMatchObject({ code: 'aws_error', aws: { code: 'ThrottlingException' } })
})

test.for(calls)(
  '%s %j: a region outside of the list is refused before AWS is asked',
  async ([name, args]) => {
    await using aws = await cannedAws()
    const { run, events } = toolLine(toolOf(name), aws)
    for (const region of ['ap-south-1', 'eu-west', 'eu-west-1; x', '', 7]) {
      const { error } = await run({ ...args, region })
      expect([region, ['invalid_arguments', 'region_not_allowed'].includes(error?.code)]).toEqual([
        region,
        true,
      ])
    }
    expect(events).toHaveLength(5)
  },
)

const ec2Throttling = '<Response><Errors><Error><Code>ThrottlingException</Code></Error></Errors></Response>'
