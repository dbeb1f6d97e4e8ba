import { expect, test } from 'vitest'
import { refusalEvent } from './refusal-event.ts'
import { grantIn } from './testing/tenants.ts'

test('a refused message leaves who, when, from where and which code, and nothing of what it said', () => {
  const grant = grantIn('acme')
  const { id, issuer, subject } = grant.principal
  const event = {
    schema_version: 1,
    ts: '1970-01-01T00:00:00.000Z',
    event: 'mcp.deny',
    outcome: 'deny',
    reason_code: 'rpc:-32601',
    request_id: 'r-1',
    tenant_id: 'acme',
    user: { id, issuer, subject },
  }
  expect(refusalEvent({ grant, requestId: 'r-1' }, -32_601, 0)).toEqual(event)
  const remote = { grant, requestId: 'r-1', sourceIp: '192.0.2.1' }
  expect(refusalEvent(remote, -32_601, 0)).toEqual({ ...event, source: { ip: '192.0.2.1' } })
})
