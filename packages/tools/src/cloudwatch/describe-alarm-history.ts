import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'
import { spanOf, timeInput, timeOf } from '../time-input.ts'
import { typedAws } from '../typed-aws.ts'

const defaultPage = 50

/** CloudWatch DescribeAlarmHistory, newest first. */
export const cloudwatchDescribeAlarmHistory = defineTool({
  name: 'aws_cloudwatch_describe_alarm_history',
  title: 'Describe alarm history',
  description: 'What happened to CloudWatch alarms: changes of state, actions and changes of configuration.',
  access: 'read',
  iamActions: ['cloudwatch:DescribeAlarmHistory'],
  idempotent: true,
  cursorField: 'nextToken',
  listField: 'history',
  pack: 'monitoring',
  input: z.strictObject({
    alarmName: boundedText(255).optional(),
    historyItemType: z.enum(['StateUpdate', 'Action', 'ConfigurationUpdate']).optional(),
    startDate: timeInput.optional().describe('ISO 8601 or -3h'),
    endDate: timeInput.optional(),
    maxRecords: z.int().min(1).max(100).optional().describe(`default ${defaultPage}`),
    nextToken: boundedText(8192).optional(),
  }),
  output: z.object({
    history: z.array(
      z.object({
        time: z.string().optional(),
        alarm: z.string().optional(),
        type: z.string().optional(),
        summary: z.string().optional(),
      }),
    ),
  }),
  async run(
    context,
    { alarmName, historyItemType, startDate, endDate, maxRecords = defaultPage, nextToken },
  ) {
    if (startDate !== undefined && endDate !== undefined) {
      spanOf({ start: ['startDate', startDate], end: ['endDate', endDate] }, context.now())
    }
    const dateOf = (field: string, text: string) => new Date(timeOf(field, text, context.now()))
    const page = await typedAws(context, 'cloudwatch', 'DescribeAlarmHistory', {
      ...(alarmName !== undefined && { AlarmName: alarmName }),
      // Without AlarmTypes CloudWatch answers with metric alarms only.
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      ...(historyItemType && { HistoryItemType: historyItemType }),
      ...(startDate !== undefined && { StartDate: dateOf('startDate', startDate) }),
      ...(endDate !== undefined && { EndDate: dateOf('endDate', endDate) }),
      MaxRecords: maxRecords,
      ...(nextToken !== undefined && { NextToken: nextToken }),
    })
    const history = (page.AlarmHistoryItems ?? []).map((item) => ({
      time: item.Timestamp?.toISOString(),
      alarm: item.AlarmName,
      type: item.HistoryItemType,
      // HistoryData says it again as JSON of kilobytes.
      summary: item.HistorySummary,
    }))
    return { data: { history }, next: page.NextToken }
  },
})
