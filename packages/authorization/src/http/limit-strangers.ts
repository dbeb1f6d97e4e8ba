import { hash } from 'node:crypto'
import type { OAuthStore } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { OAuthRefusal } from './oauth-error.ts'

/** What strangers may do before anybody knows them: how often from one network, within how many seconds. */
const limits = {
  /** Each keeps an interaction for ten minutes; a company behind one address connects in bursts. */
  RequestsFrom: { most: 600, seconds: 600 },
  /** New clients; what is registered already costs nothing. */
  RegistrationsFrom: { most: 20, seconds: 3600 },
  /** Names of companies that nobody has: whoever tries them all would learn who is served here. */
  CompaniesTriedFrom: { most: 60, seconds: 600 },
  /** Decisions without a sign-in: each is an event in the audit log of a company. */
  DecisionsFrom: { most: 60, seconds: 600 },
  /** Tokens that a program asks for itself, which tells who it is: one lasts for many calls. */
  TokensFrom: { most: 60, seconds: 60 },
} as const

/**
 * Counts what a stranger does, and throws where it is more than people do. `who` is what they claim to be, counted apart in each
 * network: nobody who makes the same claim elsewhere is in their way.
 */
export const limitStrangers = async (
  { store }: { readonly store: OAuthStore },
  request: FastifyRequest,
  what: keyof typeof limits,
  who?: string,
): Promise<void> => {
  const { most, seconds } = limits[what]
  const network = networkOf(request.ip)
  const id = who === undefined ? network : hash('sha256', `${network} ${who}`, 'base64url')
  if ((await store.count(what, id, seconds)) <= most) return
  throw new OAuthRefusal('slow_down', 'There are too many requests from this network. Try again later.', {
    status: 429,
    retryAfterSeconds: seconds,
    quota: { most, seconds },
  })
}

/** Whoever has one IPv6 address has the 2^64 of its network (RFC 6177); an IPv4 address counts as itself, however it is written. */
export const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/64`).toString()
    : parsed.toString()
}
