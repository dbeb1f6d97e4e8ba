import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { isAbandoned } from './change-set-age.ts'
import { unlessMissing } from './unless-missing.ts'

/**
 * Removes change sets of this gateway that a stack still has because nobody ever answered the question about them: a few
 * of them, so that a plan stays quick. Returns whether there were any.
 */
export const sweepLeftovers = async (context: ToolContext, stackId: string): Promise<boolean> => {
  const list = typedAws(context, 'cloudformation', 'ListChangeSets', { StackName: stackId })
  const { Summaries = [] } = (await unlessMissing(list)) ?? {}
  const leftovers = Summaries.filter((each) => each.StackId === stackId && isLeftover(context, each)).slice(
    0,
    mostSwept,
  )
  for (const { ChangeSetId: ChangeSetName } of leftovers) {
    await unlessMissing(
      typedAws(context, 'cloudformation', 'DeleteChangeSet', { StackName: stackId, ChangeSetName }),
    )
  }
  return leftovers.length > 0
}

type Listed = Awaited<ReturnType<typeof typedAws<'cloudformation', 'ListChangeSets'>>>
type Summary = NonNullable<Listed['Summaries']>[number]

const mostSwept = 5

/** Those that were carried out stay: they are the history of the stack. */
const isLeftover = (
  context: ToolContext,
  { ChangeSetName = '', Status, ExecutionStatus, CreationTime }: Summary,
): boolean =>
  /^mcp-[0-9a-f]{32}$/.test(ChangeSetName) &&
  /^(CREATE_COMPLETE|FAILED)$/.test(Status ?? '') &&
  /^(AVAILABLE|UNAVAILABLE|OBSOLETE)$/.test(ExecutionStatus ?? '') &&
  isAbandoned(context, CreationTime)
