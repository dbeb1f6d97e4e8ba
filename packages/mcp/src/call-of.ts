import { type Call, claimedText, readTraceparent } from '@gateway/domain'
import { TRACEPARENT_META_KEY } from '@modelcontextprotocol/server'
import type { Caller, Exchange } from './exchange.ts'
import { isObject } from './rpc.ts'

/**
 * Who asks, without what else a transport's request holds. The trace context of the message itself, in the `_meta` of its
 * `params`, goes before that of the HTTP request around it, which may be a proxy's (MCP, SEP-414).
 */
export const callerIn = (caller: Caller, params: unknown): Caller => {
  const { grant, requestId, sourceIp, userAgent, log } = caller
  const traceparent = traceparentIn(params) ?? caller.traceparent
  return {
    grant,
    requestId,
    ...(sourceIp !== undefined && { sourceIp }),
    ...(userAgent !== undefined && { userAgent }),
    ...(traceparent !== undefined && { traceparent }),
    log,
  }
}

/** Most characters that are recorded of a user agent, and of a client's name or version. */
const userAgentLimit = 256
const nameLimit = 128

/** What every call of an exchange brings along. */
export const callOf = (exchange: Exchange): Omit<Call, 'interaction'> => {
  const { grant, era, requestId, sourceIp, userAgent, clientInfo, traceparent, signal, log } = exchange
  return {
    grant,
    era,
    requestId,
    ...(sourceIp !== undefined && { sourceIp }),
    ...(userAgent && { userAgent: claimedText(userAgent, userAgentLimit) }),
    ...(clientInfo?.name && {
      clientInfo: {
        name: claimedText(clientInfo.name, nameLimit),
        version: claimedText(clientInfo.version, nameLimit),
      },
    }),
    ...(traceparent !== undefined && { traceparent }),
    signal,
    log,
  }
}

const traceparentIn = (params: unknown): string | undefined => {
  const meta = isObject(params) ? params._meta : undefined
  const text = isObject(meta) ? meta[TRACEPARENT_META_KEY] : undefined
  return typeof text === 'string' && readTraceparent(text) ? text : undefined
}
