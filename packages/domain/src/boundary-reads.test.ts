import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AwsTarget } from './aws.ts'
import { callTool } from './call-tool.ts'
import { GatewayError } from './errors.ts'
import { isInputNeeded } from './interaction.ts'
import type { PermissionBoundaries } from './permission-boundaries.ts'
import { callLine } from './testing/call-line.ts'
import { grantIn, tenantOf } from './testing/tenants.ts'
import { defineTool } from './tool.ts'

const common = { access: 'read', idempotent: true, input: z.strictObject({}), output: z.object({}) } as const
const look = defineTool({
  ...common,
  name: 'aws_ec2_look',
  title: 'Look',
  description: 'Looks.',
  iamActions: ['ec2:DescribeThings'],
  async run(context) {
    await context.aws('ec2', 'DescribeThings', {})
    return { data: {} }
  },
})
const foresee = defineTool({
  ...common,
  name: 'aws_foresee',
  title: 'Foresee',
  description: 'Foresees.',
  iamActions: [],
  async run({ grant, region, outlook }) {
    for (const account of grant.accounts) await outlook.boundary(account, region)
    return { data: {} }
  },
})

const readerOf = ({ tenant, principal, account }: AwsTarget): AwsTarget => {
  const role = account.roles.read
  if (!role) throw new Error('the account of the tests has a read role')
  return { tenant, principal, account, role, roleName: 'read', region: account.defaultRegion }
}

/** Reads for every call, as for the first one. */
const boundaries = (answer: 'read' | 'refused'): PermissionBoundaries => ({
  async of(target) {
    const reader = readerOf(target)
    const first = target.boundaryReads?.begin(reader, 'iam:GetPolicy')
    if (answer === 'refused') {
      first?.({ requestId: 'iam-0', attempts: 1, errorCode: 'AccessDenied' })
      throw new GatewayError('boundary_unknown', 'It may not be read.')
    }
    first?.({ requestId: 'iam-1', attempts: 2 })
    target.boundaryReads?.begin(reader, 'iam:GetPolicyVersion')({ requestId: 'iam-2', attempts: 1 })
    return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
  },
})

const call = async (tool: string, answer: 'read' | 'refused', tenantId: 'acme' | 'globex' = 'globex') => {
  const line = callLine({ tools: [look, foresee] })
  const { permissions } = tenantOf(tenantId)
  const permissionBoundary = 'arn:aws:iam::aws:policy/Bound'
  const grant = grantIn(tenantId, { tenant: { permissions: { ...permissions, permissionBoundary } } })
  const result = await callTool(
    { ...line.dependencies, boundaries: boundaries(answer) },
    { ...line.base, grant, tool, args: tenantId === 'acme' ? { account: 'prod' } : {} },
  )
  if (isInputNeeded(result)) throw new Error('the tool asked instead of answering')
  return { result, event: line.events[0], events: line.events.length, sent: line.sent.length }
}

const ofGlobex = {
  account_id: '222222222222',
  role_arn: expect.stringContaining('222222222222:role/'),
  session_name: expect.stringMatching(/^mcp-globex-/),
}

test('a call that had its boundary read tells so in its one audit event, apart from its own requests', async () => {
  const { event, events } = await call(look.name, 'read')
  expect(events).toBe(1)
  expect(event).toMatchObject({
    outcome: 'allow',
    aws: { actions: ['ec2:DescribeThings'], request_ids: ['aws-1'], attempts: 1 },
    boundary_reads: [
      {
        ...ofGlobex,
        actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
        request_ids: ['iam-1', 'iam-2'],
        attempts: 3,
      },
    ],
  })
  const acme = await call(look.name, 'read', 'acme')
  expect(JSON.stringify(acme.event?.boundary_reads)).not.toMatch(/globex|222222222222/)
})

test('one that could not be read is audited with what AWS said, and nothing else was sent', async () => {
  const { event, events, sent } = await call(look.name, 'refused')
  expect([events, sent]).toEqual([1, 0])
  expect(event).toMatchObject({
    reason_code: 'boundary_unknown',
    boundary_reads: [{ ...ofGlobex, request_ids: ['iam-0'], error_code: 'AccessDenied' }],
  })
  expect(event).not.toHaveProperty('aws')
})

test('who only asks what the policy says is told that AWS was asked for it', async () => {
  const { result, event } = await call(foresee.name, 'read')
  expect(result.text).not.toContain('AWS was not asked')
  expect(result.structured).toMatchObject({
    receipt: {
      action: 'iam:GetPolicy, iam:GetPolicyVersion',
      role: ofGlobex.role_arn,
      requestId: 'iam-2',
    },
  })
  expect(event).toMatchObject({ boundary_reads: [{ ...ofGlobex, attempts: 3 }] })
})

test('without a boundary nothing is told of one', async () => {
  const line = callLine({ tools: [foresee] })
  const result = await callTool(
    { ...line.dependencies, boundaries: boundaries('read') },
    { ...line.base, grant: grantIn('globex'), tool: foresee.name, args: {} },
  )
  expect(isInputNeeded(result) || result.text).toContain('AWS was not asked')
  expect(line.events[0]).not.toHaveProperty('boundary_reads')
})
