import type { CallContext } from './call-context.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { isInputNeeded } from './interaction.ts'
import type { AnyTool, ToolAnswer } from './tool.ts'

/** What one region answered, or why it did not. */
export type RegionAnswer = { readonly region: string } & (
  | { readonly answer: ToolAnswer<unknown> }
  | { readonly error: GatewayError }
)

/** How many regions are asked at the same time: each page is parsed on the one thread there is. */
const atOnce = 4

/**
 * Asks several regions, each for itself: one that fails or is late does not take the others' answers with it. Throws
 * the first region's error where none has answered, since then the call has failed.
 */
export const askRegions = async (
  tool: AnyTool,
  { context, regions, input }: { context: CallContext; regions: readonly string[]; input: never },
): Promise<readonly RegionAnswer[]> => {
  const waiting = [...regions]
  const answers = new Map<string, RegionAnswer>()
  const worker = async (): Promise<void> => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      answers.set(region, await askOne(tool, { context, region, input }))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, regions.length) }, worker))
  const all = regions.flatMap((region) => answers.get(region) ?? [])
  const [first] = all
  if (first && 'error' in first && all.every((each) => 'error' in each)) throw first.error
  return all
}

const askOne = async (
  tool: AnyTool,
  { context, region, input }: { context: CallContext; region: string; input: never },
): Promise<RegionAnswer> => {
  try {
    context.signal.throwIfAborted()
    const answer = await tool.run(context.inRegion(region), input)
    if (isInputNeeded(answer)) throw new Error(`${tool.name} asks, so it cannot ask several regions`)
    return { region, answer }
  } catch (thrown) {
    const error = asGatewayError(thrown)
    // A mistake of ours is none of this region, and belongs into the log.
    if (error.code === 'internal' && !context.signal.aborted) throw thrown
    return { region, error: context.signal.aborted && error.code === 'internal' ? late() : error }
  }
}

const late = (): GatewayError =>
  new GatewayError('timeout', 'There was no time left for this region. Ask for it alone, or for fewer.')
