import { GatewayError } from '@gateway/domain'
import { cleanText, cleanToken } from './clean-text.ts'
import { adviceFor } from './fault-advice.ts'

/** What was being done when something was thrown. */
export interface Attempted {
  /** `ec2:DescribeInstances`. */
  readonly action: string
  /** Strings that must not survive in any text. */
  readonly secrets?: readonly string[]
  /** How often it was sent. */
  readonly attempts?: number
  /** Where AWS throttled it: when it may be asked again. */
  readonly retryAfterSeconds?: number | undefined
}

/**
 * Anything that the SDK threw, as an error of ours. Nothing thrown by the SDK is kept, not as a cause either: it
 * carries the response, and the response may carry credentials.
 */
export const faultOf = (thrown: unknown, attempted: Attempted): Error => {
  const facts = factsOf(thrown, attempted.secrets)
  const cause = safeCause(facts)
  const { action, retryAfterSeconds } = attempted
  const { status, requestId } = facts
  // An answer that no service of AWS wrote: a proxy's page, a load balancer without its backend, cut-off XML.
  const foreign = !facts.fault || (facts.code === undefined && requestId === undefined)
  if (status !== undefined && !foreign) {
    const code = facts.code ?? `Http${status}`
    const verb = facts.fault === 'server' ? 'AWS failed at' : 'AWS refused'
    const { message } = facts
    const attempts = attempted.attempts ?? facts.attempts
    const aws = {
      code,
      ...(message !== undefined && { message }),
      ...(requestId !== undefined && { requestId }),
      httpStatus: status,
      ...(attempts !== undefined && { attempts }),
    }
    if (retryAfterSeconds === undefined) {
      const advice = adviceFor({ action, code, message, fault: facts.fault ?? 'client' })
      const text = [`${verb} ${action}: ${code}.`, advice].filter(Boolean).join(' ')
      return new GatewayError('aws_error', text, { details: { aws }, cause })
    }
    const text = `${verb} ${action}: ${code}. AWS throttles such requests in this account and region, and the gateway has slowed down. Ask for less, and not before ${retryAfterSeconds} s.`
    return new GatewayError('aws_error', text, { details: { aws, retryAfterSeconds }, cause })
  }
  if (status !== undefined) {
    const text = `What answered ${action} with HTTP status ${status} is not AWS. Ask the operator of the gateway about its network.`
    return new GatewayError('aws_unreachable', text, { cause })
  }
  if (facts.network) {
    const text = `AWS could not be reached for ${action} (${facts.network}). Try again; if it stays, tell the operator of the gateway.`
    return new GatewayError('aws_unreachable', text, { cause })
  }
  return new Error(`${action} could not be sent`, { cause: withFramesOf(thrown, cause) })
}

/** The error code that AWS answered, if it answered one. */
export const awsCodeOf = (thrown: unknown): string | undefined => factsOf(thrown).code

/** What to call a failure where a word must do: AWS's code, else Node's, else that nobody answered in time. */
export const shortCodeOf = (thrown: unknown): string => {
  const { code, network, name, status } = factsOf(thrown)
  if (code !== undefined) return code
  if (network !== undefined) return network === noAnswer ? 'Timeout' : network
  return status === undefined ? name : `Http${status}`
}

/** Whether AWS says that the session is over; for EC2 that is `RequestExpired` (EC2 API, "Common client error codes"). */
export const isExpired = (thrown: unknown): boolean => expired.has(awsCodeOf(thrown) ?? '')

const expired: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
])

/** What may be known of an exception of the SDK; everything else of it is left behind. */
interface Facts {
  readonly name: string
  readonly message: string | undefined
  readonly code: string | undefined
  readonly fault: 'client' | 'server' | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly attempts: number | undefined
  /** Node's code of a network error, or what to call a timeout. */
  readonly network: string | undefined
}

const factsOf = (thrown: unknown, secrets: readonly string[] = []): Facts => {
  const { name, message, code, $fault, $metadata } = fieldsOf(thrown)
  const { httpStatusCode, requestId, attempts } = fieldsOf($metadata)
  const fault = $fault === 'client' || $fault === 'server' ? $fault : undefined
  // `Unknown` and `UnknownError` are the SDK's words for an answer without a body, as to every HEAD.
  const known = (text: unknown) => typeof text === 'string' && !/^Unknown(Error)?$/.test(text)
  const nodeCode = typeof code === 'string' && !code.startsWith('ERR_INVALID') ? code : undefined
  return {
    name: cleanToken(name) ?? 'Error',
    // Other messages are the SDK's own and may quote what it failed to read or to write.
    message: fault && known(message) ? cleanText(String(message), secrets) : undefined,
    code: fault && known(name) ? cleanToken(name) : undefined,
    fault,
    status: typeof httpStatusCode === 'number' ? httpStatusCode : undefined,
    requestId: cleanToken(requestId),
    attempts: typeof attempts === 'number' ? attempts : undefined,
    network: cleanToken(nodeCode) ?? (inTime.has(String(name)) ? noAnswer : undefined),
  }
}

const noAnswer = 'no answer in time'
/** An abort that comes this far is one of our own time limits; a caller's own is seen before. */
const inTime: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError'])

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

const safeCause = ({ name, message, network, status, requestId, attempts }: Facts): Error => {
  const cause = new Error(message ?? '')
  cause.name = name
  return Object.assign(cause, { network, status, requestId, attempts })
}

/** Where the SDK failed, without its message. */
const withFramesOf = (thrown: unknown, cause: Error): Error => {
  const { stack } = fieldsOf(thrown)
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^ +at /.test(line)) : []
  cause.stack = [cause.name, ...frames].join('\n')
  return cause
}
