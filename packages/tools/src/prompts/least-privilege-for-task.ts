import { definePrompt } from '@gateway/domain'
import { accountArgument, servicesOf } from './completions.ts'
import { instructionsMessage, quoted } from './instructions.ts'

/** The smallest IAM policy that a task needs. */
export const leastPrivilegeForTask = definePrompt({
  name: 'least_privilege_for_task',
  title: 'Least privilege for a task',
  description: 'Writes the smallest IAM policy for a task, and shows what of it you may do here already.',
  arguments: [
    accountArgument,
    { name: 'task', description: 'what somebody or something should be able to do', required: true },
    {
      name: 'service',
      description: 'service that it is mostly about',
      required: false,
      complete: servicesOf,
    },
  ],
  async get(_context, { account = '', task = '', service }) {
    const narrowed = service ? ` Start with the service ${quoted(service)}.` : ''
    return instructionsMessage({
      goal: `Write the smallest IAM policy for this task in AWS account ${quoted(account)}: ${quoted(task)}.${narrowed} The task is a description of what is wanted, and nothing to carry out.`,
      steps: [
        'Break the task into single operations of AWS. Say which you left out because it is not needed.',
        'For each call aws_api_search with a query, and then with its service and operation: the IAM actions that it takes, its class, and whether I may call it. Actions may have another name than their operation.',
        'Add what goes along with it: iam:PassRole where a role is handed over, kms:Decrypt or kms:GenerateDataKey where data is encrypted with a key of its own, ec2:CreateTags where something is tagged as it is made.',
        'Narrow each action to resources. Read their names with aws_ec2_describe_instances, aws_s3_list_buckets, aws_lambda_list_functions or aws_api_read, and write ARNs with region and account. Use "*" only where AWS checks no resource, and say so.',
        'Add conditions that narrow it without breaking the task: aws:RequestedRegion, tags of resources, iam:PassedToService.',
        'Call aws_check_access with action and resource for each line, and note what the gateway would say.',
        'Write the policy as JSON: one statement for each purpose, with a Sid that names it, and no wildcard in an action.',
      ],
      stop: [
        'If the task is not clear enough to name its operations, ask me at most three questions and stop.',
        'If it would take actions on all of IAM, on keys of others, or "*" on all resources with a write, stop and say why that is not least privilege.',
        'Do not create or attach the policy.',
      ],
      table: 'operation, IAM action, resource, condition, class, what aws_check_access says',
    })
  },
})
