import { askRegions, type RegionAnswer } from './across-regions.ts'
import { emptyApi } from './aws-api.ts'
import { type Consent, confirmed, takesTicket } from './confirm.ts'
import { GatewayError } from './errors.ts'
import { formatAnswer, formatError, type ToolResult } from './format.ts'
import { formatRegions } from './format-regions.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { sealPage } from './page-cursor.ts'
import { type CallDependencies, runCall } from './run-call.ts'
import { type Asked, shapeAnswer, shapeRegions } from './shape-answer.ts'
import type { Aim } from './target.ts'
import type { AnyTool, ToolAnswer } from './tool.ts'
import type { ToolCall } from './tool-call.ts'
import { type ParsedInput, parseInput } from './tool-input.ts'

interface Parsed extends ParsedInput {
  readonly aim: Aim
  /** Of the refusal before, which asked for a confirmation. */
  readonly ticket: string | undefined
}

/**
 * Runs one tool call. Refusals and AWS failures are results (`isError`); it rejects only with `unknown_tool`, which is
 * a protocol error, and `unavailable`, which is 503.
 */
export const callTool = async (deps: CallDependencies, call: ToolCall): Promise<ToolResult | InputNeeded> => {
  const { grant } = call
  const tool = deps.offerOf(grant.tenant).tools.get(call.tool)
  let parsed: Parsed | undefined
  let consent: Consent | undefined
  const asked = (): Asked => {
    if (!parsed) throw new Error('a call answers before its arguments are checked')
    const { page, fields, binding } = parsed
    const bound = (region: string | undefined) => (region === undefined ? binding : { ...binding, region })
    const seal: Asked['seal'] = (start, region) => sealPage(deps.cursors, start, bound(region))
    return { tool: known(tool), page, fields, seal }
  }
  const outcome = await runCall<ToolAnswer<unknown> | Regions, ToolResult>(deps, call, {
    kind: 'tool',
    timeout: call.timeout,
    begin: call.begin,
    find: () => known(tool),
    args: () => call.args,
    check(aim) {
      const { confirmation, ...rest } = aim.rest
      const ticket = takesTicket(known(tool), grant) ? ticketOf(confirmation) : undefined
      const own = ticket === undefined ? aim : { ...aim, rest }
      parsed = { ...parseInput({ tool: known(tool), aim: own, grant, cursors: deps.cursors }), aim, ticket }
    },
    narrow(operation) {
      const scope = tool?.scopeOf?.(parsed?.input as never, deps.api ?? emptyApi)
      return scope ? { ...operation, ...scope, name: operation.name } : operation
    },
    consent: () => consent,
    async run(started, { access }) {
      if (!parsed) throw new Error('a call runs before its arguments are checked')
      const { binding, ticket } = parsed
      const input = parsed.input as never
      const word = await confirmed({
        deps,
        tool: known(tool),
        access,
        context: started,
        input,
        binding,
        ticket,
      })
      if (isInputNeeded(word)) return word
      consent = word.by
      const context = { ...started, clientToken: word.clientToken }
      const regions = parsed.aim.regions
      if (regions === undefined) return known(tool).run(context, input)
      return { byRegion: await askRegions(known(tool), { context, regions, input }) }
    },
    format: (answer, receipt) =>
      'byRegion' in answer
        ? formatRegions(shapeRegions(answer.byRegion, asked()), receipt)
        : formatAnswer(shapeAnswer(answer, asked()), receipt),
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

const ticketOf = (confirmation: unknown): string | undefined => {
  if (confirmation === undefined || typeof confirmation === 'string') return confirmation
  throw new GatewayError('invalid_arguments', 'confirmation: expected the text that the refusal gave.')
}
