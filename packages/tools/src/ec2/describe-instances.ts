import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { instanceId } from './ids.ts'
import { tagsOf } from './tags.ts'

/** One page by default: XML of more instances would hold the event loop for too long. */
const defaultPage = 50

/** EC2 DescribeInstances. */
export const ec2DescribeInstances = defineTool({
  name: 'aws_ec2_describe_instances',
  title: 'Describe EC2 instances',
  description: 'Lists EC2 instances: id, name, type, state, zone, addresses, launch time, tags.',
  access: 'read',
  iamActions: ['ec2:DescribeInstances'],
  idempotent: true,
  acrossRegions: true,
  cursorField: 'nextToken',
  listField: 'instances',
  input: z.strictObject({
    filters: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(255).describe('such as tag:Name or instance-type'),
          values: z.array(z.string().max(255)).min(1).max(200),
        }),
      )
      .max(50)
      .optional(),
    instanceIds: z.array(instanceId).min(1).max(100).optional(),
    maxResults: z.int().min(5).max(200).optional().describe(`default ${defaultPage}`),
    nextToken: z.string().min(1).max(8192).optional(),
  }),
  output: z.object({
    instances: z.array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        type: z.string().optional(),
        state: z.string().optional(),
        availabilityZone: z.string().optional(),
        privateIp: z.string().optional(),
        publicIp: z.string().optional(),
        launchTime: z.string().optional(),
        tags: z.record(z.string(), z.string()),
      }),
    ),
  }),
  async run(context, { filters, instanceIds, maxResults, nextToken }) {
    const page = await typedAws(context, 'ec2', 'DescribeInstances', {
      ...(filters && { Filters: filters.map(({ name, values }) => ({ Name: name, Values: values })) }),
      ...(instanceIds && { InstanceIds: instanceIds }),
      // AWS refuses MaxResults together with instance ids.
      ...(!instanceIds && { MaxResults: maxResults ?? defaultPage }),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    })
    const instances = (page.Reservations ?? [])
      .flatMap((reservation) => reservation.Instances ?? [])
      .map((instance) => {
        const tags = tagsOf(instance)
        return {
          id: instance.InstanceId ?? '',
          name: tags.Name,
          type: instance.InstanceType,
          state: instance.State?.Name,
          availabilityZone: instance.Placement?.AvailabilityZone,
          privateIp: instance.PrivateIpAddress,
          publicIp: instance.PublicIpAddress,
          launchTime: instance.LaunchTime?.toISOString(),
          tags,
        }
      })
    return { data: { instances }, next: page.NextToken }
  },
})
