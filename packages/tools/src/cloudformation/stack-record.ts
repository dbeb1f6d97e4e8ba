import type { ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { withoutSecrets } from './secret-names.ts'
import { unlessMissing } from './unless-missing.ts'

/** A stack as AWS describes it. */
export type Stack = NonNullable<Awaited<ReturnType<typeof describe>>['Stacks']>[number]

/** Names and values, without those that look like secrets. */
export const values = z.record(z.string(), z.string())

/** What is told of a stack. */
export const stackRecord = z.object({
  name: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  description: z.string().optional(),
  created: z.string().optional(),
  updated: z.string().optional(),
  deleted: z.string().optional(),
  drift: z.string().optional(),
  protected: z.boolean().optional().describe('termination protection'),
  outputs: values,
  parameters: values,
  tags: z.record(z.string(), z.string()),
  stackId: z.string(),
})

/** The stack of a name or an id; undefined where there is none. */
export const findStack = async (context: ToolContext, nameOrId: string): Promise<Stack | undefined> =>
  (await unlessMissing(describe(context, nameOrId)))?.Stacks?.[0]

/** The stack of an id; AWS knows deleted ones for 90 days by it. */
export const stackOf = async (context: ToolContext, nameOrId: string): Promise<Stack> =>
  (await describe(context, nameOrId)).Stacks?.[0] ?? ({} as Stack)

/** A stack in the words of `stackRecord`. */
export const recordOf = (stack: Stack): z.infer<typeof stackRecord> => ({
  name: stack.StackName ?? '',
  status: stack.StackStatus ?? '',
  reason: stack.StackStatusReason,
  description: stack.Description,
  created: stack.CreationTime?.toISOString(),
  updated: stack.LastUpdatedTime?.toISOString(),
  deleted: stack.DeletionTime?.toISOString(),
  drift: stack.DriftInformation?.StackDriftStatus,
  ...(stack.EnableTerminationProtection && { protected: true }),
  outputs: outputsOf(stack),
  parameters: withoutSecrets(
    (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [
      ParameterKey,
      ParameterValue,
    ]),
  ),
  tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  stackId: stack.StackId ?? '',
})

/** Outputs of a stack by key. */
export const outputsOf = (stack: Stack): z.infer<typeof values> =>
  withoutSecrets(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  )

const describe = (context: ToolContext, StackName: string) =>
  typedAws(context, 'cloudformation', 'DescribeStacks', { StackName })
