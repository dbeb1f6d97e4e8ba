import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { countFunctions, countInstances } from './count-directly.ts'
import { listTagged } from './list-tagged.ts'
import { resourceKind } from './resource-kind.ts'

/** Resource Groups Tagging API GetResources, with EC2 instances and Lambda functions counted at their own services. */
export const analyzeInventory = defineTool({
  name: 'aws_analyze_inventory',
  title: 'Analyze inventory',
  description:
    'Counts resources by service, type and required tags. Misses those never tagged, but for instances and functions.',
  access: 'read',
  iamActions: ['tag:GetResources', 'ec2:DescribeInstances', 'lambda:ListFunctions'],
  idempotent: true,
  acrossRegions: true,
  listField: 'types',
  pack: 'analytics',
  input: z.strictObject({
    tagKeys: z.array(z.string().min(1).max(128)).max(20).optional(),
  }),
  output: z.object({
    resources: z.number().describe('that have or had tags'),
    withoutTags: z.number(),
    tagCoverage: z
      .array(z.object({ tagKey: z.string(), resources: z.number(), percent: z.number() }))
      .optional(),
    complete: z.number().optional().describe('resources with all required tags'),
    types: z.array(
      z.object({
        service: z.string(),
        type: z.string(),
        region: z.string(),
        count: z.number(),
        incomplete: z.number().optional().describe('that lack a required tag'),
      }),
    ),
    counted: z.array(
      z.object({
        type: z.string(),
        count: z.number(),
        neverTagged: z.number().optional().describe('of which the tagging API knows nothing'),
      }),
    ),
    note: z.string(),
  }),
  async run(context, { tagKeys }) {
    const { resources, truncated } = await listTagged(context)
    const instances = await countInstances(context)
    const functions = await countFunctions(context)
    const required = [...new Set(tagKeys ?? [])]
    const lacks = (keys: readonly string[]) => required.some((key) => !keys.includes(key))
    const kinds = new Map<string, Kind>()
    for (const { arn, tagKeys: keys } of resources) {
      const { service, type, region } = resourceKind(arn, context.region)
      const id = [service, type, region].join(' ')
      const kind = kinds.get(id) ?? { service, type, region, count: 0, incomplete: 0 }
      kind.count += 1
      if (lacks(keys)) kind.incomplete += 1
      kinds.set(id, kind)
    }
    const types = [...kinds.values()].sort((one, other) => other.count - one.count)
    const listed = (service: string, type: string) =>
      types.find((kind) => kind.service === service && kind.type === type)?.count ?? 0
    const direct = [
      { type: 'ec2:instance', ...instances, listed: listed('ec2', 'instance') },
      { type: 'lambda:function', ...functions, listed: listed('lambda', 'function') },
    ]
    const parts = [
      ...(truncated ? [`${resources.length} tagged resources`] : []),
      ...direct.flatMap(({ type, count, truncated }) => (truncated ? [`${count} of ${type}`] : [])),
    ]
    const cutOff = parts.length > 0
    return {
      data: {
        resources: resources.length,
        withoutTags: resources.filter((resource) => resource.tagKeys.length === 0).length,
        ...(required.length > 0 && {
          tagCoverage: required.map((tagKey) => {
            const having = resources.filter((resource) => resource.tagKeys.includes(tagKey)).length
            return { tagKey, resources: having, percent: percentOf(having, resources.length) }
          }),
          complete: resources.filter((resource) => !lacks(resource.tagKeys)).length,
        }),
        types: types.map(({ incomplete, ...kind }) => (required.length > 0 ? { ...kind, incomplete } : kind)),
        counted: direct.map(({ type, count, listed }) => ({
          type,
          count,
          // A difference of parts says nothing; what is terminated may still be listed for a while.
          ...(!cutOff && { neverTagged: Math.max(0, count - listed) }),
        })),
        note: 'Not counted: resources that never had a tag (but for those under counted), and of services that the tagging API does not know, IAM users and roles among them. Global resources are listed in us-east-1.',
      },
      truncated: cutOff && `Not all were counted, but the first ${parts.join(' and ')}.`,
    }
  },
})

interface Kind {
  readonly service: string
  readonly type: string
  readonly region: string
  count: number
  incomplete: number
}

const percentOf = (part: number, whole: number): number =>
  whole === 0 ? 100 : Number(((part / whole) * 100).toFixed(1))
