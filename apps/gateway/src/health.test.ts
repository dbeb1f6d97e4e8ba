import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { healthRoutes } from './health.ts'
import type { ReadinessCheck } from './readiness.ts'

const openApp = (ready: ReadinessCheck) => {
  const app = Fastify()
  healthRoutes(app, { ready, drain: () => undefined })
  return app
}

test.for<[string, ReadinessCheck, number, string]>([
  ['ready', async () => 'ready', 200, 'ready'],
  ['its store is away, and reads are answered', async () => 'degraded', 200, 'degraded'],
  ['there is too much to do', async () => 'overloaded', 503, 'overloaded'],
  ['it was told to stop', async () => 'draining', 503, 'draining'],
  ['nothing is answered', async () => 'unready', 503, 'unready'],
  ['a check that fails', () => Promise.reject(new Error('connect redis://u:p@h')), 503, 'unready'],
])('/readyz: %s', async ([, ready, status, word]) => {
  await using app = openApp(ready)
  const answer = await app.inject('/readyz')
  expect([answer.statusCode, answer.json()]).toEqual([status, { status: word }])
  const head = await app.inject({ method: 'HEAD', url: '/readyz' })
  expect([head.statusCode, head.body]).toEqual([status, ''])
})

test.for(['/livez', '/healthz'])('%s asks nothing of anybody', async (url) => {
  await using app = openApp(() => Promise.reject(new Error('never asked')))
  const answer = await app.inject(url)
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
  expect((await app.inject({ method: 'HEAD', url })).statusCode).toBe(200)
})

test('whoever closes the server first has it drain', async () => {
  let state: 'ready' | 'draining' = 'ready'
  const app = Fastify()
  healthRoutes(app, {
    ready: async () => state,
    drain() {
      state = 'draining'
    },
  })
  await app.ready()
  const closed = app.close()
  await expect.poll(() => state).toBe('draining')
  await closed
})
