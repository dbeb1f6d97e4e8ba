import { expect, test } from 'vitest'
import { type ErrorCode, GatewayError } from './errors.ts'
import { callLine, type LineOptions, refusalOf } from './testing/call-line.ts'
import { removeThing } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'
import type { ToolCall } from './tool-call.ts'

interface Refusal {
  readonly code: ErrorCode
  readonly outcome: 'deny' | 'error'
  readonly call?: Partial<ToolCall>
  readonly line?: LineOptions
  /** How the policy decided; absent where the call ended before it. */
  readonly policy?: 'allow' | 'deny'
}

const { permissions } = grantIn('acme').tenant
const writer = { scopes: ['aws:read', 'aws:write'] as const, groups: ['operators'] }

const awsThrows = (code: ErrorCode, aws?: { code: string; requestId?: string }): LineOptions => ({
  aws: async () => {
    throw new GatewayError(code, 'It failed.', aws && { details: { aws } })
  },
})

const refusals: readonly Refusal[] = [
  { code: 'account_not_linked', outcome: 'deny', call: { args: { account: 'main' } } },
  { code: 'invalid_arguments', outcome: 'deny', call: { args: { filter: 7 } } },
  { code: 'invalid_arguments', outcome: 'deny', call: { args: { region: 7 } } },
  { code: 'invalid_arguments', outcome: 'deny', call: { args: { tenant: 'globex' } } },
  { code: 'unknown_cursor', outcome: 'deny', call: { args: { token: 'made.up' } } },
  {
    code: 'rate_limited',
    outcome: 'deny',
    line: { limiter: { take: async () => ({ allowed: false, scope: 'user', retryAfterSeconds: 2.2 }) } },
  },
  {
    code: 'tenant_suspended',
    outcome: 'deny',
    policy: 'deny',
    call: { grant: grantIn('acme', { tenant: { status: 'suspended' } }) },
  },
  {
    code: 'insufficient_scope',
    outcome: 'deny',
    policy: 'deny',
    call: { tool: removeThing.name, args: { id: 'x' } },
  },
  {
    code: 'service_not_allowed',
    outcome: 'deny',
    policy: 'deny',
    call: {
      grant: grantIn('acme', { tenant: { permissions: { ...permissions, allowedServices: ['s3'] } } }),
    },
  },
  { code: 'region_not_allowed', outcome: 'deny', policy: 'deny', call: { args: { region: 'mars-1' } } },
  {
    code: 'read_only',
    outcome: 'deny',
    policy: 'deny',
    call: {
      grant: grantIn('acme', { ...writer, tenant: { permissions: { ...permissions, readOnlyMode: true } } }),
      tool: removeThing.name,
      args: { id: 'x' },
    },
  },
  {
    code: 'no_role',
    outcome: 'deny',
    policy: 'deny',
    call: { grant: grantIn('acme', writer), tool: removeThing.name, args: { id: 'x', account: 'dev' } },
  },
  {
    code: 'aws_error',
    outcome: 'error',
    policy: 'allow',
    line: awsThrows('aws_error', { code: 'AccessDenied' }),
  },
  { code: 'aws_unreachable', outcome: 'error', policy: 'allow', line: awsThrows('aws_unreachable') },
  { code: 'credentials_refused', outcome: 'error', policy: 'allow', line: awsThrows('credentials_refused') },
  { code: 'timeout', outcome: 'error', policy: 'allow', line: awsThrows('timeout') },
]

test.for(refusals)('$code is a result and one audit event', async ({ code, outcome, policy, ...given }) => {
  const line = callLine(given.line)
  const result = await line.run(given.call)
  expect(result.isError).toBe(true)
  expect(refusalOf(result)).toMatchObject({ code, decisionId: line.events[0]?.call_id })
  expect(result.text).toContain(code)
  expect(line.events).toHaveLength(1)
  expect(line.events[0]).toMatchObject({ event: 'tool.call', outcome, reason_code: code, tenant_id: 'acme' })
  expect(line.events[0]?.policy?.decision).toBe(policy)
  expect(line.logged).toMatchObject([{ level: 'info', fields: { outcome: 'refused', code } }])
  expect(line.sent.length).toBe(policy === 'allow' ? 1 : 0)
})

test('several reasons of the policy come in one answer', async () => {
  const line = callLine()
  const grant = grantIn('acme', { tenant: { status: 'suspended' }, scopes: [] })
  const { code, message } = refusalOf(await line.run({ grant, args: { region: 'mars-1' } }))
  expect(code).toBe('tenant_suspended')
  expect(message).toMatch(/suspended\. .*aws:read.* Region is not allowed .* no read role/)
  expect(line.events[0]?.policy?.rule_ids).toEqual(['tenant.status', 'scope', 'region', 'role'])
})

test('wrong arguments are all named', async () => {
  const line = callLine()
  const args = { filter: 'x'.repeat(21), token: 7, unknown: true }
  expect(refusalOf(await line.run({ args })).issues).toEqual([
    'filter: Too big: expected string to have <=20 characters',
    'token: Invalid input: expected string, received number',
    '(root): Unrecognized key: "unknown"',
  ])
})

test('a failure of AWS is told with its code and request id', async () => {
  const aws = { code: 'AccessDenied', requestId: 'aws-9' }
  const line = callLine(awsThrows('aws_error', aws))
  expect(refusalOf(await line.run()).aws).toEqual(aws)
  expect(line.events[0]?.aws).toMatchObject({ request_ids: ['aws-9'], error_code: 'AccessDenied' })
})

test('a refusal before the limit is charged to nobody, one after it is', async () => {
  const line = callLine()
  await line.run({ args: { account: 'nobody' } })
  expect(line.limits).toHaveLength(1)
})

test('no argument value reaches audit or log, whatever becomes of the call', async () => {
  const canary = 'canary-8471\r\n\u001b[31m'
  const places = [
    { filter: canary },
    { token: canary },
    { account: canary },
    { region: canary },
    { [canary]: 1 },
  ]
  for (const args of [...places, Object.assign({}, ...places)]) {
    for (const { line: options, call } of [{}, ...refusals] as Partial<Refusal>[]) {
      const line = callLine(options)
      await line.run({ ...call, args: { ...call?.args, ...args } })
      const records = JSON.stringify([line.events, line.logged])
      expect(records).not.toContain('canary')
      expect(line.events).toHaveLength(1)
    }
  }
})
