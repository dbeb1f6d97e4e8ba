import type { AwsRequest } from './aws.ts'
import { GatewayError } from './errors.ts'

/** A request that AWS has carried out, or may have. */
export interface SentRequest {
  readonly request: AwsRequest
  readonly region: string
  readonly requestId?: string
  /** False while nobody knows: it is under way, or ended without an answer that says. */
  readonly done: boolean
}

/** Remembers requests from before they are sent. */
export interface SentRequests {
  begin(
    request: AwsRequest,
    region: string,
  ): { ended(requestId?: string): void; failed(thrown: unknown): void }
  /** In the order in which they began; without those that AWS certainly has not carried out. */
  list(): readonly SentRequest[]
}

export const sentRequests = (): SentRequests => {
  const sent = new Map<symbol, SentRequest>()
  return {
    begin(request, region) {
      const id = Symbol()
      const known: SentRequest = { request, region, done: false }
      sent.set(id, known)
      const withId = (requestId: string | undefined) => requestId !== undefined && { requestId }
      return {
        ended(requestId) {
          sent.set(id, { ...known, ...withId(requestId), done: true })
        },
        failed(thrown) {
          if (!mayBeDone(thrown)) sent.delete(id)
          else if (thrown instanceof GatewayError) {
            sent.set(id, { ...known, ...withId(thrown.details.aws?.requestId) })
          }
        },
      }
    },
    list: () => [...sent.values()],
  }
}

/** Whether a failure says for sure that what failed was not done. */
export const isDefinite = (thrown: unknown): boolean => {
  if (!(thrown instanceof GatewayError)) return false
  const { code, details } = thrown
  // An attempt before the last one may have been carried out, whatever the last one says.
  if (code === 'aws_error')
    return (details.aws?.httpStatus ?? 500) < 500 && (details.aws?.attempts ?? 1) === 1
  return !['aws_unreachable', 'internal', 'timeout', 'unavailable'].includes(code)
}

/** Of one request: what cannot be had for it is asked for before it is sent, and what AWS throttles it does not look at. */
const mayBeDone = (thrown: unknown): boolean => {
  if (isDefinite(thrown)) return false
  if (!(thrown instanceof GatewayError)) return true
  return thrown.code !== 'unavailable' && thrown.details.retryAfterSeconds === undefined
}
