import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedList, boundedText } from '../bounded-text.ts'
import { typedAws } from '../typed-aws.ts'
import { detailsOf, parts, stackDetails } from './stack-details.ts'
import { stackName } from './stack-name.ts'
import { recordOf, stackRecord } from './stack-record.ts'
import { invalid } from './template-source.ts'

const actions = [
  'cloudformation:BatchDescribeTypeConfigurations',
  'cloudformation:DescribeStackDriftDetectionStatus',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResourceDrifts',
  'cloudformation:DescribeStacks',
  'cloudformation:DetectStackDrift',
  // AWS asks for this one and the first too, where drift is looked for (CloudFormation User Guide, "Detect drift").
  'cloudformation:DetectStackResourceDrift',
  'cloudformation:GetTemplate',
  'cloudformation:ListStackResources',
]

/** CloudFormation DescribeStacks, and more of one stack. */
export const cloudformationDescribeStacks = defineTool({
  name: 'aws_cloudformation_describe_stacks',
  title: 'Describe CloudFormation stacks',
  description:
    'Tells status, outputs, parameters and tags of one stack or all; of one also what include names.',
  access: 'read',
  iamActions: actions,
  idempotent: true,
  acrossRegions: true,
  pack: 'infrastructure',
  cursorField: 'nextToken',
  listField: 'stacks',
  input: z.strictObject({
    stackName: stackName.optional(),
    include: boundedList(z.enum(parts), parts.length).optional(),
    nextToken: boundedText(8192).optional(),
  }),
  // CloudFormation reads the resources of a stack in the caller's name to find drift.
  scopeOf: ({ include = [] }) => ({
    access: 'read',
    iamActions: actions,
    ...(include.includes('drift') && { throughCloudFormation: ['*'] }),
  }),
  output: z.object({ stacks: z.array(stackRecord), ...stackDetails }),
  async run(context, { stackName, include = [], nextToken }) {
    if (include.length > 0 && stackName === undefined) throw invalid('include: needs stackName.')
    if (nextToken !== undefined && stackName !== undefined) throw invalid('nextToken: is for lists only.')
    const page = await typedAws(context, 'cloudformation', 'DescribeStacks', {
      ...(stackName !== undefined && { StackName: stackName }),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    })
    const stacks = (page.Stacks ?? []).map(recordOf)
    if (stackName === undefined) return { data: { stacks }, next: page.NextToken }
    const { truncated, ...details } = await detailsOf(
      context,
      stacks[0]?.stackId ?? stackName,
      new Set(include),
    )
    return { data: { stacks, ...details }, ...(truncated !== '' && { truncated }) }
  },
})
