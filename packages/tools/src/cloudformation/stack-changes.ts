import type { Plan, ToolAnswer, ToolContext } from '@gateway/domain'
import { GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { boundedList, boundedText } from '../bounded-text.ts'
import { typedAws } from '../typed-aws.ts'
import { endsResource, planOf } from './change-record.ts'
import type { ChangeInput } from './change-scope.ts'
import { type ChangeSet, type ChangeSetRequest, discard, findChangeSet, planChangeSet } from './change-set.ts'
import { followStack } from './follow-stack.ts'
import { nestedNote } from './nested-stacks.ts'
import { lackOf, refused } from './permission-types.ts'
import { answerOf, type stackAnswer } from './stack-answer.ts'
import { newestEvent } from './stack-events.ts'
import { stackName } from './stack-name.ts'
import { templateFields } from './template-source.ts'

/** Input fields that creating and updating share. */
export const changeFields = {
  stackName,
  ...templateFields,
  capabilities: boundedList(
    z.enum(['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND']),
    3,
  ).optional(),
  tags: boundedList(
    z.strictObject({ key: boundedText(128), value: boundedText(256, { least: 0 }) }),
    50,
  ).optional(),
  mode: z.enum(['plan', 'apply']).optional().describe('default plan'),
  roleArn: boundedText(600, {
    form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    message: 'must be the ARN of a role',
  })
    .optional()
    .describe('service role; else your role'),
}

/** What a person is asked before the changes are made; undefined where there are none to make. */
export const confirmChanges = async (
  context: ToolContext,
  of: ChangeSetRequest,
  effect: (changes: ChangeSet['changes']) => string,
  { roleArn, capabilities = [] }: ChangeInput = {},
): Promise<Plan | undefined> => {
  const set = await planChangeSet(context, of)
  const { id, outcome, changes } = set
  // Its id, so that the word for one change set is not good for another, and whoever is not asked after all can find it.
  if (outcome !== 'ready') return undefined
  const lack = lackOfRights(of, changes)
  if (lack !== undefined) {
    await discard(context, set)
    throw refused(lack)
  }
  const allowed = {
    ...(roleArn !== undefined && { roleArn }),
    ...(capabilities.length > 0 && { capabilities }),
  }
  return {
    ...planOf([effect(changes), nestedNote(changes)].filter(Boolean).join(' '), changes, {
      changeSet: id,
      ...allowed,
    }),
    sends: { service: 'cloudformation', operation: 'ExecuteChangeSet', input: executionOf(context, set) },
  }
}

/** Removes what `confirmChanges` has planned. */
export const takeBackChanges = async (context: ToolContext, of: ChangeSetRequest): Promise<void> => {
  const set = await findChangeSet(context, of)
  if (set) await discard(context, set)
}

/**
 * Plans changes and takes the plan back, or carries out the one that was confirmed and follows it. What is carried out is
 * found, never made here: nobody would have seen it.
 */
export const makeChanges = async (
  context: ToolContext,
  of: ChangeSetRequest,
  isApplied: boolean,
): Promise<ToolAnswer<z.infer<typeof stackAnswer>>> => {
  const { stackName } = of
  const set = isApplied ? await findChangeSet(context, of) : await planChangeSet(context, of)
  if (!set) {
    throw new GatewayError(
      'not_confirmed',
      `The planned changes of stack ${stackName} are gone, so nothing was changed. Call again.`,
    )
  }
  const { stackId, outcome, changes } = set
  const lack = lackOfRights(of, changes)
  if (!isApplied || outcome !== 'ready') {
    await discard(context, set)
    const isFailed = outcome === 'failed'
    const state: z.infer<typeof stackAnswer>['state'] = outcome === 'ready' ? 'planned' : outcome
    const notes = [nestedNote(changes), lack].filter((each) => each !== undefined).join(' ')
    const reason = isFailed ? set.reason : notes || undefined
    const data = { stackName, state, ...(reason !== undefined && { reason }), changes: [...changes] }
    return { data, ...(isFailed && { failed: true }) }
  }
  if (lack !== undefined) {
    await discard(context, set)
    throw refused(lack)
  }
  const since = await newestEvent(context, stackId)
  await typedAws(context, 'cloudformation', 'ExecuteChangeSet', executionOf(context, set))
  const moving = { stackId, stackName, since, total: changes.length }
  return answerOf(context, moving, await followStack(context, moving))
}

const executionOf = ({ clientToken }: ToolContext, { id, stackId }: Pick<ChangeSet, 'id' | 'stackId'>) => ({
  ChangeSetName: id,
  StackName: stackId,
  ClientRequestToken: clientToken,
})

/** As `scopeOfChange`: who names capabilities or a role is an administrator. */
const lackOfRights = ({ request }: ChangeSetRequest, changes: ChangeSet['changes']): string | undefined =>
  request.RoleARN !== undefined || (request.Capabilities ?? []).length > 0
    ? undefined
    : lackOf(changes, 'change')

/** `1 replaced (Db), 1 removed (Cache)`: the resources that there will not be any more. */
export const endedResources = (changes: ChangeSet['changes']): string =>
  [
    counted(
      'replaced',
      changes.filter((change) => endsResource(change) && change.action !== 'Remove'),
    ),
    counted(
      'removed',
      changes.filter(({ action }) => action === 'Remove'),
    ),
  ]
    .filter(Boolean)
    .join(', ')

const counted = (what: string, changes: ChangeSet['changes']): string =>
  changes.length === 0
    ? ''
    : `${changes.length} ${what} (${changes.map(({ logicalId }) => logicalId).join(', ')})`
