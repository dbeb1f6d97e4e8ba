import { knownScopes, type Principal, type ReplicaMessage } from '@gateway/domain'
import type { Caller } from '../exchange.ts'
import { isObject } from '../rpc.ts'

/** A message of a client that one replica took and another one acts on. */
export interface Forwarded {
  readonly sessionId: string
  readonly principal: Principal
  readonly requestId: string
  readonly sourceIp?: string
  readonly userAgent?: string
  readonly traceparent?: string
  readonly message: unknown
}

/** Kind of these messages on the bus. */
export const forwardKind = 'sse-message'

/** The message to the replica that holds the stream of `sessionId`, with who sent it, as was verified here. */
export const forwarded = (
  { grant, requestId, sourceIp, userAgent, traceparent }: Caller,
  sessionId: string,
  message: unknown,
): ReplicaMessage => ({
  kind: forwardKind,
  sessionId,
  principal: grant.principal,
  requestId,
  ...(sourceIp !== undefined && { sourceIp }),
  ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 512) }),
  ...(traceparent !== undefined && { traceparent: traceparent.slice(0, 64) }),
  message,
})

/** What came over the bus; undefined for what is of another shape. */
export const readForwarded = (received: ReplicaMessage): Forwarded | undefined => {
  const { sessionId, requestId, sourceIp, userAgent, traceparent, message } = received
  const principal = isObject(received.principal) ? principalIn(received.principal) : undefined
  if (typeof sessionId !== 'string' || typeof requestId !== 'string' || !principal) return undefined
  return {
    sessionId,
    principal,
    requestId,
    ...(typeof sourceIp === 'string' && { sourceIp }),
    ...(typeof userAgent === 'string' && { userAgent }),
    ...(typeof traceparent === 'string' && { traceparent }),
    message,
  }
}

const principalIn = (value: Readonly<Record<string, unknown>>): Principal | undefined => {
  const { id, issuer, subject, tenantId, client, scopes, groups, tokenId, tokenExpires } = value
  if (typeof id !== 'string' || typeof issuer !== 'string' || typeof subject !== 'string') return undefined
  if (typeof tenantId !== 'string' || typeof client !== 'string') return undefined
  if (!isStrings(scopes) || !isStrings(groups)) return undefined
  return {
    id,
    issuer,
    subject,
    tenantId,
    client,
    scopes: knownScopes(scopes),
    groups,
    ...(typeof tokenId === 'string' && { tokenId }),
    ...(typeof tokenExpires === 'number' && { tokenExpires }),
  }
}

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')
