import { expect, test } from 'vitest'
import { z } from 'zod'
import { callTool } from './call-tool.ts'
import { GatewayError } from './errors.ts'
import { isInputNeeded } from './interaction.ts'
import { type Stop, type Stops, type StopTarget, stopId } from './stops.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { grantIn } from './testing/tenants.ts'
import { defineTool } from './tool.ts'

/** A read of two requests, between which a call may be stopped. */
const lookTwice = defineTool({
  name: 'aws_ec2_look_twice',
  title: 'Look twice',
  description: 'Looks twice.',
  access: 'read',
  iamActions: ['ec2:DescribeThings'],
  idempotent: true,
  input: z.strictObject({}),
  output: z.object({ looks: z.number() }),
  async run(context) {
    await context.aws('ec2', 'DescribeThings', {})
    await context.aws('ec2', 'DescribeThings', {})
    return { data: { looks: 2 } }
  },
})

const stopOf = (target: StopTarget): Stop => ({
  ...target,
  id: stopId(target),
  reason: 'Incident 7.',
  by: { issuer: 'https://sso.example/operators', subject: 'olga' },
  since: '2026-01-01T00:00:00.000Z',
})

/** A line that knows `inForce`; `onRequest` happens while AWS answers. */
const open = (inForce: Stops['inForce'], onRequest: () => void = () => undefined) => {
  const line = callLine({
    tools: [lookTwice],
    async aws() {
      onRequest()
      return { output: {}, requestId: 'aws-1', attempts: 1 }
    },
  })
  const call = async (tenantId: 'acme' | 'globex' = 'acme') => {
    const grant = grantIn(tenantId)
    const asked = { ...line.base, grant, tool: lookTwice.name, args: {} }
    const result = await callTool({ ...line.dependencies, stops: { inForce } }, asked)
    if (isInputNeeded(result)) throw new Error('the tool asked instead of answering')
    return refusalOf(result)
  }
  return { ...line, call }
}

const acme = stopOf({ kind: 'tenant', tenantId: 'acme' })

test('what is stopped is refused with the reason, audited once, and AWS is not asked', async () => {
  const line = open(async () => [acme])
  expect(await line.call()).toMatchObject({
    code: 'stopped',
    message: expect.stringContaining('Incident 7.'),
  })
  expect(line.sent).toEqual([])
  expect(line.events).toMatchObject([
    {
      event: 'tool.call',
      outcome: 'deny',
      reason_code: 'stopped',
      tenant_id: 'acme',
      policy: { decision: 'deny', rule_ids: ['stopped'] },
    },
  ])
  expect(await line.call('globex')).toBeUndefined()
})

test('a call that runs ends with its next request, and those of others go on', async () => {
  let stops: readonly Stop[] = []
  const line = open(
    () => stops,
    () => {
      stops = [acme]
    },
  )
  expect(await line.call()).toMatchObject({
    code: 'stopped',
    message: expect.stringMatching(/Incident 7\. .*may have been carried out/),
  })
  expect(line.sent).toHaveLength(1)
  expect(line.events).toMatchObject([{ outcome: 'deny', reason_code: 'stopped' }])
  expect(await line.call('globex')).toBeUndefined()
  expect(line.sent).toHaveLength(3)
})

test('the way to AWS can tell that a call was stopped while its request waited there', async () => {
  let stops: readonly Stop[] = []
  const line = callLine({
    tools: [lookTwice],
    async aws(_request, target) {
      await target.goesOn?.()
      stops = [acme]
      await target.goesOn?.()
      return { output: {}, requestId: 'aws-1', attempts: 1 }
    },
  })
  const asked = { ...line.base, grant: grantIn('acme'), tool: lookTwice.name, args: {} }
  const result = await callTool({ ...line.dependencies, stops: { inForce: () => stops } }, asked)
  expect(!isInputNeeded(result) && refusalOf(result)).toMatchObject({ code: 'stopped' })
  expect(line.sent).toHaveLength(1)
  expect(line.events).toMatchObject([{ outcome: 'deny', reason_code: 'stopped' }])
})

test.each([0, 1])(
  'where nobody can tell after %i requests: unavailable, audited as a fault',
  async (after) => {
    const line = open(async () => {
      if (line.sent.length < after) return []
      throw new GatewayError('unavailable', 'It cannot be told just now.')
    })
    // For a 503 of the whole request.
    await expect(line.call()).rejects.toMatchObject({ code: 'unavailable', audited: true })
    expect(line.sent).toHaveLength(after)
    expect(line.events).toMatchObject([{ outcome: 'error', reason_code: 'unavailable' }])
  },
)
