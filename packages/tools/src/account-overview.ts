import { definePrompt } from '@gateway/domain'

/** A first look at an account, for somebody who opens it for the first time. */
export const accountOverview = definePrompt({
  name: 'account_overview',
  title: 'Overview of an account',
  description: 'What runs in an AWS account, and what in it deserves a look.',
  arguments: [
    {
      name: 'account',
      description: 'alias of the account, as aws_whoami shows it',
      required: true,
      complete: ({ accounts }, typed) =>
        accounts.map(({ account }) => account.alias).filter((alias) => alias.startsWith(typed)),
    },
  ],
  async get(_context, { account = '' }) {
    const text = [
      `Give me an overview of the AWS account with the alias ${JSON.stringify(account)}.`,
      'Call aws_whoami first and check that I may use that account; stop and say so if not.',
      'Then list its EC2 instances with aws_ec2_describe_instances, in each region that I may use, page by page.',
      'Answer with a table by region: number of instances by state and type, and the tags that say who owns them.',
      'Point out instances that are stopped, that have no owner tag, or that have a public address.',
      'Change nothing.',
    ].join('\n')
    return { messages: [{ role: 'user', content: { type: 'text', text } }] }
  },
})
