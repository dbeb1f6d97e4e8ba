import type { CursorBinding } from './cursor.ts'
import { GatewayError } from './errors.ts'
import { formatAnswer, formatError, type ToolResult } from './format.ts'
import type { InputNeeded } from './interaction.ts'
import { type CallDependencies, runCall } from './run-call.ts'
import type { AnyTool, ToolAnswer } from './tool.ts'
import type { ToolCall } from './tool-call.ts'
import { parseInput } from './tool-input.ts'

/**
 * Runs one tool call. Refusals and AWS failures are results (`isError`); it rejects only with `unknown_tool`, which is
 * a protocol error, and `unavailable`, which is 503.
 */
export const callTool = async (deps: CallDependencies, call: ToolCall): Promise<ToolResult | InputNeeded> => {
  const { grant } = call
  const tool = deps.offerOf(grant.tenant).tools.get(call.tool)
  let parsed: { input: Record<string, unknown>; binding: CursorBinding } | undefined
  const outcome = await runCall<ToolAnswer<unknown>, ToolResult>(deps, call, {
    kind: 'tool',
    timeout: call.timeout,
    begin: call.begin,
    find: () => known(tool),
    args: () => call.args,
    check(aim) {
      parsed = parseInput({ tool: known(tool), aim, grant, cursors: deps.cursors })
    },
    run: (context) => known(tool).run(context, parsed?.input as never),
    format(answer, receipt) {
      const field = tool?.cursorField
      // AWS writes "no more" as an absent token or as an empty one.
      if (!answer.next || field === undefined || !parsed) return formatAnswer(answer, receipt)
      return formatAnswer(answer, receipt, { field, value: deps.cursors.seal(answer.next, parsed.binding) })
    },
  })
  if ('result' in outcome) return outcome.result
  const { error, callId } = outcome
  if (error.code === 'unknown_tool' || error.code === 'unavailable') throw error
  return formatError(error, callId)
}

const known = (tool: AnyTool | undefined): AnyTool => {
  if (!tool) throw new GatewayError('unknown_tool', 'Unknown tool. Ask tools/list which there are.')
  return tool
}
