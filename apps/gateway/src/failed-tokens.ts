import { networkOf } from '@gateway/authorization'
import { asGatewayError, type RateLimiter } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import { tooManyRequests } from './too-many-requests.ts'

/** How many failures of one address are answered as such, and where they are counted. */
export interface FailedTokens {
  readonly limiter: RateLimiter
  readonly perMinute: number
}

/** What tells of a token that was genuine once: its bearer is to sign in again, and a 429 would keep it from that. */
const genuine = /EXPIRED$|revo(ked|cation)/

/**
 * Makes the refusal of a token 429 where too many of its address were no tokens at all, counting refusals only. Whoever has a token
 * that verifies is let in all the same, and whoever has one that has ended is told so: hosted clients call for all of their users
 * from a few addresses, and nobody may lock the others out. That is why a signature is checked before and not after: to leave the
 * check out would refuse good tokens as well, and it costs less than the refusal. What a flood of bad tokens may cost in all is
 * bounded for everybody by the overload check, which comes before. Requests without a token are how clients learn where to sign in,
 * and cost nothing. Counted in this process, so that strangers cost the store nothing either.
 */
export const slowFailedTokens =
  ({ limiter, perMinute }: FailedTokens, codes: readonly string[] = ['invalid_token']) =>
  async (thrown: unknown, { ip }: FastifyRequest): Promise<unknown> => {
    const { code, cause } = asGatewayError(thrown)
    if (!codes.includes(code) || genuine.test(String(cause))) return thrown
    // The /64 of an IPv6 address, which a single host has all of.
    const limit = { key: `fa:ip:${networkOf(ip)}`, scope: 'address', perMinute, burst: perMinute }
    const verdict = await limiter.take([limit])
    if (verdict.allowed) return thrown
    const quota = { name: 'address', perMinute } as const
    return tooManyRequests('Too many failed sign-ins.', { quota, verdict, cause: 'sign-in' })
  }
