import type { Limit, Measure } from '@gateway/domain'
import { memoryRateLimiter } from '@gateway/stores'
import { expect, test } from 'vitest'
import { observedLimiter, openObservedStores } from './observed-stores.ts'

const now = () => 1_800_000_000_000

const heard = () => {
  const measures: Measure[] = []
  return { measures, measured: (measure: Measure) => void measures.push(measure) }
}

const limitOf = (scope: string): Limit => ({ key: `{acme}:${scope}`, scope, perMinute: 1, burst: 1 })

test.each([
  ['tenant', 'tenant'],
  ['tool:aws_api_write', 'tool'],
  ['address', 'address'],
  ['something-new', 'user'],
])('what the limit %s does not let pass is counted as %s, and what passes is not', async (scope, limit) => {
  const { measures, measured } = heard()
  const limiter = observedLimiter(memoryRateLimiter({ now, maxKeys: 10 }), measured)
  expect((await limiter.take([limitOf(scope)])).allowed).toBe(true)
  expect(measures).toEqual([])
  expect((await limiter.take([limitOf(scope)])).allowed).toBe(false)
  expect(measures).toEqual([{ of: 'limited', limit }])
})

test('requests are a flood, but those of an address are not of a user', async () => {
  const { measures, measured } = heard()
  const limiter = observedLimiter(memoryRateLimiter({ now, maxKeys: 10 }), measured, 'flood')
  for (const scope of ['user', 'user', 'operator', 'operator', 'address', 'address'])
    await limiter.take([limitOf(scope)])
  expect(measures).toEqual(['flood', 'flood', 'address'].map((limit) => ({ of: 'limited', limit })))
})

test('leases, daily budgets and sessions', async () => {
  const { measures, measured } = heard()
  const stores = await openObservedStores({}, { now, onError: () => undefined, measured })
  const lease = { tenantId: 'acme', principalId: 'ann', maxPerTenant: 1, maxPerUser: 1, ttlSeconds: 10 }
  await stores.concurrency.enter({ ...lease, callId: '1' })
  expect(await stores.concurrency.enter({ ...lease, callId: '2' })).not.toBe('taken')
  await stores.concurrency.leave({ ...lease, callId: '1' })
  const reservation = { tenantId: 'acme', callId: '1', microUsd: 600, limitMicroUsd: 1_000 }
  const { day } = await stores.ledger.reserve(reservation)
  await stores.ledger.reserve({ ...reservation, callId: '2' })
  await stores.ledger.settle({ tenantId: 'acme', callId: '1', day, microUsd: 200 })
  const session = {
    id: 'session-0123456789',
    tenantId: 'acme',
    principalId: 'ann',
    protocolVersion: '2025-11-25',
    clientName: 'editor',
    clientVersion: '1',
    clientCapabilities: '{}',
  }
  await stores.sessions.create(session)
  expect(await stores.sessions.find('acme', 'session-0123456789')).toEqual(session)
  await stores.sessions.remove('acme', 'session-0123456789')
  await stores.sessions.remove('acme', 'session-0123456789')
  expect(measures).toEqual([
    { of: 'lease', what: 'taken' },
    { of: 'lease', what: 'left' },
    { of: 'budget', outcome: 'reserved', microUsd: 600 },
    { of: 'budget', outcome: 'exceeded', microUsd: 600 },
    { of: 'budget', outcome: 'settled', microUsd: 200 },
    { of: 'session', what: 'opened' },
    { of: 'session', what: 'ended' },
  ])
})
