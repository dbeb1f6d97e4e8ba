import { definePrompt } from '@gateway/domain'
import { accountArgument } from './completions.ts'
import { instructionsMessage, quoted } from './instructions.ts'

/** A first look at an account, for somebody who opens it for the first time. */
export const accountOverview = definePrompt({
  name: 'account_overview',
  title: 'Overview of an account',
  description: 'Shows what runs in an AWS account, and what in it deserves a look.',
  arguments: [accountArgument],
  async get(_context, { account = '' }) {
    return instructionsMessage({
      goal: `Give me an overview of the AWS account ${quoted(account)}, in each region that I may use.`,
      steps: [
        'Call aws_ec2_describe_instances with each of these regions (regions takes several at once), page by page.',
        'Call aws_analyze_inventory in the same regions: what there is by type, and how much of it has tags.',
        'Count instances by region, state and type, and read their tags: who owns them.',
        'Point out instances that are stopped, that have no owner tag, or that have a public address.',
      ],
      stop: [
        'After 500 instances stop counting, and say so.',
        'A region that refuses is left out of the counts: name it.',
      ],
      table: 'region, resource, state, type, number, owners by tag, what deserves a look',
    })
  },
})
