import { expect, test } from 'vitest'
import { type ReadinessParts, readinessOf } from './readiness.ts'

const rejects = () => Promise.reject(new Error('ECONNREFUSED'))

const parts: ReadinessParts = {
  audit: { health: () => ({ status: 'ok', kept: 0 }) },
  stores: { ready: async () => true },
  stops: { areKnown: () => true },
  overload: { now: () => undefined },
}
const audit = (status: 'failing' | 'full') => ({ health: () => ({ status, kept: 0 }) })
const unknown = { areKnown: () => false }

test.for<[string, Partial<ReadinessParts>, string, string]>([
  ['all is there', {}, 'ready', 'ready'],
  ['the store is there, and was asked for no stops yet', { stops: unknown }, 'ready', 'ready'],
  ['the store is away', { stores: { ready: rejects } }, 'degraded', 'unready'],
  ['the store answers something else', { stores: { ready: async () => false } }, 'degraded', 'unready'],
  ['nobody knows what is stopped', { stores: { ready: rejects }, stops: unknown }, 'unready', 'unready'],
  ['the audit log cannot be written just now', { audit: audit('failing') }, 'degraded', 'degraded'],
  ['the audit log has no room', { audit: audit('full') }, 'unready', 'unready'],
  ['too much to do', { overload: { now: () => 'memory' } }, 'overloaded', 'overloaded'],
])('%s', async ([, changed, calls, signIns]) => {
  const readiness = readinessOf({ ...parts, ...changed })
  expect([await readiness.calls(), await readiness.signIns()]).toEqual([calls, signIns])
})

test('a process that was told to stop is draining, whatever else is', async () => {
  const readiness = readinessOf({ ...parts, overload: { now: () => 'memory' } })
  readiness.drain()
  expect([await readiness.calls(), await readiness.signIns()]).toEqual(['draining', 'draining'])
})
