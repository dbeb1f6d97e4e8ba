import { GatewayError, type InputNeeded, isInputNeeded, type ToolResult } from '@gateway/domain'
import { callOf } from './call-of.ts'
import type { Catalogue, ListName } from './catalogue.ts'
import { complete } from './completion.ts'
import type { Answered, Exchange, McpDependencies } from './exchange.ts'
import { interactionOf } from './interaction.ts'
import { type Failure, fail, isObject, type Reply, rpcCodes } from './rpc.ts'
import { challengeOf } from './step-up.ts'

/** What a method comes to: a reply, or a question to the client. */
export type Outcome = Reply | { readonly asks: InputNeeded }

/** Methods whose results a 2026-07-28 client may keep for a while. */
export const cacheableMethods: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])

/** Methods that may ask the client something before they answer. */
export const askingMethods: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get'])

/** The methods that both eras have; undefined for others. They are written once and do not know the wire. */
export const answerMethod = (
  deps: McpDependencies & { readonly catalogue: Catalogue },
  exchange: Exchange,
  { method, params }: { method: string; params?: unknown },
  answered: Answered,
): Promise<Outcome> | Outcome | undefined => {
  switch (method) {
    case 'tools/call':
      return callTool(deps, exchange, params, answered)
    case 'tools/list':
      return list(deps, exchange, 'tools', params)
    case 'prompts/list':
      return list(deps, exchange, 'prompts', params)
    case 'resources/list':
      return list(deps, exchange, 'resources', params)
    case 'resources/templates/list':
      return list(deps, exchange, 'resourceTemplates', params)
    case 'resources/read':
      return readResource(deps, exchange, params, answered)
    case 'prompts/get':
      return getPrompt(deps, exchange, params, answered)
    case 'completion/complete':
      return complete(deps.offerOf(exchange.grant.tenant), exchange.grant, params)
    default:
      return undefined
  }
}

const list = (
  deps: { readonly catalogue: Catalogue },
  { grant }: Exchange,
  name: ListName,
  params: unknown,
): Reply => {
  const cursor = isObject(params) ? params.cursor : undefined
  const page =
    cursor === undefined || typeof cursor === 'string' ? deps.catalogue.page(name, grant, cursor) : undefined
  if (!page) return invalidParams('unknown cursor; ask again without one')
  return { result: `{${page.members}}`, ...(page.isKept && { page }) }
}

/** Refusals of the call are results; only an unknown tool is a protocol error. */
const callTool = async (
  deps: McpDependencies,
  exchange: Exchange,
  params: unknown,
  answered: Answered,
): Promise<Outcome> => {
  if (!isObject(params) || typeof params.name !== 'string') {
    return invalidParams('expected {"name": string, "arguments"?: object}')
  }
  const args = params.arguments ?? {}
  if (!isObject(args)) return invalidParams('arguments must be an object')
  try {
    const interaction = interactionOf(exchange, params, answered)
    const result = await deps.callTool({ ...callOf(exchange), interaction, tool: params.name, args })
    if (isInputNeeded(result)) return { asks: result }
    return (await challengeOf(deps, exchange, result.refusal)) ?? { result: toolResultText(result) }
  } catch (thrown) {
    return refusalOf(thrown, exchange)
  }
}

const readResource = async (
  deps: McpDependencies,
  exchange: Exchange,
  params: unknown,
  answered: Answered,
): Promise<Outcome> => {
  if (!isObject(params) || typeof params.uri !== 'string') return invalidParams('expected {"uri": string}')
  try {
    const interaction = interactionOf(exchange, params, answered)
    const read = await deps.readResource({ ...callOf(exchange), interaction, uri: params.uri })
    return isInputNeeded(read) ? { asks: read } : { result: JSON.stringify(read) }
  } catch (thrown) {
    const { error, ...rest } = await challengedOr(deps, exchange, thrown)
    // SEP-2164: the client's own URI, so that it knows which of several reads failed.
    return { ...rest, error: { ...error, data: { ...Object(error.data), uri: params.uri } } }
  }
}

const getPrompt = async (
  deps: McpDependencies,
  exchange: Exchange,
  params: unknown,
  answered: Answered,
): Promise<Outcome> => {
  const args = isObject(params) ? (params.arguments ?? {}) : undefined
  if (!isObject(params) || typeof params.name !== 'string' || !isStringMap(args)) {
    return invalidParams('expected {"name": string, "arguments"?: object of strings}')
  }
  try {
    const interaction = interactionOf(exchange, params, answered)
    const prompt = await deps.getPrompt({ ...callOf(exchange), interaction, prompt: params.name, args })
    return isInputNeeded(prompt) ? { asks: prompt } : { result: JSON.stringify(prompt) }
  } catch (thrown) {
    return challengedOr(deps, exchange, thrown)
  }
}

/** Like `refusalOf`, or a challenge where signing in for more would help. */
const challengedOr = async (deps: McpDependencies, exchange: Exchange, thrown: unknown): Promise<Failure> => {
  const refusal = thrown instanceof GatewayError ? thrown : undefined
  return (await challengeOf(deps, exchange, refusal)) ?? refusalOf(thrown, exchange)
}

/** The JSON of a `CallToolResult`. */
export const toolResultText = ({ text, structured, isError, media }: ToolResult): string =>
  JSON.stringify({
    content: media ? [{ type: 'text', text }, ...media] : [{ type: 'text', text }],
    structuredContent: structured,
    ...(isError && { isError }),
  })

/** What the line refused, as a protocol error; `unavailable` goes on to the transport, which has its own words. */
export const refusalOf = (thrown: unknown, { era }: Pick<Exchange, 'era'>): Failure => {
  if (!(thrown instanceof GatewayError) || thrown.code === 'unavailable') throw thrown
  const { code, message, audited, details } = thrown
  const data = { code, ...(details.issues && { issues: details.issues }), ...waitOf(details) }
  return { ...fail(rpcCodeOf(code, era), message, data), audited }
}

const waitOf = ({ retryAfterSeconds }: GatewayError['details']) =>
  retryAfterSeconds === undefined ? {} : { retry_after_s: retryAfterSeconds }

const rpcCodeOf = (code: GatewayError['code'], era: Exchange['era']): number => {
  switch (code) {
    case 'unknown_resource':
      return era === 'legacy' ? rpcCodes.resourceNotFound : rpcCodes.invalidParams
    case 'unknown_tool':
    case 'unknown_prompt':
    case 'invalid_arguments':
      return rpcCodes.invalidParams
    case 'internal':
      return rpcCodes.internalError
    default:
      return rpcCodes.refused
  }
}

const invalidParams = (what: string) => fail(rpcCodes.invalidParams, `Invalid params: ${what}.`)

const isStringMap = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string')
