import { type LogLevel, logLevels, type SessionRecord, tenantKey } from '@gateway/domain'

/**
 * The key of a session, or undefined for an id that is not of the shape that we make: such an id is unknown, and must
 * not reach any key.
 */
export const sessionKey = (tenantId: string, id: string): string | undefined =>
  /^[\w-]{16,128}$/.test(id) ? tenantKey(tenantId, 'sess', id) : undefined

/** The key of a session about to be stored; an id of another shape is our own mistake. */
export const newSessionKey = ({ tenantId, id }: SessionRecord): string => {
  const key = sessionKey(tenantId, id)
  if (key === undefined) throw new RangeError('a session id is 16-128 letters, digits, - or _')
  return key
}

/** What is stored of a session: all that its key does not say, so that no record can claim another tenant. */
export const encodeSession = ({ id, tenantId, ...stored }: SessionRecord): string => JSON.stringify(stored)

/** The session behind a stored text; undefined if the text is not one, as if the session had ended. */
export const decodeSession = (tenantId: string, id: string, text: string): SessionRecord | undefined => {
  const { principalId, protocolVersion, clientName, clientVersion, clientCapabilities, ...optional } =
    fieldsOf(text)
  const { logLevel, subscriptions } = optional
  if (
    typeof principalId !== 'string' ||
    typeof protocolVersion !== 'string' ||
    typeof clientName !== 'string' ||
    typeof clientVersion !== 'string' ||
    typeof clientCapabilities !== 'string' ||
    !(logLevel === undefined || isLogLevel(logLevel)) ||
    !(subscriptions === undefined || isTexts(subscriptions))
  ) {
    return undefined
  }
  return {
    id,
    tenantId,
    principalId,
    protocolVersion,
    clientName,
    clientVersion,
    clientCapabilities,
    ...(logLevel !== undefined && { logLevel }),
    ...(subscriptions !== undefined && { subscriptions }),
  }
}

const isLogLevel = (value: unknown): value is LogLevel => logLevels.some((level) => level === value)

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

const fieldsOf = (text: string): Partial<Record<keyof SessionRecord, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
