import { definePrompt } from '@gateway/domain'
import { accountArgument, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** Why a stack failed. */
export const stackFailure = definePrompt({
  name: 'stack_failure',
  title: 'Explain a failed stack',
  description:
    'Finds the first failure of a CloudFormation stack, explains it, and proposes a corrected template.',
  arguments: [
    accountArgument,
    regionArgument,
    { name: 'stack', description: 'name of the stack', required: true },
  ],
  async get(_context, args) {
    const stack = quoted(args.stack ?? '')
    return instructionsMessage({
      goal: `Explain why the CloudFormation stack ${stack} failed in ${placeOf(args)}.`,
      steps: [
        `Call aws_cloudformation_describe_stacks with stackName ${stack} and include ["events", "resources", "template"].`,
        'Find the first event that failed of the last attempt. Those after it that say "Resource creation cancelled" or that roll back are its consequences.',
        'If its resource is a nested stack, go on there with its name, three levels at most.',
        'Explain its reason. "not authorized": which action and resource, and check it with aws_check_access. Limits: aws_cost_and_quotas with view "usage" and the service. "already exists": read the other one. Names, types or values: compare with the template.',
        'If the reason is of a custom resource or a Lambda function, call aws_analyze_logs on its log group at the time of the event.',
        'Write the smallest change of the template that removes the cause, and call aws_cloudformation_validate_template with it.',
        'Say what state the stack is in, and what can be done from there: ROLLBACK_COMPLETE can only be deleted, UPDATE_ROLLBACK_FAILED has to be continued, the others can be updated.',
      ],
      stop: [
        'If an operation of the stack is still running, say so, with its progress by aws_operation_status if you have its operationId, and stop.',
        'Do not show values of parameters or outputs that look like secrets.',
      ],
      table: 'time, resource, type, failed how, reason, cause or consequence, what to change',
    })
  },
})
