import { definePrompt } from '@gateway/domain'
import { accountArgument, oneOf, quotaServicesOf, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** How much of the quotas is left. */
export const quotaHeadroom = definePrompt({
  name: 'quota_headroom',
  title: 'Quota headroom',
  description: 'Shows which quotas of a service are nearly used up, and drafts what to ask AWS for.',
  arguments: [
    accountArgument,
    regionArgument,
    {
      name: 'service',
      description: 'code of the service in Service Quotas, such as ec2',
      required: true,
      complete: quotaServicesOf,
    },
    {
      name: 'percent',
      description: 'used share from which it matters; 70 unless given',
      required: false,
      complete: oneOf('50', '70', '80', '90'),
    },
  ],
  async get(_context, args) {
    const service = quoted(args.service ?? '')
    const percent = /^\d{1,3}$/.test(args.percent ?? '') ? Math.min(Number(args.percent), 100) : 70
    return instructionsMessage({
      goal: `Show which quotas of the service ${service} are used by ${percent} percent or more in ${placeOf(args)}.`,
      steps: [
        `Call aws_cost_and_quotas with view "usage" and service ${service}: rows are sorted by usedPercent.`,
        `Call it with view "quotas" and service ${service}: values that are AWS's defaults, and those that can be raised.`,
        'For the five that matter most and of which CloudWatch reports nothing, count what they limit with a tool that reads it, such as aws_ec2_describe_instances, aws_lambda_list_functions or aws_api_read. Say how you counted.',
        'For each that is over the mark call aws_cloudwatch_get_metrics with namespace, metricName and dimensions of its row, statistics of the one statistic of its row, startTime "-14d", endTime "now" and period 86400. Say whether it grows, and when it is used up if that goes on. Of a rate (a row with perSeconds) these are sums of a day, which show its course and not its peak.',
        'For each that is over the mark and adjustable, draft the request for more: quota code, wanted value (twice what is used at most), reason. Do not send it.',
      ],
      stop: [
        'A quota without usage is not known, and never free: list how many there are.',
        'Quotas of global services are kept in us-east-1: if there are none elsewhere, ask there if I may use it.',
      ],
      table: 'code, name, used, value, percent, adjustable, trend, value to ask for',
    })
  },
})
