import { generateKeyPairSync } from 'node:crypto'
import type { AuditEvent, ConcurrencyBounds, Limit } from '@gateway/domain'

/** The record of a call as it is written for one that asked AWS. */
export const callEvent: AuditEvent = {
  schema_version: 1,
  ts: '2026-01-01T00:00:00.000Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: '5d0f4a52-3f4e-4c39-8a3d-2f9b7a6c1e10',
  call_id: '0a4b5f3e-8f0f-4c43-a3f7-63f4a9e2b1c7',
  tenant_id: 'bench',
  user: { id: 'u'.repeat(43), issuer: 'https://sso.example/bench', subject: 'bench' },
  client: { id: 'suite', scopes: ['aws:read'], token_id: 'token-1' },
  source: { ip: '192.0.2.1', user_agent: 'bench/1.0' },
  mcp: {
    era: 'modern',
    method: 'tools/call',
    tool: 'aws_ec2_describe_instances',
    args_digest: 'a'.repeat(43),
    args_redacted: { region: 'string(9)' },
    result_digest: 'r'.repeat(43),
    result_bytes: 2_048,
    result_summary: { instances: 7 },
  },
  policy: {
    version: '0123456789abcdef',
    decision: 'allow',
    rule_ids: ['scope', 'service', 'region', 'role'],
  },
  aws: {
    account_id: '111111111111',
    region: 'eu-west-1',
    role_arn: 'arn:aws:iam::111111111111:role/mcp-gateway-read',
    session_name: 'mcp-bench-0123456789ab',
    actions: ['ec2:DescribeInstances'],
    request_ids: ['3f1a7d0e-1111-2222-3333-444455556666'],
    attempts: 1,
  },
  duration_ms: 12,
}

/** Limits that are asked together, and that no load reaches. */
export const callLimits: readonly Limit[] = ['tenant', 'user', 'tool'].map((scope) => ({
  key: `{bench}:rl:${scope}`,
  scope,
  perMinute: 60_000_000,
  burst: 1_000_000,
}))

/** The lease of the call of that number. */
export const lease = (n: number): ConcurrencyBounds => ({
  tenantId: 'bench',
  principalId: 'bench',
  callId: String(n),
  maxPerTenant: 200,
  maxPerUser: 200,
  ttlSeconds: 310,
})

/** A new key that signs checkpoints, as PEM. */
export const signingKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()
