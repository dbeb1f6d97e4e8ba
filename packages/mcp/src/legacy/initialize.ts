import { type Grant, type LogLevel, logLevels, type SessionRecord } from '@gateway/domain'
import type { InitializeResult } from '@modelcontextprotocol/sdk/types.js'
import { legacyCapabilities } from '../features.ts'
import { instructions } from '../instructions.ts'
import { type Failure, fail, isObject, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { legacyVersions } from './legacy.ts'

/** What `initialize` agreed on, without an id yet. */
export type Agreement = Omit<SessionRecord, 'id'>

/** Reads the params of `initialize` and negotiates the version. */
export const agree = (grant: Grant, params: unknown): Agreement | Failure => {
  if (!isObject(params) || typeof params.protocolVersion !== 'string' || !isObject(params.capabilities)) {
    const expected = 'expected protocolVersion (string), capabilities and clientInfo (objects)'
    return fail(rpcCodes.invalidParams, `Invalid params: ${expected}.`)
  }
  const capabilities = JSON.stringify(params.capabilities)
  if (capabilities.length > 2048) {
    return fail(rpcCodes.invalidParams, 'Invalid params: capabilities are over 2048 characters.')
  }
  const clientInfo = isObject(params.clientInfo) ? params.clientInfo : {}
  const { protocolVersion } = params
  return {
    tenantId: grant.tenant.id,
    principalId: grant.principal.id,
    protocolVersion: legacyVersions.find((version) => version === protocolVersion) ?? legacyVersions[0],
    clientName: shortText(clientInfo.name),
    clientVersion: shortText(clientInfo.version),
    clientCapabilities: capabilities,
  }
}

/** The result of `initialize`, as JSON. */
export const initializeResult = (server: Server, grant: Grant, { protocolVersion }: Agreement): string =>
  JSON.stringify({
    protocolVersion,
    capabilities: legacyCapabilities(server.offerOf(grant.tenant)),
    serverInfo: server.serverInfo,
    instructions,
  } satisfies InitializeResult)

/** Most resources whose changes one session may want to hear of, and most characters of their URIs together. */
const subscriptionLimit = 100
const subscriptionCharacters = 16_384

/** A request that changes the session; undefined for other methods. */
export const sessionChange = (
  server: Server,
  grant: Grant,
  { method, params }: { method: string; params?: unknown },
): ((session: Agreement) => Agreement | Failure) | undefined => {
  switch (method) {
    case 'logging/setLevel':
      return (session) => {
        const level = isObject(params) ? params.level : undefined
        if (!isLogLevel(level)) {
          return fail(rpcCodes.invalidParams, `Invalid params: level must be one of ${logLevels.join(', ')}.`)
        }
        return { ...session, logLevel: level }
      }
    case 'resources/subscribe':
      return (session) => {
        const uri = isObject(params) ? params.uri : undefined
        if (typeof uri !== 'string' || !server.mayRead(grant, uri)) {
          return fail(rpcCodes.resourceNotFound, 'There is no such resource.')
        }
        const subscriptions = [...new Set([...(session.subscriptions ?? []), uri])]
        const tooMany =
          subscriptions.length > subscriptionLimit || subscriptions.join('').length > subscriptionCharacters
        return tooMany
          ? fail(
              rpcCodes.refused,
              `A session has at most ${subscriptionLimit} subscriptions, with short URIs.`,
            )
          : { ...session, subscriptions }
      }
    case 'resources/unsubscribe':
      return (session) => {
        const uri = isObject(params) ? params.uri : undefined
        if (typeof uri !== 'string')
          return fail(rpcCodes.invalidParams, 'Invalid params: expected {"uri": string}.')
        return { ...session, subscriptions: (session.subscriptions ?? []).filter((each) => each !== uri) }
      }
    default:
      return undefined
  }
}

const isLogLevel = (value: unknown): value is LogLevel => logLevels.some((level) => level === value)

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 128) : '')
