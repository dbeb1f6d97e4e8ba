import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedList, boundedText, patternedText } from '../bounded-text.ts'
import { typedAws } from '../typed-aws.ts'
import { planOf } from './change-record.ts'
import { followStack } from './follow-stack.ts'
import { lackOf, refused } from './permission-types.ts'
import { answerOf, stackAnswer } from './stack-answer.ts'
import { deletionEffect, deletionOf } from './stack-deletion.ts'
import { newestEvent } from './stack-events.ts'
import { stackName } from './stack-name.ts'

const planActions = [
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplate',
  'cloudformation:ListStackResources',
]
const actions = [...planActions, 'cloudformation:DeleteStack', 'cloudformation:DescribeStackEvents']

const applied = { iamActions: actions, throughCloudFormation: ['*'] }

/** CloudFormation DeleteStack. */
export const cloudformationDeleteStack = defineTool({
  name: 'aws_cloudformation_delete_stack',
  title: 'Delete a CloudFormation stack',
  description: 'Lists what deleting a stack removes; with mode apply deletes it, after confirmation.',
  access: 'destructive',
  iamActions: actions,
  idempotent: true,
  pack: 'infrastructure',
  taskSupport: 'optional',
  asksBeforeTask: true,
  scopeOf: ({ mode, capabilities = [] }) =>
    mode === 'apply'
      ? { ...applied, access: capabilities.length > 0 ? 'permissions' : 'destructive' }
      : { access: 'read', iamActions: planActions },
  scopes: [
    { access: 'read', iamActions: planActions },
    { ...applied, access: 'destructive' },
    { ...applied, access: 'permissions' },
  ],
  input: z.strictObject({
    stackName,
    retainResources: boundedList(boundedText(255), 200, 1)
      .optional()
      .describe('logical ids, after DELETE_FAILED'),
    mode: z.enum(['plan', 'apply']).optional().describe('default plan'),
    capabilities: boundedList(
      patternedText(/^CAPABILITY_(NAMED_)?IAM$/, 'CAPABILITY_NAMED_IAM'),
      2,
    ).optional(),
  }),
  output: stackAnswer,
  async confirm(context, { stackName, retainResources = [], mode, capabilities = [] }) {
    if (mode !== 'apply') return undefined
    const deletion = await deletionOf(context, stackName, retainResources)
    const lack = capabilities.length > 0 ? undefined : lackOf(deletion.changes, 'end')
    if (lack !== undefined) throw refused(lack)
    // Its id, since another stack may have the name by the time of the confirmation.
    return planOf(deletionEffect(stackName, deletion), deletion.changes, { stackId: deletion.stack.StackId })
  },
  async run(context, { stackName, retainResources = [], mode, capabilities = [] }) {
    const { stack, changes, reason } = await deletionOf(context, stackName, retainResources)
    const { StackId: stackId = stackName, StackStatus: status } = stack
    const lack = capabilities.length > 0 ? undefined : lackOf(changes, 'end')
    if (mode !== 'apply')
      return {
        data: {
          stackName,
          state: 'planned' as const,
          status,
          reason: [reason, lack].filter((each) => each !== undefined).join(' ') || undefined,
          changes: [...changes],
        },
      }
    if (lack !== undefined) throw refused(lack)
    const since = await newestEvent(context, stackId)
    await typedAws(context, 'cloudformation', 'DeleteStack', {
      StackName: stackId,
      ClientRequestToken: context.clientToken,
      ...(retainResources.length > 0 && { RetainResources: retainResources }),
    })
    const moving = { stackId, stackName, since, total: changes.length }
    return answerOf(context, moving, await followStack(context, moving))
  },
})
