import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { healthRoutes, type ReadinessCheck } from './health.ts'

const openApp = (ready: ReadinessCheck) => {
  const app = Fastify()
  healthRoutes(app, { ready })
  return app
}

test.for<[string, ReadinessCheck, number, string]>([
  ['ready', async () => true, 200, 'ready'],
  ['not ready', async () => false, 503, 'degraded'],
  ['a check that fails', () => Promise.reject(new Error('connect redis://u:p@h')), 503, 'degraded'],
])('/readyz: %s', async ([, ready, status, word]) => {
  await using app = openApp(ready)
  const answer = await app.inject('/readyz')
  expect([answer.statusCode, answer.json()]).toEqual([status, { status: word }])
  const head = await app.inject({ method: 'HEAD', url: '/readyz' })
  expect([head.statusCode, head.body]).toEqual([status, ''])
})

test('/healthz asks nothing of anybody', async () => {
  await using app = openApp(() => Promise.reject(new Error('never asked')))
  const answer = await app.inject('/healthz')
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
  expect((await app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200)
})
