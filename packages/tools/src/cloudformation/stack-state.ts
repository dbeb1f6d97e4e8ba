import { GatewayError } from '@gateway/domain'

/**
 * Refuses a change that AWS would refuse for the state of the stack, and says what to do instead (CloudFormation User
 * Guide, "Stack status codes"). `status` is undefined where there is no stack.
 */
export const demandState = (
  type: 'CREATE' | 'UPDATE',
  stackName: string,
  status: string | undefined,
): void => {
  // A stack that has nothing but change sets yet.
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') {
    if (type === 'CREATE') return
    throw refusal(`There is no stack ${stackName} here. Make it with aws_cloudformation_create_stack.`)
  }
  if (mustGo.has(status)) {
    throw refusal(
      `Stack ${stackName} is in ${status}, so it can only be deleted (aws_cloudformation_delete_stack). Then make it anew.`,
    )
  }
  if (status.endsWith('_IN_PROGRESS')) {
    throw refusal(
      `Stack ${stackName} is in ${status}. Wait for its end (aws_operation_status or aws_cloudformation_describe_stacks), then call again.`,
    )
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    throw refusal(
      `Stack ${stackName} is in ${status}. Mend what failed, send cloudformation ContinueUpdateRollback with aws_api_write, then change it with aws_cloudformation_update_stack.`,
    )
  }
  if (type === 'CREATE') {
    throw refusal(`Stack ${stackName} is there already. Change it with aws_cloudformation_update_stack.`)
  }
}

/** States of a stack that AWS never updates. */
const mustGo: ReadonlySet<string> = new Set(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'])

const refusal = (message: string): GatewayError => new GatewayError('invalid_arguments', message)
