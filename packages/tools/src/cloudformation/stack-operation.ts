import type { OperationKind } from '../operation/operation-kind.ts'
import { typedAws } from '../typed-aws.ts'
import { tellChange } from './follow-stack.ts'
import { lookAt, movingStackOf } from './moving-stack.ts'
import { progressOf } from './stack-answer.ts'
import { stackOf } from './stack-record.ts'

/** A stack that is being created, changed or deleted. */
export const stackOperation: OperationKind = {
  look: {
    access: 'read',
    iamActions: ['cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks'],
  },
  async status(context, facts) {
    const moving = movingStackOf(facts)
    const progress = await lookAt(context, moving)
    const { over, failed } = progress
    return { state: over ? (failed ? 'failed' : 'done') : 'running', ...progressOf(progress, moving) }
  },
  moved: (context, { stackName = '' }) => tellChange(context, stackName),
  stop: {
    scope: {
      access: 'destructive',
      iamActions: ['cloudformation:CancelUpdateStack', 'cloudformation:DescribeStacks'],
      throughCloudFormation: ['*'],
    },
    async confirm(context, { stackId = '', stackName = '' }) {
      const { StackStatus: status } = await stackOf(context, stackId)
      if (status !== 'UPDATE_IN_PROGRESS') return undefined
      const effect = `Cancels the update of stack ${stackName} and rolls it back to what it was before.`
      return { effect, resources: [{ id: stackId, name: stackName }] }
    },
    async run(context, { stackId = '', stackName = '' }) {
      const { StackStatus: status = '' } = await stackOf(context, stackId)
      if (status !== 'UPDATE_IN_PROGRESS') return { cancelled: false, note: noteOf(status) }
      await typedAws(context, 'cloudformation', 'CancelUpdateStack', {
        StackName: stackId,
        ClientRequestToken: context.clientToken,
      })
      await tellChange(context, stackName)
      return {
        cancelled: true,
        note: 'The update is being rolled back; aws_operation_status tells how that goes. It ends as failed, in UPDATE_ROLLBACK_COMPLETE.',
      }
    },
  },
}

/** Why AWS cannot cancel this, and what can be done (CloudFormation API, CancelUpdateStack). */
const noteOf = (status: string): string => {
  if (status === 'CREATE_IN_PROGRESS') {
    return 'A stack that is being created cannot be cancelled, but it can be deleted with aws_cloudformation_delete_stack.'
  }
  if (status === 'DELETE_IN_PROGRESS') return 'A deletion cannot be cancelled.'
  if (status.endsWith('_IN_PROGRESS'))
    return 'It is past the point where it could be cancelled, and ends by itself.'
  return 'It is over, so there is nothing to cancel.'
}
