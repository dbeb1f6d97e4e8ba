import { definePrompt } from '@gateway/domain'
import { accountArgument, oneOf } from './completions.ts'
import { instructionsMessage, quoted } from './instructions.ts'

/** Where costs rose. */
export const costSpike = definePrompt({
  name: 'cost_spike',
  title: 'Explain a rise in costs',
  description:
    'Finds out which service, usage and day made the costs of an account rise, and what is behind it.',
  arguments: [
    accountArgument,
    {
      name: 'days',
      description: 'how many days to compare with as many before; 14 unless given',
      required: false,
      complete: oneOf('7', '14', '30', '90'),
    },
  ],
  async get(_context, { account = '', days: given }) {
    const days = /^\d{1,2}$/.test(given ?? '') ? Number(given) || 14 : 14
    const range = `range "${days}d"`
    return instructionsMessage({
      goal: `Explain why the costs of AWS account ${quoted(account)} rose in the last ${days} days.`,
      steps: [
        `Call aws_analyze_costs with by "service" and ${range}. Note total, change, and the three services that rose most in dollars, not in percent.`,
        `Call it with by "day" and ${range}: did it rise at once, and on which day, or little by little?`,
        `For each of those services call it with by "usageType", service set to the name as it was written, and ${range}: hours, requests, gigabytes or transfer?`,
        `For the greatest of them call it with by "region", and by "tag" with a tagKey that aws_analyze_inventory shows to be in use.`,
        'Look for the cause at the service itself: aws_analyze_ec2_utilization for instances, aws_cloudwatch_get_metrics for requests and bytes, aws_api_read with service "cloudtrail" and operation "LookupEvents" for what was created on the day of the rise.',
        'Call aws_cost_and_quotas with view "forecast" and view "budgets": what the month will cost, and which budget that breaks.',
      ],
      stop: [
        'AWS bills each request to Cost Explorer at $0.01. Make at most 12 calls of aws_analyze_costs, and say what they cost in the end.',
        'If the total changed by less than five percent and less than ten dollars, say that there is no rise and stop.',
        'Costs of the last two days are not final: say where a conclusion rests on them.',
        'A rise in one service is no cause. The cause is what was created, grew or was used more; say "not known" where you did not see it.',
      ],
      table:
        'service, usage type, region or tag, before, now, change in dollars, since when, cause, what would stop it',
    })
  },
})
