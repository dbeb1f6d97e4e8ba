import type { RateLimiter } from '@gateway/domain'
import { GatewayError, type Limit } from '@gateway/domain'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import { expect, test } from 'vitest'
import { limit } from './limit.ts'
import { rateLimitHeaders } from './too-many-requests.ts'

/** The step alone, behind a stand-in of the steps before it. */
const openApp = async (flood: RateLimiter) => {
  const app = Fastify()
  const user = { perMinute: 12, burst: 3 }
  const before = fp(
    async (scope) => {
      scope.decorateRequest('grant', null)
      scope.addHook('onRequest', async (request) => {
        request.grant = {
          principal: { id: String(request.headers['x-user']) },
          tenant: { id: String(request.headers['x-tenant']), limits: { user } },
        } as never
      })
    },
    { name: 'resolve-tenant' },
  )
  await app.register(before)
  await app.register(limit, { flood })
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof GatewayError)) throw error
    const { retryAfterSeconds, quota } = error.details
    if (quota) reply.headers(rateLimitHeaders(quota, retryAfterSeconds ?? 0))
    return reply.code(error.status).send({ code: error.code, details: { retryAfterSeconds } })
  })
  app.get('/', async () => 'passed')
  return app
}

const asked = { url: '/', headers: { 'x-user': 'u-1', 'x-tenant': 'acme' } }

test('a flood is ten times the calls of a user, counted under the tenant', async () => {
  const taken: (readonly Limit[])[] = []
  await using app = await openApp({
    async take(limits) {
      taken.push(limits)
      return { allowed: true }
    },
  })
  const answer = await app.inject(asked)
  expect([answer.statusCode, answer.body]).toEqual([200, 'passed'])
  expect(answer.headers).not.toHaveProperty('ratelimit')
  expect(taken).toEqual([[{ key: '{acme}:flood:u-1', scope: 'user', perMinute: 120, burst: 30 }]])
})

test('a refusal is 429 with the seconds to wait and the policy, and names nobody', async () => {
  await using app = await openApp({
    take: async () => ({ allowed: false, scope: 'user', retryAfterSeconds: 0.4 }),
  })
  const answer = await app.inject(asked)
  expect(answer.statusCode).toBe(429)
  expect(answer.json()).toEqual({ code: 'too_many_requests', details: { retryAfterSeconds: 1 } })
  expect(answer.headers).toMatchObject({
    'ratelimit-policy': '"user";q=120;w=60;qu="requests"',
    ratelimit: '"user";r=0;t=1',
  })
  expect(JSON.stringify(answer.headers) + answer.body).not.toMatch(/acme|u-1/)
})

test('a limiter that fails lets nobody through', async () => {
  await using app = await openApp({ take: () => Promise.reject(new Error('down')) })
  expect((await app.inject(asked)).statusCode).toBe(500)
})

test('without a grant nobody gets through', async () => {
  await using app = Fastify()
  await app.register(
    fp(async (scope) => void scope.decorateRequest('grant', null), { name: 'resolve-tenant' }),
  )
  await app.register(limit, { flood: { take: async () => ({ allowed: true }) } })
  app.get('/', async () => 'passed')
  expect((await app.inject('/')).statusCode).toBe(500)
})

test('the step refuses to stand anywhere else in the line', async () => {
  await using app = Fastify()
  const registered = app.register(limit, { flood: { take: async () => ({ allowed: true }) } })
  await expect(registered.after()).rejects.toThrow("dependency 'resolve-tenant'")
})
