import { definePrompt } from '@gateway/domain'
import { accountArgument, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** Why an alarm went off. */
export const investigateAlarm = definePrompt({
  name: 'investigate_alarm',
  title: 'Investigate an alarm',
  description:
    'Finds out why a CloudWatch alarm went off: its history, its metric, logs and changes of that time.',
  arguments: [
    accountArgument,
    regionArgument,
    { name: 'alarm', description: 'name of the alarm', required: true },
  ],
  async get(_context, args) {
    const alarm = quoted(args.alarm ?? '')
    return instructionsMessage({
      goal: `Find out why the CloudWatch alarm ${alarm} went off in ${placeOf(args)}.`,
      steps: [
        `Call aws_cloudwatch_describe_alarms with alarmNames [${alarm}] and alarmTypes ["MetricAlarm", "CompositeAlarm"]: its state, metric, threshold and since when.`,
        `Call aws_cloudwatch_describe_alarm_history with alarmName ${alarm}, historyItemType "StateUpdate" and startDate "-7d": how often it changed, and whether it flaps.`,
        'Call aws_cloudwatch_get_metrics with the namespace, metricName, dimensions, period and statistic of the alarm (its extendedStatistic as extendedStatistics, with statistics []), from three hours before the change to now. Say when it left its usual range: that is earlier than the alarm.',
        'Read what the dimensions name: aws_ec2_describe_instances for an InstanceId, aws_lambda_list_functions for a FunctionName, aws_cloudformation_describe_stacks with include ["events"] if a tag says which stack it belongs to.',
        'Call aws_analyze_logs on the log groups of that resource, once for the half hour before the change and once for the hour before that. Patterns that are new or many times more frequent are suspects. Look at single lines with aws_logs_query only then.',
        'Look for changes of that time: aws_api_read with service "cloudtrail", operation "LookupEvents" and the name of the resource, from an hour before.',
        'Give the most likely cause with its evidence, and one that you have ruled out and why.',
      ],
      stop: [
        'If there is no such alarm, show the alarms with a similar name and stop.',
        'If it is a composite alarm, follow the alarms of its rule that are in ALARM, five at most.',
        'Say "not known" rather than guess: a cause needs at least two pieces of evidence that agree in time.',
      ],
      table: 'time, what happened, where it is from (metric, log, change), how sure',
    })
  },
})
