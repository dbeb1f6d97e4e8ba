import type { ToolContext } from '@gateway/domain'
import type { OperationKind } from '../operation/operation-kind.ts'
import { findInstance } from './find-instance.ts'
import { passing } from './follow-state.ts'

/** A change of state that goes on after the call: an instance on its way to the state that is wanted. */
export const stateOperation: OperationKind = {
  look: { access: 'read', iamActions: ['ec2:DescribeInstances'] },
  async status(context, { instanceId = '', wanted = '', at = '0' }) {
    const status = (await findInstance(context, instanceId)).State?.Name ?? ''
    if (status === wanted) return { state: 'done', status }
    const isGone = status === 'terminated' || status === 'shutting-down'
    if (isGone && wanted !== 'terminated') return { state: 'failed', status, reason: 'It is terminated.' }
    // What is described lags behind, so that at first it may rest where it was.
    if (passing.has(status) || context.now() < Number(at) + lagMs) return { state: 'running', status }
    return { state: 'failed', status, reason: `It rests there, and not in the state ${wanted}.` }
  },
  stop: {
    scope: { access: 'write', iamActions: [] },
    run: async () => ({
      cancelled: false,
      note: 'A change of state cannot be taken back while it goes on. Change it again once it is over.',
    }),
  },
}

/** The id under which `aws_operation_status` follows a change of state that this call has asked for. */
export const stateOperationId = (
  context: ToolContext,
  { instanceId, wanted }: { readonly instanceId: string; readonly wanted: string },
): string =>
  context.operations.seal({
    kind: 'instance-state',
    facts: { instanceId, wanted, at: String(context.now()) },
  })

const lagMs = 60_000
