import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { patternedText } from '../bounded-text.ts'
import { judgedScope, judgingReads } from '../cost-guard/judged-scope.ts'
import { dryRunAllowed } from '../dry-run.ts'
import { typedAws } from '../typed-aws.ts'
import { imageId, instanceType, securityGroupId, subnetId } from './ids.ts'
import { imageOf } from './image.ts'
import { launchOf } from './launch-request.ts'
import { costOf, isListedInstance, isListedPlatform, pricesOf, usdPerHour, withSource } from './prices.ts'
import { tagKey, tagValue } from './tags.ts'
import { sizeOf, typeFor } from './type-change.ts'

/** EC2 RunInstances, without user data or a role for the instances. */
export const ec2LaunchInstances = defineTool({
  name: 'aws_ec2_launch_instances',
  title: 'Launch EC2 instances',
  description: 'Launches EC2 instances; they cost money until terminated.',
  access: 'spend',
  iamActions: [
    'ec2:CreateTags',
    'ec2:DescribeImages',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:RunInstances',
  ],
  // Only as far as the caller repeats its clientToken.
  idempotent: false,
  pack: 'resources',
  input: z
    .strictObject({
      imageId,
      instanceType,
      count: z.int().min(1).max(20),
      subnetId: subnetId.optional(),
      securityGroupIds: z.array(securityGroupId).max(5).optional(),
      keyName: patternedText(/^.{1,255}$/s, '1 to 255 characters').optional(),
      name: tagValue.optional(),
      tags: z
        .array(z.strictObject({ key: tagKey, value: tagValue }))
        .max(40)
        .optional(),
      dryRun: z.boolean().optional(),
      clientToken: patternedText(/^[!-~]{1,64}$/, '1 to 64 printable characters of ASCII').optional(),
    })
    .refine(
      ({ name, tags = [] }) =>
        hasNoTwo([...(name === undefined ? [] : ['Name']), ...tags.map(({ key }) => key)]),
      {
        path: ['tags'],
        message: 'one key is given twice',
      },
    ),
  output: z.object({
    reservationId: z.string().optional(),
    instances: z
      .array(
        z.object({
          id: z.string(),
          type: z.string().optional(),
          state: z.string().optional(),
          availabilityZone: z.string().optional(),
          privateIp: z.string().optional(),
        }),
      )
      .optional(),
    allowed: z.boolean().optional().describe('of a dry run: nothing was launched'),
    usdPerHour: usdPerHour.describe('estimate of all of them; unpriced is not known, and not free'),
    prices: z.string().optional().describe('where the estimate is from'),
  }),
  scopeOf: ({ name, tags = [] }, _api, tenant) =>
    judgedScope(
      {
        access: 'spend',
        iamActions: [
          'ec2:DescribeImages',
          'ec2:DescribeInstanceTypes',
          'ec2:RunInstances',
          ...(name !== undefined || tags.length > 0 ? ['ec2:CreateTags'] : []),
        ],
      },
      judgingReads('ec2:RunInstances', tenant),
    ),
  async confirm(context, input) {
    const { imageId, instanceType, count, subnetId, securityGroupIds = [], keyName, dryRun } = input
    const prices = pricesOf(context)
    if (dryRun) return undefined
    const image = await imageOf(context, imageId)
    const cost = costOf({
      prices,
      region: context.region,
      instanceType,
      count,
      listed: isListedPlatform(image),
    })
    const type = await typeFor(context, instanceType, image.Architecture ?? '')
    const many = count === 1 ? '1 instance' : `${count} instances`
    return {
      effect: `Launches ${many} of type ${instanceType}, to be paid for until terminated.`,
      resources: [
        { id: imageId, ...(image.Name !== undefined && { name: image.Name }) },
        ...[...(subnetId ? [subnetId] : []), ...securityGroupIds].map((id) => ({ id })),
        ...(keyName === undefined ? [] : [{ id: 'key pair', name: keyName }]),
      ],
      details: { count, instanceType, ...sizeOf(type), platform: image.PlatformDetails },
      ...withSource('usdPerHour', cost, prices),
      sends: { service: 'ec2', operation: 'RunInstances', input: launchOf(context, input) },
    }
  },
  async run(context, input) {
    const prices = pricesOf(context)
    const { imageId, instanceType, count, dryRun } = input
    const launch = typedAws(context, 'ec2', 'RunInstances', launchOf(context, input))
    if (dryRun) {
      await dryRunAllowed(launch)
      const listed = isListedPlatform(await imageOf(context, imageId))
      const cost = costOf({ prices, region: context.region, instanceType, count, listed })
      return { data: { allowed: true, ...withSource('usdPerHour', cost, prices) } }
    }
    const { ReservationId, Instances = [] } = await launch
    const listed = Instances.every(isListedInstance)
    const cost = costOf({ prices, region: context.region, instanceType, count: Instances.length, listed })
    return {
      data: {
        reservationId: ReservationId,
        instances: Instances.map((instance) => ({
          id: instance.InstanceId ?? '',
          type: instance.InstanceType,
          state: instance.State?.Name,
          availabilityZone: instance.Placement?.AvailabilityZone,
          privateIp: instance.PrivateIpAddress,
        })),
        ...withSource('usdPerHour', cost, prices),
      },
    }
  },
})

const hasNoTwo = (keys: readonly string[]): boolean => new Set(keys).size === keys.length
