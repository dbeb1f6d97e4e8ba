import { askRegions, type RegionAnswer } from './across-regions.ts'
import type { CursorBinding } from './cursor.ts'
import { GatewayError } from './errors.ts'
import { formatAnswer, formatError, type NextPage, type ToolResult } from './format.ts'
import { formatRegions } from './format-regions.ts'
import type { InputNeeded } from './interaction.ts'
import { type CallDependencies, runCall } from './run-call.ts'
import type { Aim } from './target.ts'
import type { AnyTool, ToolAnswer } from './tool.ts'
import type { ToolCall } from './tool-call.ts'
import { parseInput } from './tool-input.ts'

/** The arguments of a call, checked. */
interface Parsed {
  readonly input: Record<string, unknown>
  readonly binding: CursorBinding
  readonly aim: Aim
}

/**
 * Runs one tool call. Refusals and AWS failures are results (`isError`); it rejects only with `unknown_tool`, which is
 * a protocol error, and `unavailable`, which is 503.
 */
export const callTool = async (deps: CallDependencies, call: ToolCall): Promise<ToolResult | InputNeeded> => {
  const { grant } = call
  const tool = deps.offerOf(grant.tenant).tools.get(call.tool)
  let parsed: Parsed | undefined
  const nextPage = (answer: ToolAnswer<unknown>, region?: string): NextPage | undefined => {
    const field = tool?.cursorField
    // AWS writes "no more" as an absent token or as an empty one.
    if (!answer.next || field === undefined || !parsed) return undefined
    const { binding } = parsed
    const bound = region === undefined ? binding : { ...binding, region }
    return { field, value: deps.cursors.seal(answer.next, bound) }
  }
  const outcome = await runCall<ToolAnswer<unknown> | Regions, ToolResult>(deps, call, {
    kind: 'tool',
    timeout: call.timeout,
    begin: call.begin,
    find: () => known(tool),
    args: () => call.args,
    check(aim) {
      parsed = { ...parseInput({ tool: known(tool), aim, grant, cursors: deps.cursors }), aim }
    },
    async run(context) {
      const input = parsed?.input as never
      const regions = parsed?.aim.regions
      if (regions === undefined) return known(tool).run(context, input)
      return { byRegion: await askRegions(known(tool), { context, regions, input }) }
    },
    format: (answer, receipt) =>
      'byRegion' in answer
        ? formatRegions(answer.byRegion, receipt, nextPage)
        : formatAnswer(answer, receipt, nextPage(answer)),
  })
  if ('result' in outcome) return outcome.result
  const { error, callId } = outcome
  if (error.code === 'unknown_tool' || error.code === 'unavailable') throw error
  return formatError(error, callId)
}

interface Regions {
  readonly byRegion: readonly RegionAnswer[]
}

const known = (tool: AnyTool | undefined): AnyTool => {
  if (!tool) throw new GatewayError('unknown_tool', 'Unknown tool. Ask tools/list which there are.')
  return tool
}
