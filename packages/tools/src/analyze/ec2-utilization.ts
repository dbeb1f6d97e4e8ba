import { defineTool, type InstancePrices } from '@gateway/domain'
import { z } from 'zod'
import { instanceId } from '../ec2/ids.ts'
import { pricesOf } from '../ec2/prices.ts'
import { type FoundInstance, findInstances, mostInstances } from './find-instances.ts'
import { loadsOf, type MeasuredLoad } from './instance-loads.ts'
import { type RightSize, rightSize } from './right-size.ts'

const defaultHours = 24
const defaultThreshold = 20

/** EC2 DescribeInstances and CloudWatch GetMetricData, put together. */
export const analyzeEc2Utilization = defineTool({
  name: 'aws_analyze_ec2_utilization',
  title: 'Analyze EC2 utilization',
  description:
    'Load of running EC2 instances, above or below a CPU threshold, with a better size and its price difference.',
  access: 'read',
  iamActions: ['ec2:DescribeInstances', 'cloudwatch:GetMetricData'],
  idempotent: true,
  listField: 'instances',
  pack: 'analytics',
  input: z.strictObject({
    tags: z
      .array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256).optional() }))
      .max(10)
      .optional(),
    instanceIds: z.array(instanceId).min(1).max(100).optional(),
    period: z.int().min(1).max(336).optional().describe(`hours back, default ${defaultHours}`),
    threshold: z.number().min(0).max(100).optional().describe(`percent, default ${defaultThreshold}`),
  }),
  output: z.object({
    hours: z.number(),
    thresholdPercent: z.number(),
    above: z.number().describe('instances whose average is at or above the threshold'),
    below: z.number(),
    noData: z.number(),
    instances: z.array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        type: z.string(),
        cpu: z.enum(['above', 'below', 'no data']),
        cpuAverage: z.number().optional().describe('percent'),
        cpuMaximum: z.number().optional(),
        cpuLastHour: z.number().optional(),
        networkInBytes: z.number().optional(),
        networkOutBytes: z.number().optional(),
        suggestion: z.enum(['idle', 'smaller', 'keep', 'larger']).optional(),
        suggestedType: z.string().optional(),
        usdPerHourChange: z.union([z.number(), z.literal('unpriced')]).optional(),
      }),
    ),
    stopped: z.array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        type: z.string(),
        stoppedSince: z.string().optional(),
      }),
    ),
    note: z.string(),
  }),
  async run(context, { tags, instanceIds, period: hours = defaultHours, threshold = defaultThreshold }) {
    const prices = pricesOf(context)
    const { instances, truncated } = await findInstances(context, { tags, instanceIds })
    const running = instances.filter(({ state }) => state === 'running')
    const loads = await loadsOf(
      context,
      running.map(({ id }) => id),
      hours,
    )
    const records = running
      .map((instance) =>
        recordOf(instance, {
          load: loads.get(instance.id),
          hours,
          threshold,
          region: context.region,
          prices,
        }),
      )
      .sort((one, other) => rank(one) - rank(other) || (one.cpuAverage ?? 0) - (other.cpuAverage ?? 0))
    const count = (cpu: string) => records.filter((record) => record.cpu === cpu).length
    return {
      data: {
        hours,
        thresholdPercent: threshold,
        above: count('above'),
        below: count('below'),
        noData: count('no data'),
        instances: records,
        stopped: instances
          .filter(({ state }) => state === 'stopped')
          .map(({ id, name, type, stoppedSince }) => ({ id, name, type, stoppedSince })),
        note: `${prices.note} EC2 does not report memory: check it before making an instance smaller.`,
      },
      truncated:
        truncated &&
        `The first ${mostInstances} instances were looked at; tags or instanceIds choose others.`,
    }
  },
})

const recordOf = (
  { id, name, type, listPriced }: FoundInstance,
  of: {
    load: MeasuredLoad | undefined
    hours: number
    threshold: number
    region: string
    prices: InstancePrices
  },
): InstanceRecord => {
  const { load, hours, threshold, region, prices } = of
  const known = { id, ...(name !== undefined && { name }), type }
  if (!load) return { ...known, cpu: 'no data' }
  const networkBytesPerHour = (load.networkInBytes + load.networkOutBytes) / hours
  return {
    ...known,
    cpu: load.cpuAverage >= threshold ? 'above' : 'below',
    ...load,
    ...rightSize({ prices, type, region, listPriced, hours, networkBytesPerHour, ...load }),
  }
}

interface InstanceRecord extends Partial<MeasuredLoad>, Partial<RightSize> {
  readonly id: string
  readonly name?: string
  readonly type: string
  readonly cpu: 'above' | 'below' | 'no data'
}

/** What asks for something comes first. */
const rank = ({ suggestion }: InstanceRecord): number => {
  const order: readonly RightSize['suggestion'][] = ['larger', 'idle', 'smaller', 'keep']
  return suggestion === undefined ? order.length : order.indexOf(suggestion)
}
