import type { AuditEvent, RecentEvents } from '@gateway/domain'
import { expect, test } from 'vitest'
import { recentAudit } from './recent-audit.ts'
import { admin, operator, reader } from './testing/grant.ts'
import { resourceLine } from './testing/resource-line.ts'

const event = (tenantId: string, id: string, n: number): AuditEvent => ({
  schema_version: 1,
  ts: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
  event: 'tool.call',
  outcome: 'deny',
  reason_code: 'read_only',
  detail: 'for operators c4n4ry',
  request_id: 'request-9',
  call_id: `call-${n}`,
  tenant_id: tenantId,
  user: { id, issuer: 'https://sso.example/acme', subject: id.slice(0, 4) },
  client: { id: 'editor', token_id: 'c4n4ry', scopes: ['aws:read'] },
  source: { ip: '192.0.2.1' },
  mcp: { era: 'modern', method: 'tools/call', tool: 'aws_api_write' },
  aws: {
    account_id: '111111111111',
    region: 'eu-west-1',
    role_arn: 'arn:aws:iam::111111111111:role/mcp-gateway-write',
    session_name: 'mcp-acme-ann',
    actions: ['ec2:RunInstances'],
    request_ids: ['aws-1'],
    attempts: 1,
  },
  duration_ms: 12,
})

const kept = [
  event('acme', reader.principal.id, 3),
  event('globex', reader.principal.id, 2),
  event('acme', operator.principal.id, 1),
]

const recentEvents: RecentEvents = async ({ tenantId, principalId, limit }) =>
  kept
    .filter(({ tenant_id }) => tenant_id === tenantId)
    .filter(({ user }) => principalId === undefined || user?.id === principalId)
    .slice(0, limit)

const decisions = async (as: typeof reader) => {
  const { of, events } = (await resourceLine(recentAudit, { as, recentEvents }).read()) as {
    of: string
    events: { decisionId: string }[]
  }
  return [of, ...events.map(({ decisionId }) => decisionId)]
}

test('an event as its user sees it', async () => {
  const answer = await resourceLine(recentAudit, { recentEvents }).read()
  expect(answer).toMatchInlineSnapshot(`
    {
      "events": [
        {
          "account": "111111111111",
          "actions": [
            "ec2:RunInstances",
          ],
          "awsRequests": [
            "aws-1",
          ],
          "client": "editor",
          "decisionId": "call-3",
          "event": "tool.call",
          "milliseconds": 12,
          "outcome": "deny",
          "reason": "read_only",
          "region": "eu-west-1",
          "session": "mcp-acme-ann",
          "time": "2026-01-01T00:00:03.000Z",
          "user": "ZqbJ",
          "what": "aws_api_write",
        },
      ],
      "of": "user",
    }
  `)
  expect(JSON.stringify(answer)).not.toMatch(/c4n4ry|192\.0\.2\.1|token/)
})

test('a user sees its own, and an administrator those of all of the tenant', async () => {
  expect(await decisions(reader)).toEqual(['user', 'call-3'])
  expect(await decisions(operator)).toEqual(['user', 'call-1'])
  expect(await decisions(admin)).toEqual(['tenant', 'call-3', 'call-1'])
})

test('no tenant sees those of another, its administrator neither', async () => {
  const inGlobex = (as: typeof reader) => ({ ...as, tenant: { ...as.tenant, id: 'globex' } })
  expect(await decisions(inGlobex(admin))).toEqual(['tenant', 'call-2'])
  expect(await decisions(inGlobex(operator))).toEqual(['user'])
})

test('where none are kept there are none', async () => {
  expect(await resourceLine(recentAudit).read()).toEqual({ of: 'user', events: [] })
})

test('fifty at most are asked for', async () => {
  const limits: number[] = []
  const asked: RecentEvents = async ({ limit }) => {
    limits.push(limit)
    return []
  }
  await resourceLine(recentAudit, { recentEvents: asked }).read()
  expect(limits).toEqual([50])
})
