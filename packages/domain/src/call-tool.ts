import { askRegions, type RegionAnswer } from './across-regions.ts'
import { emptyApi } from './aws-api.ts'
import type { CallContext } from './call-context.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { type Confirmed, confirmed, takeBack } from './confirmation/confirm.ts'
import { takesTicket } from './confirmation/needs.ts'
import { costQuestion } from './cost-facts.ts'
import { GatewayError } from './errors.ts'
import { formatAnswer, formatError, type ToolResult } from './format.ts'
import { formatRegions } from './format-regions.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { launchTurns } from './launch-turns.ts'
import { sealPage } from './page-cursor.ts'
import { type CallBounds, runCall } from './run-call.ts'
import { isDefinite } from './sent-requests.ts'
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
 * a protocol error, and `unavailable`, which is 503, where nothing was changed.
 */
export const callTool = async (deps: CallDependencies, call: ToolCall): Promise<ToolResult | InputNeeded> => {
  const { grant } = call
  const tool = deps.offerOf(grant.tenant).tools.get(call.tool)
  let parsed: Parsed | undefined
  let consent: Confirmed | undefined
  const asked = (): Asked => {
    if (!parsed) throw new Error('a call answers before its arguments are checked')
    const { page, fields, binding } = parsed
    const bound = (region: string | undefined) => (region === undefined ? binding : { ...binding, region })
    const seal: Asked['seal'] = (start, region) => sealPage(deps.cursors, start, bound(region))
    return { tool: known(tool), page, fields, seal }
  }
  const outcome = await runCall<ToolAnswer<unknown> | Regions, ToolResult>(deps, call, {
    kind: 'tool',
    asks: { args: call.args, input: tool?.input },
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
      const scope = tool?.scopeOf?.(parsed?.input as never, deps.api ?? emptyApi, grant.tenant)
      return scope ? { ...operation, ...scope, name: operation.name } : operation
    },
    consent: () => consent,
    async run(started, { access }, bounds) {
      if (!parsed) throw new Error('a call runs before its arguments are checked')
      const { binding, ticket, aim } = parsed
      const input = parsed.input as never
      const word = await confirmed({
        ...bounds,
        deps,
        tool: known(tool),
        access,
        context: started,
        input,
        binding,
        ticket,
      })
      if (isInputNeeded(word)) return word
      consent = word
      const { clientToken } = word
      const context = clientToken === started.clientToken ? started : { ...started, clientToken }
      const { regions } = aim
      let begun = false
      const begin = async () => {
        begun = true
        return known(tool).run(context, input)
      }
      try {
        return await spent(word, bounds, async () =>
          regions === undefined
            ? inTurn(deps, word, context, begin)
            : { byRegion: await askRegions(known(tool), { context, regions, input }) },
        )
      } catch (thrown) {
        // Neither the budget nor a turn could be had: what was prepared for the call is of no use any more.
        if (!begun && regions === undefined) await takeBack({ tool: known(tool), input }, context, thrown)
        throw thrown
      }
    },
    format: (answer, receipt) =>
      'byRegion' in answer
        ? formatRegions(shapeRegions(answer.byRegion, asked()), receipt)
        : formatAnswer(shapeAnswer(answer, asked()), receipt),
    audited: ({ text, structured, media = [] }) => ({
      text,
      counts: { ...countsOf(structured.data), ...(media.length > 0 && { media: media.length }) },
    }),
  })
  if ('result' in outcome) return outcome.result
  const { error, callId } = outcome
  // What may have been done must not be tried again just so, as a client does after a 503.
  const isUndone = error.code === 'unavailable' && !error.details.sent
  if (error.code === 'unknown_tool' || isUndone) throw error
  return formatError(error, callId)
}

/** How long the lists of an answer are. */
const countsOf = (data: unknown): Readonly<Record<string, number>> => {
  if (Array.isArray(data)) return { items: data.length }
  if (typeof data !== 'object' || data === null) return {}
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.length]] : [])),
  )
}

interface Regions {
  readonly byRegion: readonly RegionAnswer[]
}

type Work = ToolAnswer<unknown> | Regions | InputNeeded

/** Work that the budget is charged for: before it begins, and with what it came to. */
const spent = async (
  { cost, beyond = false }: Confirmed,
  { spending, changedNothing }: CallBounds,
  work: () => Promise<Work>,
): Promise<Work> => {
  const estimate = cost?.estimate
  if (!estimate) return work()
  const reserved = await spending.reserve(estimate, { beyond })
  try {
    const answer = await work()
    if ('microUsd' in answer && answer.microUsd !== undefined) await reserved.settle(answer.microUsd)
    return answer
  } catch (thrown) {
    // What may have been done all the same stays charged.
    if (isDefinite(thrown) && changedNothing()) await reserved.settle(0)
    throw thrown
  }
}

/** What starts instances waits for its turn where how many run is limited. */
const inTurn = async <Answer>(
  { records, costs }: CallDependencies,
  { sends }: Confirmed,
  context: CallContext,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  if (!sends || !costs) return work()
  if (!records) {
    if (context.grant.tenant.costControl.ec2?.maxRunning === undefined) return work()
    throw new GatewayError(
      'unavailable',
      'How many instances run cannot be held to its limit here, so nothing was started.',
    )
  }
  const turns = launchTurns({ records, costs, wait: context.wait })
  const { grant, account, clientToken } = context
  const question = costQuestion(sends, context)
  return turns(
    { tenantId: grant.tenant.id, accountId: account.accountId, callId: clientToken, question },
    work,
  )
}

const known = (tool: AnyTool | undefined): AnyTool => {
  if (!tool) throw new GatewayError('unknown_tool', 'Unknown tool. Ask tools/list which there are.')
  return tool
}

const ticketOf = (confirmation: unknown): string | undefined => {
  if (confirmation === undefined || typeof confirmation === 'string') return confirmation
  throw new GatewayError('invalid_arguments', 'confirmation: expected the text that the refusal gave.')
}
