import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { AuditLog } from './audit.ts'
import { GatewayError } from './errors.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings, removeThing, toolThat } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'

/** A grant whose calls may take 20 ms. */
const hurried = grantIn('acme', {
  tenant: { operations: { ...grantIn('acme').tenant.operations, timeout: 20, taskTimeout: 20 } },
})

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const failing = (): AuditLog => ({
  append: async () => {
    throw new Error('disk of the operator is full')
  },
})

test('AWS that does not answer in time is given up', async () => {
  const line = callLine({ aws: (_request, _target, signal) => aborted(signal) })
  const refusal = refusalOf(await line.run({ grant: hurried }))
  expect(refusal).toMatchObject({ code: 'timeout', message: expect.stringContaining('0.02 s') })
  expect(line.events).toMatchObject([
    { outcome: 'error', reason_code: 'timeout', aws: { actions: ['ec2:DescribeThings'] } },
  ])
})

test('work that does not look at its signal is not waited for', async () => {
  const line = callLine({ tools: [toolThat(() => new Promise(() => {}))] })
  expect(refusalOf(await line.run({ grant: hurried })).code).toBe('timeout')
  expect(line.events).toHaveLength(1)
})

test('work that ends after its time adds nothing to the record', async () => {
  const late = Promise.withResolvers<{ output: object; requestId: string; attempts: number }>()
  const line = callLine({ aws: () => late.promise })
  await line.run({ grant: hurried })
  const before = structuredClone(line.events)
  late.resolve({ output: { names: [] }, requestId: 'late', attempts: 1 })
  await new Promise(setImmediate)
  expect(line.events).toEqual(before)
})

test('a call whose caller is gone ends at once and is audited as cancelled', async () => {
  const caller = new AbortController()
  const line = callLine({
    aws(_request, _target, signal) {
      caller.abort()
      return aborted(signal)
    },
  })
  expect((await line.run({ signal: caller.signal })).isError).toBe(true)
  expect(line.events).toMatchObject([{ outcome: 'cancelled' }])
})

test('a call whose caller is gone before it starts is not waited for either', async () => {
  const line = callLine({ tools: [toolThat(() => new Promise(() => {}))] })
  expect((await line.run({ signal: AbortSignal.abort() })).isError).toBe(true)
  expect(line.events).toMatchObject([{ outcome: 'cancelled' }])
})

test('a call that ended listens no longer to its caller', async () => {
  const { signal } = new AbortController()
  await callLine().run({ signal })
  await callLine({ tools: [toolThat(() => Promise.reject(new Error('failed')))] }).run({ signal })
  await callLine({ aws: (_request, _target, own) => aborted(own) }).run({ signal, grant: hurried })
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('when limits cannot be checked the call does not run', async () => {
  const line = callLine({
    limiter: {
      take: async () => {
        throw new Error('ECONNREFUSED 10.0.0.7')
      },
    },
  })
  const call = line.run()
  await expect(call).rejects.toThrow(GatewayError)
  await expect(call).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    message: 'Rate limits cannot be checked just now.',
    details: { retryAfterSeconds: 2 },
    audited: true,
  })
  expect(line.sent).toEqual([])
  expect(line.events).toMatchObject([{ outcome: 'error', reason_code: 'unavailable' }])
})

test('what cannot be audited is not answered', async () => {
  const line = callLine({ audit: failing() })
  const call = line.run()
  await expect(call).rejects.toThrow(GatewayError)
  await expect(call).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    message: 'The audit log cannot be written just now.',
    audited: false,
  })
  expect(line.logged).toEqual([])
})

test('a refusal that cannot be audited is not answered either', async () => {
  const line = callLine({ audit: failing() })
  await expect(line.run({ args: { account: 'nobody' } })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(line.run({ tool: 'aws_nothing' })).rejects.toMatchObject({ code: 'unavailable' })
})

test('an audit log that fails once still keeps the data back, and tells of it', async () => {
  let appends = 0
  const line = callLine({
    audit: {
      async append() {
        if (++appends === 1) throw new Error('once')
      },
    },
  })
  await expect(line.run()).rejects.toMatchObject({ code: 'unavailable', audited: true })
  expect(line.events).toMatchObject([{ outcome: 'error', reason_code: 'unavailable' }])
})

test("an exception's words stay with us", async () => {
  const cause = new Error('secret of the code')
  const line = callLine({
    tools: [
      toolThat(async () => {
        throw cause
      }),
    ],
  })
  const result = await line.run()
  expect(result.text).toBe(
    'The gateway failed. Try again; if it stays, give the request id to its operator. (internal)',
  )
  expect(JSON.stringify([result, line.events])).not.toContain('secret')
  expect(line.logged).toMatchObject([{ level: 'error', fields: { code: 'internal', err: cause } }])
  // The policy had allowed it; what failed came after.
  expect(line.events).toMatchObject([
    { outcome: 'error', reason_code: 'internal', policy: { decision: 'allow' } },
  ])
})

test('an unknown tool is a protocol error, and its name is in no record', async () => {
  const line = callLine()
  for (const tool of ['aws_nothing', 'constructor', '__proto__', '']) {
    const call = line.run({ tool })
    await expect(call).rejects.toThrow(GatewayError)
    await expect(call).rejects.toMatchObject({ code: 'unknown_tool', audited: true })
  }
  expect(line.events.map(({ outcome, reason_code, mcp }) => [outcome, reason_code, mcp])).toEqual(
    Array(4).fill(['deny', 'unknown_tool', { era: 'modern', method: 'tools/call' }]),
  )
  expect(JSON.stringify(line.logged)).not.toContain('aws_nothing')
})

test('a tool that is not in the list is not there, whatever else the process holds', async () => {
  const line = callLine({ tools: [listThings] })
  await expect(line.run({ tool: removeThing.name, args: { id: 'x' } })).rejects.toMatchObject({
    code: 'unknown_tool',
  })
})
