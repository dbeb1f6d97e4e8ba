import { hash } from 'node:crypto'
import fastifyJwt from '@fastify/jwt'
import Fastify, { type onRequestHookHandler } from 'fastify'
import { LruObject } from 'toad-cache'

/** Throws unless the `Authorization` header holds a bearer token that our issuer signed and that has not expired. */
export type TokenCheck = (authorization: string | undefined) => void

/**
 * The check in front of every server but ours: ES256 by @fastify/jwt, remembered until it expires under its SHA-256 as
 * a careful server would. One function for all of them, so that no ratio compares two checks.
 */
export const createTokenCheck = async (publicKeyPem: string): Promise<TokenCheck> => {
  const app = Fastify({ logger: false })
  await app.register(fastifyJwt, { secret: { public: publicKeyPem }, verify: { algorithms: ['ES256'] } })
  await app.ready()
  const remembered = new LruObject<number>(10_000)
  return (authorization = '') => {
    const key = hash('sha256', authorization, 'base64')
    if ((remembered.get(key) ?? 0) > Date.now()) return
    const { exp } = app.jwt.verify<{ exp: number }>(authorization.replace(/^Bearer /, ''))
    remembered.set(key, exp * 1000)
  }
}

/** The check as a hook of Fastify: 401 for what it refuses. */
export const tokenHook =
  (check: TokenCheck): onRequestHookHandler =>
  (request, reply, done) => {
    try {
      check(request.headers.authorization)
    } catch {
      reply.code(401).send({ error: 'unauthorized' })
      return
    }
    done()
  }
