import { type ClientCapabilities, logLevels } from '@gateway/domain'
import { CLIENT_CAPABILITIES_META_KEY, LOG_LEVEL_META_KEY } from '@modelcontextprotocol/server'
import type { Caller, Exchange } from '../exchange.ts'
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
  const { grant, requestId, sourceIp, log } = caller
  const meta = isObject(params._meta) ? params._meta : {}
  const level = meta[LOG_LEVEL_META_KEY]
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY]
  return {
    grant,
    requestId,
    ...(sourceIp !== undefined && { sourceIp }),
    log,
    era: 'modern',
    version,
    capabilities: isObject(capabilities) ? (capabilities as ClientCapabilities) : {},
    logLevel: logLevels.find((each) => each === level),
    signal,
    challenges,
    send,
    // A stream of this revision cannot be resumed, so nobody lets go of it.
    closeStream: () => undefined,
  }
}

/** The refusal of a revision that is not served. */
export const unsupportedVersion = (supported: readonly string[], requested: unknown) =>
  fail(rpcCodes.unsupportedVersion, 'Unsupported protocol version.', { supported, requested })
