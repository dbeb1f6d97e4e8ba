import { type ClientCapabilities, logLevels } from '@gateway/domain'
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
} from '@modelcontextprotocol/server'
import { callerIn } from '../call-of.ts'
import type { Caller, ClientInfo, Exchange } from '../exchange.ts'
import { fail, isObject, rpcCodes } from '../rpc.ts'

/** The exchange of a request that brings all that is known of its client in its `_meta`. */
export const modernExchange = (of: {
  readonly caller: Caller
  version: string
  params: Readonly<Record<string, unknown>>
  signal: AbortSignal
  readonly challenges?: boolean
  send(message: string): void
}): Exchange => {
  const { caller, version, params, signal, challenges = false, send } = of
  const meta = isObject(params._meta) ? params._meta : {}
  const level = meta[LOG_LEVEL_META_KEY]
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY]
  return {
    ...callerIn(caller, params),
    era: 'modern',
    version,
    capabilities: isObject(capabilities) ? (capabilities as ClientCapabilities) : {},
    clientInfo: clientInfoIn(meta[CLIENT_INFO_META_KEY]),
    logLevel: logLevels.find((each) => each === level),
    signal,
    challenges,
    send,
    // A stream of this revision cannot be resumed, so nobody lets go of it.
    closeStream: () => undefined,
  }
}

const clientInfoIn = (value: unknown): ClientInfo | undefined => {
  if (!isObject(value) || typeof value.name !== 'string') return undefined
  return { name: value.name, version: typeof value.version === 'string' ? value.version : '' }
}

/** The refusal of a revision that is not served. */
export const unsupportedVersion = (supported: readonly string[], requested: unknown) =>
  fail(rpcCodes.unsupportedVersion, 'Unsupported protocol version.', { supported, requested })
