import type { FastifyReply, FastifyRequest } from 'fastify'
import { sameSecret } from './pending.ts'

/**
 * The cookie that ties a sign-in at a company's SSO to the browser that began it (RFC 9700 section 4.7). `__Host-` keeps other
 * hosts from setting it; a server on loopback has no TLS for that.
 */
const nameFor = (secure: boolean): string => (secure ? '__Host-sign-in' : 'sign-in')

const attributes = (secure: boolean): string => `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

export const setStateCookie = (reply: FastifyReply, state: string, secure: boolean): FastifyReply =>
  reply.header('set-cookie', `${nameFor(secure)}=${state}; Max-Age=600; ${attributes(secure)}`)

export const clearStateCookie = (reply: FastifyReply, secure: boolean): FastifyReply =>
  reply.header('set-cookie', `${nameFor(secure)}=; Max-Age=0; ${attributes(secure)}`)

/** Whether the browser that made this request began the sign-in of `state`; compared in constant time. */
export const beganHere = (request: FastifyRequest, state: string, secure: boolean): boolean => {
  const values = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=')
    return name === nameFor(secure) && value !== undefined ? [value] : []
  })
  return values.length === 1 && sameSecret(values[0] ?? '', state)
}
