import { missingCapabilities } from '@gateway/domain'
import type { Answered, Exchange } from '../exchange.ts'
import { modernCapabilities } from '../features.ts'
import { instructions } from '../instructions.ts'
import { methodNotFound } from '../legacy/legacy.ts'
import { answerMethod, askingMethods, cacheableMethods } from '../methods.ts'
import { missingCapability } from '../missing-capability.ts'
import { fail, isObject, type Reply, rpcCodes, withMembers } from '../rpc.ts'
import type { Server } from '../server.ts'
import { answerTask, callAsTask } from '../tasks/tasks.ts'
import { completeOf } from './modern-results.ts'
import { modernVersions } from './modern-versions.ts'

/** Lists may change with a person's groups, so hosts may keep them for a minute, and never share them. */
const cacheable = '"ttlMs":60000,"cacheScope":"private"'

/** Answers one 2026-07-28 request whose envelope and headers are checked already; not `subscriptions/listen`. */
export const answerModern = async (
  server: Server,
  exchange: Exchange,
  request: { method: string; params?: unknown },
): Promise<Reply> => {
  const { method } = request
  const params = isObject(request.params) ? request.params : {}
  if (method === 'server/discover') return { result: discovered(server, exchange) }
  if (method.startsWith('tasks/')) return answerTask(server, exchange, method, params)
  const answered = askingMethods.has(method) ? await answersIn(server, exchange, method, params) : nothing
  if ('error' in answered) return answered
  const asTask = method === 'tools/call' ? await callAsTask(server, exchange, params, answered) : undefined
  if (asTask) return asTask
  const outcome = await (answerMethod(server, exchange, request, answered) ?? methodNotFound)
  if ('asks' in outcome) {
    const { needs, state } = outcome.asks
    const missing = missingCapabilities(needs, exchange.capabilities)
    if (missing) return missingCapability(missing)
    const requestState =
      state === undefined ? undefined : server.states.seal(state, { grant: exchange.grant, method, params })
    const result = { inputRequests: needs, ...(requestState !== undefined && { requestState }) }
    return {
      result: withMembers(JSON.stringify(result), `"resultType":"input_required",${server.resultMeta}`),
    }
  }
  if ('error' in outcome) return outcome
  const kept = cacheableMethods.has(method) ? `${cacheable},` : ''
  const ending = `${kept}${completeOf(server)}`
  const { page } = outcome
  // Put together from its parts: to cut a long list open would copy it.
  if (page) return { page, result: `{${page.members},${ending}}` }
  return { result: withMembers(outcome.result, ending) }
}

const discovered = (server: Server, { grant }: Exchange): string =>
  withMembers(
    JSON.stringify({
      supportedVersions: modernVersions,
      capabilities: modernCapabilities(server.offerOf(grant.tenant)),
      instructions,
    }),
    `${cacheable},${completeOf(server)}`,
  )

const nothing: Answered = { answers: {}, state: undefined }

/** What the client sends back of a question, checked in form; what it says is for the handler to check. */
const answersIn = async (
  server: Server,
  { grant }: Exchange,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<Answered | ReturnType<typeof fail>> => {
  const { inputResponses, requestState } = params
  if (inputResponses === undefined && requestState === undefined) return nothing
  if (!isObject(inputResponses) || !Object.values(inputResponses).every(isObject)) {
    return fail(rpcCodes.invalidParams, 'Invalid params: inputResponses must be an object of objects.')
  }
  if (requestState === undefined) return { answers: inputResponses, state: undefined }
  const opened =
    typeof requestState === 'string'
      ? await server.states.open(requestState, { grant, method, params })
      : undefined
  if (opened) return { answers: inputResponses, state: opened.state }
  const text =
    'Invalid params: requestState was altered, used before, too old, or made for another request. Call again without it.'
  return fail(rpcCodes.invalidParams, text, { code: 'invalid_request_state' })
}
