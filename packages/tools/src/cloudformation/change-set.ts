import { randomUUID } from 'node:crypto'
import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { type ChangeRecord, changeOf } from './change-record.ts'
import { isOutdated } from './change-set-age.ts'
import { sweepLeftovers } from './change-set-leftovers.ts'
import { followUntil } from './follow-stack.ts'
import { findStack } from './stack-record.ts'
import { demandState } from './stack-state.ts'
import { readFromBucket } from './template-source.ts'
import { unlessMissing } from './unless-missing.ts'

/** What CloudFormation would do, as it worked it out. */
export interface ChangeSet {
  readonly id: string
  readonly stackId: string
  /** True where the stack is there only because of it, or of one that this gateway left before. */
  readonly ownStack: boolean
  readonly outcome: 'ready' | 'no_changes' | 'failed'
  readonly reason?: string | undefined
  readonly changes: readonly ChangeRecord[]
}

/** A change set to be made: the request without what guards it. */
export interface ChangeSetRequest {
  readonly type: 'CREATE' | 'UPDATE'
  readonly stackName: string
  /** The same for every call of this caller with the same arguments, and for no other. */
  readonly name: string
  readonly request: Omit<
    Parameters<typeof typedAws<'cloudformation', 'CreateChangeSet'>>[3],
    'StackName' | 'ChangeSetName' | 'ChangeSetType' | 'ClientToken'
  >
}

/**
 * The change set of these arguments: the one that an earlier call left, which was still being worked out or waits for
 * somebody's word, or a new one. What nobody ever gave their word for is removed before a new one is made.
 */
export const planChangeSet = async (
  context: ToolContext,
  { type, stackName: StackName, name: ChangeSetName, request }: ChangeSetRequest,
): Promise<ChangeSet> => {
  const stack = await findStack(context, StackName)
  demandState(type, StackName, stack?.StackStatus)
  const names = { StackName, ChangeSetName }
  const left = stack && (await unlessMissing(describe(context, names)))
  const isNew = type === 'CREATE'
  if (left && !isStale(context, left)) return { ...(await finished(context, names, left)), ownStack: isNew }
  if (left) await typedAws(context, 'cloudformation', 'DeleteChangeSet', names)
  const swept = stack?.StackId !== undefined && (await sweepLeftovers(context, stack.StackId))
  // An empty stack that somebody else made (REVIEW_IN_PROGRESS) stays, be it that they have left it: it is not ours.
  const ownStack = isNew && (stack === undefined || left !== undefined || swept)
  const creation = {
    ...names,
    ChangeSetType: type,
    // For a retry of this very request only: the same arguments may need another change set later.
    ClientToken: randomUUID().replaceAll('-', ''),
    ...request,
  }
  await readFromBucket(context, typedAws(context, 'cloudformation', 'CreateChangeSet', creation))
  return { ...(await finished(context, names)), ownStack }
}

/**
 * The change set that an earlier `planChangeSet` left; never makes one. Who made an empty stack it is in cannot be told any
 * more: `discard` takes it for ours where no other change set is in it.
 */
export const findChangeSet = async (
  context: ToolContext,
  { type, stackName: StackName, name: ChangeSetName }: ChangeSetRequest,
): Promise<ChangeSet | undefined> => {
  const names = { StackName, ChangeSetName }
  const left = await unlessMissing(describe(context, names))
  return left && { ...(await finished(context, names, left)), ownStack: type === 'CREATE' }
}

/** Removes a change set that is not carried out, and the empty stack that was made for it. */
export const discard = async (
  context: ToolContext,
  { id, stackId, ownStack }: Pick<ChangeSet, 'id' | 'stackId' | 'ownStack'>,
): Promise<void> => {
  await typedAws(context, 'cloudformation', 'DeleteChangeSet', { ChangeSetName: id, StackName: stackId })
  if (!ownStack) return
  const stack = await findStack(context, stackId)
  if (stack?.StackStatus !== 'REVIEW_IN_PROGRESS') return
  const { Summaries = [] } = await typedAws(context, 'cloudformation', 'ListChangeSets', {
    StackName: stackId,
  })
  // Somebody else may be about to make something of it.
  if (Summaries.some((other) => other.StackId === stackId && other.ChangeSetId !== id)) return
  await typedAws(context, 'cloudformation', 'DeleteStack', { StackName: stackId })
}

interface Names {
  readonly StackName: string
  readonly ChangeSetName: string
}

const describe = (context: ToolContext, request: Names & { readonly NextToken?: string }) =>
  typedAws(context, 'cloudformation', 'DescribeChangeSet', request)

type Page = Awaited<ReturnType<typeof describe>>

/** Whether a change set was carried out, or is of a stack or a template that may have changed since. */
const isStale = (context: ToolContext, { Status, ExecutionStatus, CreationTime }: Page): boolean =>
  /^(OBSOLETE|EXECUTE_)/.test(ExecutionStatus ?? '') ||
  (!isPending(Status) && isOutdated(context, CreationTime))

const isPending = (status = ''): boolean => /_(PENDING|IN_PROGRESS)$/.test(status)

const finished = async (
  context: ToolContext,
  names: Names,
  first?: Page,
): Promise<Omit<ChangeSet, 'ownStack'>> => {
  const until = followUntil(context)
  const changes: ChangeRecord[] = []
  let page = first ?? (await describe(context, names))
  for (let pause = 500; isPending(page.Status); pause = Math.min(pause * 1.5, 3_000)) {
    if (context.now() + pause > until) {
      throw new GatewayError(
        'timeout',
        `CloudFormation is still working out the changes of stack ${names.StackName}. Nothing was changed; call again with the same arguments, which goes on with change set ${names.ChangeSetName}.`,
      )
    }
    await context.wait(pause)
    page = await describe(context, names)
  }
  for (;;) {
    changes.push(...(page.Changes ?? []).map(changeOf).filter((change) => change !== undefined))
    if (!page.NextToken) break
    page = await describe(context, { ...names, NextToken: page.NextToken })
  }
  // In one order always, so that the same changes are the same plan.
  changes.sort((one, other) => (one.logicalId < other.logicalId ? -1 : 1))
  const { Status, StatusReason: reason } = page
  const facts = { id: page.ChangeSetId ?? '', stackId: page.StackId ?? '', changes }
  if (Status === 'CREATE_COMPLETE') return { ...facts, outcome: 'ready' }
  // The API has no code for it (CloudFormation User Guide, "Create change sets").
  const none = /didn't contain changes|no updates are to be performed/i.test(reason ?? '')
  return { ...facts, outcome: none ? 'no_changes' : 'failed', reason }
}
