import type { ToolContext } from '@gateway/domain'
import { GatewayError } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import type { ChangeRecord } from './change-record.ts'
import { fatesIn } from './deletion-policies.ts'
import { nestedNote } from './nested-stacks.ts'
import { type Stack, stackOf } from './stack-record.ts'
import { resourcesOf } from './stack-resources.ts'

/** What deleting a stack would do. */
export interface Deletion {
  readonly stack: Stack
  readonly changes: readonly ChangeRecord[]
  /** What the list of changes does not tell; absent where it tells all. */
  readonly reason?: string
}

/** Looks up what deleting a stack would do; throws where it cannot be deleted, with what to do. */
export const deletionOf = async (
  context: ToolContext,
  stackName: string,
  retained: readonly string[],
): Promise<Deletion> => {
  const stack = await stackOf(context, stackName)
  if (stack.EnableTerminationProtection) {
    throw refusal(
      `Stack ${stackName} is protected from deletion, so it stays. Whoever may end that does so first (CloudFormation UpdateTerminationProtection); then call again.`,
    )
  }
  // AWS takes the list for such stacks only (CloudFormation API, DeleteStack: RetainResources).
  if (retained.length > 0 && stack.StackStatus !== 'DELETE_FAILED') {
    throw refusal('retainResources: is for a stack whose deletion has failed (DELETE_FAILED) only.')
  }
  const resources = await resourcesOf(context, stack.StackId ?? stackName)
  const unknown = retained.find((id) => !resources.some(({ logicalId }) => logicalId === id))
  if (unknown !== undefined) throw refusal('retainResources: names a resource that the stack does not have.')
  const left = resources.filter(({ status }) => status !== 'DELETE_COMPLETE')
  const fates = left.length === 0 ? new Map() : await fatesOf(context, stack.StackId ?? stackName)
  const changes = left
    .map(({ logicalId, type, physicalId }) => ({
      action: retained.includes(logicalId) ? 'Retain' : (fates?.get(logicalId) ?? 'Remove'),
      logicalId,
      type,
      physicalId,
    }))
    .sort((one, other) => (one.logicalId < other.logicalId ? -1 : 1))
  const reason = [
    nestedNote(changes),
    !fates &&
      'The deletion policies of the template could not be read, so resources may stay that are told as removed.',
  ]
    .filter(Boolean)
    .join(' ')
  return { stack, changes, ...(reason !== '' && { reason }) }
}

/** What a person is asked of it. */
export const deletionEffect = (stackName: string, { changes, reason }: Deletion): string => {
  const count = (action: string) => changes.filter((change) => change.action === action).length
  const [kept, saved] = [count('Retain'), count('Snapshot')]
  const ended = changes.length - kept
  const words = [
    `Deletes stack ${stackName} with ${ended} ${ended === 1 ? 'resource' : 'resources'}`,
    saved > 0 && `${saved} of them after a snapshot`,
    kept > 0 && `and leaves ${kept} in the account`,
  ].filter(Boolean)
  return `${words.join(', ')}; this cannot be undone.${reason === undefined ? '' : ` ${reason}`}`
}

const fatesOf = async (context: ToolContext, StackName: string) => {
  // Processed: as transforms left it, which may set policies too.
  const template = { StackName, TemplateStage: 'Processed' } as const
  const { TemplateBody = '' } = await typedAws(context, 'cloudformation', 'GetTemplate', template)
  return fatesIn(TemplateBody)
}

const refusal = (message: string): GatewayError => new GatewayError('invalid_arguments', message)
