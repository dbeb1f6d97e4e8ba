import type { OperationKind } from '../operation/operation-kind.ts'
import { detectionOf, driftOf } from './stack-drift.ts'

/** The search for drift in a stack. */
export const driftOperation: OperationKind = {
  look: {
    access: 'read',
    iamActions: [
      'cloudformation:DescribeStackDriftDetectionStatus',
      'cloudformation:DescribeStackResourceDrifts',
    ],
  },
  async status(context, { stackId = '', detectionId = '' }) {
    const { status: state, reason, driftStatus } = await detectionOf(context, detectionId)
    if (state === 'running') return { state }
    return { state, reason, driftStatus, drift: await driftOf(context, stackId) }
  },
}
