import type { Instance } from '@aws-sdk/client-ec2'
import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** One instance as it is now; where there is none, AWS refuses. */
export const findInstance = async (context: ToolContext, instanceId: string): Promise<Instance> => {
  const page = await typedAws(context, 'ec2', 'DescribeInstances', { InstanceIds: [instanceId] })
  const found = (page.Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? [])
    .find((instance) => instance.InstanceId === instanceId)
  if (!found) throw new GatewayError('invalid_arguments', 'instanceId: no such instance here.')
  return found
}

/** An instance as a plan names it. */
export const inPlan = (instanceId: string, name: string | undefined): { id: string; name?: string } => ({
  id: instanceId,
  ...(name !== undefined && { name }),
})
