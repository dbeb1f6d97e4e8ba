import { expect, test } from 'vitest'
import type { CallDependencies } from './call-dependencies.ts'
import { GatewayError } from './errors.ts'
import { type PolicyDocument, policyDocument } from './iam/policy-document.ts'
import type { Stop } from './stops.ts'
import type { Tenant } from './tenant.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { mapLedger } from './testing/map-stores.ts'
import { listThings } from './testing/sample-tools.ts'
import { grantIn, tenantOf } from './testing/tenants.ts'
import type { AnyTool } from './tool.ts'

const policyOf = (Statement: object): PolicyDocument =>
  policyDocument.parse({ Version: '2012-10-17', Statement })
const deniesReads = policyOf({ Sid: 'NoThings', Effect: 'Deny', Action: 'ec2:DescribeThings', Resource: '*' })
const byAddress = policyOf({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
})
const allowsS3 = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const boundaryArn = 'arn:aws:iam::111111111111:policy/boundary'
const permissions = (changes: Partial<Tenant['permissions']>) => ({
  permissions: { ...tenantOf('acme').permissions, ...changes },
})
const stop: Stop = {
  id: 'tenant:acme',
  kind: 'tenant',
  tenantId: 'acme',
  reason: 'Incident 7.',
  by: { issuer: 'https://operators.example', subject: 'olga' },
  since: '2026-01-01T00:00:00.000Z',
}
const planned = (cost: object): AnyTool => ({
  ...listThings,
  confirm: async () => ({ effect: 'Lists.', resources: [], onlyByRule: true, ...cost }),
})
const charged = { cost: { microUsd: 2_000_000, basis: 'of the test' } }

interface Refused {
  readonly rule: string
  readonly tenant?: Partial<Tenant>
  readonly deps?: Partial<CallDependencies>
  readonly tool?: AnyTool
}

test.for<[string, Refused]>([
  ['policy_denied', { rule: 'tenant.policy', tenant: permissions({ policy: deniesReads }) }],
  ['policy_denied', { rule: 'tenant.policy', tenant: permissions({ policy: byAddress }) }],
  [
    'boundary_denied',
    {
      rule: 'permission.boundary',
      tenant: permissions({ permissionBoundary: boundaryArn }),
      deps: { boundaries: { of: async () => allowsS3 } as never },
    },
  ],
  [
    'boundary_unknown',
    {
      rule: 'permission.boundary',
      tenant: permissions({ permissionBoundary: boundaryArn }),
      deps: {
        boundaries: {
          of: async () => {
            throw new GatewayError('boundary_unknown', 'It cannot be read.')
          },
        } as never,
      },
    },
  ],
  [
    'pass_role_not_allowed',
    {
      rule: 'pass-role',
      deps: {
        actions: {
          knows: () => true,
          knowsKey: () => true,
          suggest: () => [],
          factsOf: () => [{ action: 'ec2:DescribeThings', resource: '*', keys: new Map() }],
          passedRoles: () => ['arn:aws:iam::111111111111:role/admin'],
        },
      },
    },
  ],
  ['cost_limit_exceeded', { rule: 'cost.estimate', tool: planned({ cost: { microUsd: -1, basis: '' } }) }],
  [
    'budget_exceeded',
    {
      rule: 'cost.budget',
      tool: planned(charged),
      tenant: { budget: { dailyUsd: 10 } },
      // Enough when it was asked, and gone when it was to be reserved.
      deps: {
        ledger: {
          ...mapLedger().ledger,
          reserve: async () => ({ reserved: false, day: '2026-01-01', usedMicroUsd: 10_000_000 }),
        },
      },
    },
  ],
  ['stopped', { rule: 'stopped', deps: { stops: { inForce: () => [stop] } } }],
])('%s leaves one audit event that says so, and nothing is sent', async ([code, refused]) => {
  const { rule, tenant = {}, deps = {}, tool = listThings } = refused
  const line = callLine({ tools: [tool] })
  Object.assign(line.dependencies, deps)
  const error = refusalOf(await line.run({ args: {}, tool: tool.name, grant: grantIn('acme', { tenant }) }))
  expect(error.code).toBe(code)
  expect(line.sent).toEqual([])
  expect(line.events).toMatchObject([
    { outcome: 'deny', reason_code: code, policy: { decision: 'deny', rule_ids: [rule] } },
  ])
  // Another company is not held up by it, where it is not the stop of all.
  if (!tenant.permissions && !deps.stops) return
  const theirs = await line.run({ args: {}, tool: tool.name, grant: grantIn('globex') })
  expect(theirs.isError).toBe(false)
})

test('a stop in the midst of a call ends it at its next request', async () => {
  const stops: Stop[] = []
  const twice: AnyTool = {
    ...listThings,
    async run(context) {
      await context.aws('ec2', 'DescribeThings', {})
      stops.push(stop)
      await context.aws('ec2', 'DescribeThings', {})
      return { data: {} }
    },
  }
  const made = callLine({ tools: [twice] })
  Object.assign(made.dependencies, { stops: { inForce: () => stops } })
  expect(refusalOf(await made.run({ args: {} })).code).toBe('stopped')
  expect(made.sent).toHaveLength(1)
  expect(made.events).toMatchObject([
    { outcome: 'deny', policy: { decision: 'deny', rule_ids: ['stopped'] } },
  ])
})

test('a rule by which nobody has to agree is named', async () => {
  const { confirmation } = tenantOf('acme')
  const rules = [{ name: 'free', when: { classes: ['read' as const] }, require: 'nobody' as const }]
  const line = callLine({ tools: [planned({})] })
  const grant = grantIn('acme', { tenant: { confirmation: { ...confirmation, rules } } })
  await line.run({ args: {}, grant })
  expect(line.events[0]?.policy).toMatchObject({
    decision: 'allow',
    rule_ids: expect.arrayContaining(['confirmation.free']),
  })
})
