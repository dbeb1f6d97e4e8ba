import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'
import { invalidArguments } from '../invalid-arguments.ts'
import { typedAws } from '../typed-aws.ts'
import { dimensionsSchema, fromAws } from './dimensions.ts'

const defaultPage = 50
/** Without AlarmTypes CloudWatch leaves composite alarms out, even those that are named. */
const defaultTypes = ['MetricAlarm', 'CompositeAlarm'] as const

/** CloudWatch DescribeAlarms. */
export const cloudwatchDescribeAlarms = defineTool({
  name: 'aws_cloudwatch_describe_alarms',
  title: 'Describe CloudWatch alarms',
  description: 'Lists CloudWatch alarms with state, reason, and what they watch; by name, prefix or state.',
  access: 'read',
  iamActions: ['cloudwatch:DescribeAlarms'],
  idempotent: true,
  acrossRegions: true,
  cursorField: 'nextToken',
  listField: 'alarms',
  pack: 'monitoring',
  input: z.strictObject({
    alarmNames: z.array(boundedText(255)).max(100).optional(),
    alarmNamePrefix: boundedText(255).optional(),
    stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
    alarmTypes: z
      .array(z.enum([...defaultTypes, 'LogAlarm']))
      .max(3)
      .optional(),
    maxRecords: z.int().min(1).max(100).optional().describe(`default ${defaultPage}`),
    nextToken: boundedText(8192).optional(),
  }),
  output: z.object({
    alarms: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['metric', 'composite', 'log']),
        state: z.string().optional(),
        since: z.string().optional(),
        reason: z.string().optional(),
        namespace: z.string().optional(),
        metricName: z.string().optional(),
        dimensions: dimensionsSchema.optional(),
        statistic: z.string().optional(),
        extendedStatistic: z.string().optional(),
        expression: z.string().optional(),
        comparison: z.string().optional(),
        threshold: z.number().optional(),
        periodSeconds: z.number().optional(),
        evaluationPeriods: z.number().optional(),
        rule: z.string().optional(),
        actionsEnabled: z.boolean().optional(),
      }),
    ),
  }),
  async run(
    context,
    { alarmNames, alarmNamePrefix, stateValue, alarmTypes = [], maxRecords = defaultPage, nextToken },
  ) {
    if (alarmNames && alarmNamePrefix !== undefined) {
      throw invalidArguments('alarmNames: cannot be given together with alarmNamePrefix')
    }
    const page = await typedAws(context, 'cloudwatch', 'DescribeAlarms', {
      ...(alarmNames?.length && { AlarmNames: alarmNames }),
      ...(alarmNamePrefix !== undefined && { AlarmNamePrefix: alarmNamePrefix }),
      ...(stateValue && { StateValue: stateValue }),
      AlarmTypes: [...new Set(alarmTypes.length > 0 ? alarmTypes : defaultTypes)],
      MaxRecords: maxRecords,
      ...(nextToken !== undefined && { NextToken: nextToken }),
    })
    const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [] } = page
    const alarms = [
      ...MetricAlarms.map((alarm) => ({
        ...common('metric', alarm),
        namespace: alarm.Namespace,
        metricName: alarm.MetricName,
        ...(alarm.Dimensions?.length && { dimensions: fromAws(alarm.Dimensions) }),
        statistic: alarm.Statistic,
        extendedStatistic: alarm.ExtendedStatistic,
        // Of an alarm on metric math, which has no metric of its own.
        expression: alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression,
        comparison: alarm.ComparisonOperator,
        threshold: alarm.Threshold,
        periodSeconds: alarm.Period,
        evaluationPeriods: alarm.EvaluationPeriods,
      })),
      ...CompositeAlarms.map((alarm) => ({
        ...common('composite', alarm),
        rule: alarm.AlarmRule,
      })),
      ...LogAlarms.map((alarm) => ({
        ...common('log', alarm),
        comparison: alarm.ComparisonOperator,
        threshold: alarm.Threshold,
      })),
    ]
    return { data: { alarms }, next: page.NextToken }
  },
})

type AlarmKind = 'metric' | 'composite' | 'log'

const common = (
  type: AlarmKind,
  alarm: {
    readonly AlarmName?: string | undefined
    readonly StateValue?: string | undefined
    readonly StateTransitionedTimestamp?: Date | undefined
    readonly StateUpdatedTimestamp?: Date | undefined
    readonly StateReason?: string | undefined
    readonly ActionsEnabled?: boolean | undefined
  },
) => ({
  name: alarm.AlarmName ?? '',
  type,
  state: alarm.StateValue,
  since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString(),
  reason: alarm.StateReason,
  actionsEnabled: alarm.ActionsEnabled,
})
