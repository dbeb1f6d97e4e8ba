import { GatewayError, type LimitVerdict } from '@gateway/domain'

/** The refusal (429) of a request by a limit; `cause` is a word for the audit log. */
export const tooManyRequests = (
  message: string,
  {
    quota,
    verdict,
    cause,
  }: {
    quota: NonNullable<GatewayError['details']['quota']>
    verdict: LimitVerdict & { allowed: false }
    cause?: string
  },
): GatewayError =>
  new GatewayError('too_many_requests', message, {
    details: { retryAfterSeconds: Math.ceil(verdict.retryAfterSeconds), quota },
    ...(cause !== undefined && { cause }),
  })

/**
 * Headers that tell clients of a limit which they have used up (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): lists
 * of strings with parameters, as Structured Fields (RFC 9651) have them. Without `pk`, which would name whose limit it is.
 */
export const rateLimitHeaders = (
  { name, perMinute }: { readonly name: string; readonly perMinute: number },
  retryAfterSeconds: number,
): Readonly<Record<'ratelimit-policy' | 'ratelimit', string>> => ({
  'ratelimit-policy': `"${name}";q=${perMinute};w=60;qu="requests"`,
  ratelimit: `"${name}";r=0;t=${Math.ceil(retryAfterSeconds)}`,
})
