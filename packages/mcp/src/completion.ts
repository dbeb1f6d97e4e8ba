import { type Complete, decide, type Grant, type Offer, promptAccess } from '@gateway/domain'
import { fail, isObject, type Reply, rpcCodes } from './rpc.ts'

/** Most suggestions in one answer (MCP, "Completion"). */
const most = 100

/** `completion/complete`: suggestions for an argument of a prompt or a variable of a resource template. */
export const complete = (offer: Offer, grant: Grant, params: unknown): Reply => {
  const invalid = fail(
    rpcCodes.invalidParams,
    'Invalid params: expected a ref of a prompt or resource template, and argument {"name", "value"}.',
  )
  if (!isObject(params) || !isObject(params.ref) || !isObject(params.argument)) return invalid
  const { name, value } = params.argument
  if (typeof name !== 'string' || typeof value !== 'string') return invalid
  const suggest = completerOf(offer, grant, params.ref, name)
  if (suggest === undefined) return invalid
  const found = suggest === 'none' ? [] : suggest(grant, value, othersIn(params.context))
  const values = found.slice(0, most)
  return {
    result: JSON.stringify({
      completion: { values, total: found.length, hasMore: found.length > values.length },
    }),
  }
}

/** Undefined for what does not exist, or not for this caller; `none` for what has no suggestions. */
const completerOf = (
  offer: Offer,
  grant: Grant,
  ref: Record<string, unknown>,
  argument: string,
): Complete | 'none' | undefined => {
  if (ref.type === 'ref/prompt' && typeof ref.name === 'string') {
    if (decide({ grant, tool: promptAccess }).effect === 'deny') return undefined
    const found = offer.prompts.get(ref.name)?.arguments.find(({ name }) => name === argument)
    return found && (found.complete ?? 'none')
  }
  if (ref.type !== 'ref/resource') return undefined
  const resource = offer.resources.find(({ uri }) => uri === ref.uri)
  if (!resource || decide({ grant, tool: resource }).effect === 'deny') return undefined
  if (!resource.uri.includes(`{${argument}}`)) return undefined
  return resource.complete?.[argument] ?? 'none'
}

const othersIn = (context: unknown): Readonly<Record<string, string>> => {
  const given = isObject(context) && isObject(context.arguments) ? context.arguments : {}
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
