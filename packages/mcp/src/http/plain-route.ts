import { logLevels } from '@gateway/domain'
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server'
import { legacyVersions } from '../legacy/legacy.ts'
import { modernVersions } from '../modern/modern-versions.ts'
import { isObject, isRpcId, type RpcRequest } from '../rpc.ts'

/** The headers that say something of the era. */
export interface EraHeaders {
  readonly version: string | undefined
  readonly method: string | undefined
}

/** A request whose era is plain to see; `version` of a modern one is that of its envelope and of its header. */
export type PlainRoute =
  | { readonly era: 'legacy' }
  | { readonly era: 'modern'; readonly message: RpcRequest; readonly version: string }

/**
 * Tells the era of the requests that nearly all calls are, where nothing is left to doubt: a JSON-RPC request with its
 * four members, in the words of one era throughout. Undefined for all else, which the SDK's classifier judges by its
 * schemas; that costs a third of a call.
 */
export const plainRoute = (body: unknown, { version, method }: EraHeaders): PlainRoute | undefined => {
  if (!isObject(body) || !hasOnly(body, messageMembers)) return undefined
  const { jsonrpc, id, method: asked, params } = body
  if (jsonrpc !== '2.0' || !isRpcId(id) || typeof asked !== 'string' || asked === 'initialize')
    return undefined
  if (params !== undefined && !isObject(params)) return undefined
  const meta = params?._meta
  if (meta === undefined || (isObject(meta) && hasOnly(meta, legacyMeta) && isToken(meta.progressToken))) {
    const isLegacy = version === undefined || legacyVersions.some((each) => each === version)
    return isLegacy ? { era: 'legacy' } : undefined
  }
  if (!isObject(meta) || !isPlainEnvelope(meta)) return undefined
  const claimed = meta[PROTOCOL_VERSION_META_KEY]
  const served = modernVersions.find((each) => each === claimed)
  if (served === undefined || version !== served || method !== asked) return undefined
  return { era: 'modern', message: { id, method: asked, params }, version: served }
}

const messageMembers: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])
const legacyMeta: ReadonlySet<string> = new Set(['progressToken'])
const modernMeta: ReadonlySet<string> = new Set([
  'progressToken',
  PROTOCOL_VERSION_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
])
const infoMembers: ReadonlySet<string> = new Set(['name', 'version', 'title'])
const capabilityMembers: ReadonlySet<string> = new Set(['elicitation', 'sampling', 'roots', 'extensions'])

const isPlainEnvelope = (meta: Record<string, unknown>): boolean => {
  const info = meta[CLIENT_INFO_META_KEY]
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY]
  const level = meta[LOG_LEVEL_META_KEY]
  return (
    hasOnly(meta, modernMeta) &&
    isToken(meta.progressToken) &&
    (level === undefined || logLevels.some((each) => each === level)) &&
    isObject(capabilities) &&
    hasOnly(capabilities, capabilityMembers) &&
    Object.values(capabilities).every((each) => isObject(each) && Object.values(each).every(isEmpty)) &&
    (info === undefined || isPlainInfo(info))
  )
}

const isPlainInfo = (info: unknown): boolean =>
  isObject(info) &&
  typeof info.name === 'string' &&
  typeof info.version === 'string' &&
  (info.title === undefined || typeof info.title === 'string') &&
  hasOnly(info, infoMembers)

const isToken = (token: unknown): boolean =>
  token === undefined || typeof token === 'string' || Number.isSafeInteger(token)

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0

const hasOnly = (object: Record<string, unknown>, members: ReadonlySet<string>): boolean => {
  for (const name in object) if (!members.has(name)) return false
  return true
}
