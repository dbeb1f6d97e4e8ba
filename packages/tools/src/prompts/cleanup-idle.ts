import { definePrompt } from '@gateway/domain'
import { accountArgument, oneOf, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf } from './instructions.ts'

/** What nobody uses, and what it costs. */
export const cleanupIdle = definePrompt({
  name: 'cleanup_idle',
  title: 'Clean up what is idle',
  description:
    'Lists instances, volumes, addresses and functions that nobody uses, and stops instances that you name.',
  arguments: [
    accountArgument,
    regionArgument,
    {
      name: 'days',
      description: 'idle for how many days; 14 unless given',
      required: false,
      complete: oneOf('3', '7', '14'),
    },
  ],
  async get(_context, args) {
    const days = /^\d{1,2}$/.test(args.days ?? '') ? Math.min(Number(args.days) || 14, 14) : 14
    return instructionsMessage({
      goal: `Find what was idle for ${days} days in ${placeOf(args)}, and what it costs.`,
      steps: [
        `Call aws_analyze_ec2_utilization with period ${days * 24}: instances whose suggestion is "idle", and stopped ones with stoppedSince. Stopped instances still pay for their volumes.`,
        'Call aws_api_read with service "ec2" and operation "DescribeVolumes" (filter status "available"), "DescribeAddresses" (those without an association) and "DescribeSnapshots" (owner "self", older than a year). Select with query what you need of the answers.',
        `Call aws_lambda_list_functions. For up to 50 of the functions, 12 at a time, call aws_cloudwatch_get_metrics with queries [{"namespace": "AWS/Lambda", "metricName": "Invocations", "dimensions": [{"name": "FunctionName", "value": "NAME"}]}], one query for each function with its name for NAME, statistics ["Sum"], startTime "-${days}d", endTime "now" and period 86400: functions without any. They cost nothing while idle, and list last.`,
        'Call aws_analyze_inventory with tagKeys ["Owner", "Environment"] to say how far tags can be relied on here. Read the tags of what you found: who owns it, and whether a tag says to keep it.',
        'Show me the table, the greatest cost first. Ask which instances to stop, and nothing else.',
        'For each that I name call aws_ec2_control_instance with action "stop" and dryRun true, then without dryRun. Check its state with aws_ec2_describe_instances.',
      ],
      stop: [
        'Never terminate or delete anything here: list what could be deleted, and how, and leave it to me.',
        'Leave out what a tag marks as production, to be kept, or part of an Auto Scaling group or a stack; list it apart.',
        'Prices that are "unpriced" are not zero: leave them out of every sum, and say so.',
        `An instance that is younger than ${days} days is not idle: see its launchTime.`,
      ],
      table: 'resource, kind, name, owner, idle since, evidence, cost per month, what could be done, done',
      changes: true,
    })
  },
})
