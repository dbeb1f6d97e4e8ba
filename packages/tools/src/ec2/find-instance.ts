import type { Instance } from '@aws-sdk/client-ec2'
import { GatewayError, type Plan, type ToolContext } from '@gateway/domain'
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

/** A resource of EC2 as a plan names it. */
export const inPlan = (id: string, tags: Readonly<Record<string, string>>): Plan['resources'][number] => ({
  id,
  ...(tags.Name !== undefined && { name: tags.Name }),
  tags,
})
