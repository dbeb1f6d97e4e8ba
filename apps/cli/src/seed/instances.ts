import { z } from 'zod'
import type { InstanceData } from './account-data.ts'
import { cpuOfLastDay } from './cpu-history.ts'
import { inParallel } from './in-parallel.ts'
import type { OwnerSession } from './owner-session.ts'

const launched = z.object({ Instances: z.tuple([z.object({ InstanceId: z.string() })]) })

/** Amazon Linux, as moto knows it in every region. */
const ImageId = 'ami-760aaa0f'

/** Launches the machines with their CPU history; gives the id of each by its name. */
export const seedInstances = async (
  owner: OwnerSession,
  instances: readonly InstanceData[],
  now: Date,
): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>()
  // One after the other, because the stand-in lists them in the order of their launch.
  for (const instance of instances) ids.set(instance.name, await launch(owner, instance))
  await inParallel(instances, 4, (instance) => live(owner, instance, ids.get(instance.name) ?? '', now))
  return ids
}

const launch = async ({ send }: OwnerSession, { name, type, environment, region }: InstanceData) => {
  const tags = { Name: name, Environment: environment }
  const request = {
    ImageId,
    InstanceType: type,
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [
      { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  }
  const output = await send('ec2', 'RunInstances', request, region)
  return launched.parse(output).Instances[0].InstanceId
}

const live = ({ send }: OwnerSession, { name, cpu, region }: InstanceData, id: string, now: Date) => {
  if (cpu === 'stopped') return send('ec2', 'StopInstances', { InstanceIds: [id] }, region)
  const metric = {
    MetricName: 'CPUUtilization',
    Unit: 'Percent',
    Dimensions: [{ Name: 'InstanceId', Value: id }],
  }
  const MetricData = cpuOfLastDay(name, cpu, now).map((point) => ({ ...metric, ...point }))
  return send('cloudwatch', 'PutMetricData', { Namespace: 'AWS/EC2', MetricData }, region)
}
