import type { AuditEvent, AuditLog } from '@gateway/domain'
import { memoryRecentEvents } from '@gateway/stores'
import { expect, test } from 'vitest'
import { withRecentEvents } from './recent-audit.ts'

const event = (changes: Partial<AuditEvent> = {}): AuditEvent => ({
  schema_version: 1,
  ts: '2026-01-01T00:00:00.000Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: 'request-1',
  tenant_id: 'acme',
  user: { id: 'u_1', issuer: 'https://sso.example', subject: 'ann' },
  ...changes,
})

const line = (append: AuditLog['append'] = async () => {}) => {
  const recent = memoryRecentEvents({
    maxEventsPerTenant: 9,
    maxEventBytes: 2_048,
    maxTenants: 9,
    maxBytes: 100_000,
  })
  const faults: string[] = []
  let add = recent.add
  const log = withRecentEvents(
    { append, health: () => 'ok' },
    { recent: { add: (each) => add(each) }, onFault: (_, message) => faults.push(message) },
  )
  const breakStore = (broken: boolean) => {
    add = broken ? () => Promise.reject(new Error('away')) : recent.add
  }
  return { log, recent, faults, breakStore }
}

test('what the log has taken is kept, without what is not for the tenant', async () => {
  const { log, recent } = line()
  await log.append(
    event({
      detail: 'why',
      source: { ip: '192.0.2.1' },
      http: { method: 'POST', route: '/mcp', status: 200 },
      client: { id: 'editor', token_id: 'token-1', scopes: ['aws:read'] },
    }),
  )
  expect(await recent.newest({ tenantId: 'acme', limit: 9 })).toEqual([
    event({ client: { id: 'editor', scopes: ['aws:read'] } }),
  ])
  expect(log.health()).toBe('ok')
})

test('events of no tenant, of operators and of the gateway itself are not', async () => {
  const { log, recent } = line()
  const { tenant_id, user, ...nobody } = event()
  await log.append(nobody)
  await log.append({ ...nobody, event: 'role.verify', tenant_id: 'acme' })
  await log.append({
    ...nobody,
    event: 'admin.tenant.update',
    tenant_id: 'acme',
    admin: { operator: { issuer: 'i', subject: 's' } },
  })
  expect(await recent.newest({ tenantId: 'acme', limit: 9 })).toEqual([])
})

test('what the log has refused is not kept, and is refused', async () => {
  const { log, recent } = line(() => Promise.reject(new Error('disk full')))
  await expect(log.append(event())).rejects.toThrow('disk full')
  expect(await recent.newest({ tenantId: 'acme', limit: 9 })).toEqual([])
})

test('a store that is away fails nothing, and is told of once until it is back', async () => {
  const { log, recent, faults, breakStore } = line()
  breakStore(true)
  for (let n = 0; n < 3; n++) await log.append(event())
  await expect.poll(() => faults).toEqual(['recent audit events cannot be kept'])
  breakStore(false)
  await log.append(event())
  expect(await recent.newest({ tenantId: 'acme', limit: 9 })).toHaveLength(1)
  breakStore(true)
  await log.append(event())
  await expect.poll(() => faults).toHaveLength(2)
})

test('no event of one tenant is kept for another', async () => {
  const { log, recent } = line()
  await log.append(event())
  await log.append(event({ tenant_id: 'globex' }))
  for (const tenantId of ['acme', 'globex'])
    expect((await recent.newest({ tenantId, limit: 9 })).map(({ tenant_id }) => tenant_id)).toEqual([
      tenantId,
    ])
})
