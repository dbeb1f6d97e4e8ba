import { definePrompt } from '@gateway/domain'
import { accountArgument, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** Instances whose size does not fit what they do. */
export const rightSizeInstances = definePrompt({
  name: 'right_size_instances',
  title: 'Right-size instances',
  description:
    'Finds EC2 instances that are too large, too small or idle, and changes those that you agree to.',
  arguments: [
    accountArgument,
    regionArgument,
    { name: 'tagKey', description: 'only instances with this tag', required: false },
    { name: 'tagValue', description: 'and this value of it', required: false },
  ],
  async get(_context, args) {
    const { tagKey, tagValue } = args
    const value = tagValue ? `, "value": ${quoted(tagValue)}` : ''
    const tags = tagKey ? ` and tags [{"key": ${quoted(tagKey)}${value}}]` : ''
    return instructionsMessage({
      goal: `Find EC2 instances of the wrong size in ${placeOf(args)}.`,
      steps: [
        `Call aws_analyze_ec2_utilization with period 336${tags}: two weeks show what a day hides.`,
        'For each instance whose suggestion is "smaller", look for its memory: aws_cloudwatch_get_metrics with namespace "CWAgent", metricName "mem_used_percent", startTime "-14d", endTime "now", period 3600, statistics ["Maximum"] and the dimension InstanceId. Without such data say "memory unknown"; above 50 percent do not suggest a smaller size.',
        'For each whose suggestion is "larger", read the maximum of CPUUtilization by the hour with the same tool, and say whether it is high all the time or in peaks only.',
        'Read the tags of these instances with aws_ec2_describe_instances and their instanceIds: who owns each, and whether one is production or belongs to an Auto Scaling group (tag aws:autoscaling:groupName). Those of a group are changed in its launch template, never by themselves.',
        'Show me the table, with the monthly difference (730 hours) of those that have a price, and ask which to change.',
        'For each that I name call aws_ec2_modify_instance with dryRun true, and tell me whether it has to be stopped. When I agree, call it without dryRun, with stopIfNeeded true only if I agreed to the stop. If I want single steps, or its answer has "remaining": aws_ec2_control_instance with action "stop" and wait true, this tool, then action "start".',
        'Check with aws_ec2_describe_instances that each is running again with its new type.',
      ],
      stop: [
        'One instance at a time: if one does not come back, stop there and say so.',
        'Prices that are "unpriced" are not zero: leave them out of every sum, and say so.',
        'Never terminate an idle instance here; only list it.',
      ],
      table:
        'instance, name, owner, type, CPU average and maximum, memory, suggested type, difference per month, done',
      changes: true,
    })
  },
})
