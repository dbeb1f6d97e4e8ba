import type { AwsRequest } from './aws.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { type ErrorCode, GatewayError } from './errors.ts'
import type { SentRequest } from './sent-requests.ts'
import { isRead } from './target.ts'

/** A request that only looks, or that AWS is only asked whether it would carry it out. */
export const changesNothing = (
  { api }: Pick<CallDependencies, 'api'>,
  { service, operation, input }: AwsRequest,
): boolean => {
  const found = api?.find(service, operation)
  return (found !== undefined && isRead(found)) || ('DryRun' in input && input.DryRun === true)
}

/**
 * The error of a call that has sent `changes` to AWS: where it would make its caller try the same again, it tells them instead
 * (`details.sent`), and no time after which to do so. Any other error as it is, and each one where nothing was changed.
 */
export const afterChanges = (error: GatewayError, changes: readonly SentRequest[]): GatewayError => {
  const { code, message, details, cause } = error
  const { retryAfterSeconds, ...rest } = details
  const invites = inviting.has(code) || retryAfterSeconds !== undefined
  if (!invites || changes.length === 0) return error
  const sent = changes.slice(-mostShown).map(({ request, region, requestId, done }) => ({
    action: `${request.service}:${request.operation}`,
    region,
    done,
    ...(requestId !== undefined && { requestId }),
  }))
  const others = changes.length - sent.length
  const told = sent.map(
    ({ action, region, done, requestId }) =>
      `${action} in ${region} ${done ? 'was' : 'may have been'} carried out${requestId === undefined ? '' : ` (AWS request ${requestId})`}`,
  )
  const all = [...(others > 0 ? [`${others} requests before these`] : []), ...told].join('; ')
  // Their own sentences say that nothing was sent, or to try again.
  const lead = ownWords.has(code) ? message : 'The gateway could not finish this call.'
  const text = `${lead} It had sent to AWS what changes something: ${all}. Look at what is there before you try again, or it may be done twice.`
  return new GatewayError(code, text, { details: { ...rest, sent }, cause })
}

/** Codes after which callers try again, whether or not they are told when. */
const inviting: ReadonlySet<ErrorCode> = new Set(['internal', 'timeout', 'unavailable'])

const ownWords: ReadonlySet<ErrorCode> = new Set(['aws_error', 'timeout'])

const mostShown = 20
