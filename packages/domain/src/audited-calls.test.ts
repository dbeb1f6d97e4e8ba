import { expect, test } from 'vitest'
import { z } from 'zod'
import { auditDigests } from './audit-digests.ts'
import { callTool } from './call-tool.ts'
import type { Measure } from './measure.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'
import { defineTool } from './tool.ts'
import type { SpanAttributes } from './trace.ts'

/** Looks, and then changes something twice, if it is not only to say whether it could. */
const changeThings = defineTool({
  name: 'aws_ec2_change_things',
  title: 'Change things',
  description: 'Changes things.',
  access: 'write',
  iamActions: ['ec2:DescribeThings', 'ec2:ChangeThing'],
  idempotent: true,
  input: z.strictObject({ only: z.boolean().optional(), color: z.enum(['red', 'blue']), note: z.string() }),
  output: z.object({ changed: z.number() }),
  async run(context, { only, note }) {
    const DryRun = only === true
    await context.aws('ec2', 'ChangeThing', { DryRun, note })
    await context.aws('ec2', 'ChangeThing', { DryRun, note })
    return { data: { changed: 2 } }
  },
})

const writer = { scopes: ['aws:read', 'aws:write'] as const, groups: ['operators'] }
const args = { account: 'prod', color: 'red', note: 'the secret plan' }

const digests = auditDigests(Buffer.alloc(32, 'd'))

test('a change is on record before AWS is asked for it, once', async () => {
  const order: string[] = []
  const line = callLine({
    tools: [changeThings],
    async aws({ operation }) {
      order.push(operation)
      return { output: {}, requestId: 'aws-1', attempts: 1 }
    },
    audit: {
      async append({ event }, how) {
        order.push(`${event}${how?.written ? ' written' : ''}`)
      },
    },
  })
  const result = await line.run({ grant: grantIn('acme', writer), tool: changeThings.name, args })
  expect(result.isError).toBe(false)
  expect(order).toEqual(['tool.begin written', 'ChangeThing', 'ChangeThing', 'tool.call'])
  const [begun, ended] = line.events
  expect(begun).toMatchObject({
    event: 'tool.begin',
    outcome: 'allow',
    call_id: ended?.call_id,
    mcp: { tool: changeThings.name },
    aws: { actions: ['ec2:ChangeThing'], request_ids: [], attempts: 0 },
  })
  expect(ended?.aws?.request_ids).toEqual(['aws-1', 'aws-1'])
})

test('what cannot be put on record is not begun: AWS hears nothing of it', async () => {
  const line = callLine({
    tools: [changeThings],
    audit: {
      async append(_, how) {
        if (how?.written) throw new Error('the disk is full')
      },
    },
  })
  const call = line.run({ grant: grantIn('acme', writer), tool: changeThings.name, args })
  await expect(call).rejects.toMatchObject({ code: 'unavailable' })
  expect(line.sent).toEqual([])
  expect(line.events.map(({ event, reason_code }) => [event, reason_code])).toEqual([
    ['tool.call', 'unavailable'],
  ])
  expect(line.events[0]).not.toHaveProperty('aws')
})

test('reads, and requests that change nothing, need no record before them', async () => {
  const line = callLine({ tools: [changeThings, listThings] })
  await line.run({ grant: grantIn('acme', writer), tool: changeThings.name, args: { ...args, only: true } })
  await line.run()
  expect(line.events.map(({ event }) => event)).toEqual(['tool.call', 'tool.call'])
})

test('arguments and answers stand in the record as digests, types and counts, and never as they are', async () => {
  const line = callLine({ tools: [changeThings, listThings] })
  const run = (tenantId: 'acme' | 'globex', given: object) =>
    callTool(
      { ...line.dependencies, digests },
      { ...line.base, grant: grantIn(tenantId), tool: listThings.name, args: { ...given } },
    )
  await run('acme', { filter: 'salaries' })
  await run('globex', { filter: 'salaries' })
  await run('acme', { filter: 'salaries', salaries: 1, '\u001b[2J': 2 })
  await callTool(
    { ...line.dependencies, digests },
    { ...line.base, grant: grantIn('acme', writer), tool: changeThings.name, args },
  )
  const [acme, globex, wrong, begun] = line.events
  expect(acme?.mcp).toEqual({
    era: 'modern',
    method: 'tools/call',
    tool: 'aws_ec2_list_things',
    args_digest: expect.stringMatching(/^[\w-]{43}$/),
    args_redacted: { filter: 'string(8)' },
    result_digest: expect.stringMatching(/^[\w-]{43}$/),
    result_bytes: expect.any(Number),
    result_summary: { things: 1 },
  })
  expect(acme?.policy?.version).toMatch(/^[0-9a-f]{16}$/)
  // Two tenants cannot see that they were asked the same.
  expect(globex?.mcp?.args_digest).not.toBe(acme?.mcp?.args_digest)
  expect(globex?.policy?.version).not.toBe(acme?.policy?.version)
  expect(wrong?.mcp?.args_redacted).toEqual({ filter: 'string(8)', others: 2 })
  expect(wrong?.mcp).not.toHaveProperty('result_digest')
  // What we wrote ourselves may be shown.
  expect(begun?.mcp?.args_redacted).toEqual({ account: 'string(4)', color: 'red', note: 'string(15)' })
  expect(JSON.stringify(line.events)).not.toMatch(/salaries|secret plan/)
})

test('each call is measured once and is one span, refused ones too', async () => {
  const line = callLine({ tools: [listThings] })
  const measures: Measure[] = []
  const spans: { name: string; parent: string | undefined; error?: string; set: SpanAttributes[] }[] = []
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const deps = {
    ...line.dependencies,
    measured: (measure: Measure) => measures.push(measure),
    tracer: {
      start(name: string, { parent }: { parent?: string | undefined }) {
        const span: (typeof spans)[number] = { name, parent, set: [] }
        spans.push(span)
        const made = {
          traceparent,
          child: () => made,
          set: (attributes: SpanAttributes) => span.set.push(attributes),
          end: (outcome: { error?: string } = {}) => Object.assign(span, outcome),
        }
        return made
      },
    },
  }
  await callTool(deps, { ...line.base, tool: listThings.name, args: {}, traceparent: 'theirs' })
  const refused = await callTool(deps, { ...line.base, tool: listThings.name, args: { filter: 1 } })
  expect(refusalOf(refused as never).code).toBe('invalid_arguments')
  const of = { of: 'call', kind: 'tool', name: listThings.name, access: 'read', ms: expect.any(Number) }
  expect(measures).toEqual([
    { ...of, outcome: 'allow' },
    { ...of, outcome: 'deny', code: 'invalid_arguments' },
  ])
  expect(spans).toMatchObject([
    { name: 'tools/call', parent: 'theirs', set: [{ 'gen_ai.tool.name': listThings.name }] },
    { name: 'tools/call', parent: undefined },
  ])
  expect(line.events[0]?.trace).toEqual({ traceparent })
})

test('a call whose record cannot be written is measured once, as the refusal that it became', async () => {
  const line = callLine({
    tools: [listThings],
    audit: {
      async append() {
        throw new Error('the log is full')
      },
    },
  })
  const measures: Measure[] = []
  const deps = { ...line.dependencies, measured: (measure: Measure) => measures.push(measure) }
  const call = callTool(deps, { ...line.base, tool: listThings.name, args: {} })
  await expect(call).rejects.toMatchObject({ code: 'unavailable' })
  expect(measures).toMatchObject([{ of: 'call', outcome: 'error', code: 'unavailable' }])
})
