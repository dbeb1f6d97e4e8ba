import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { type HeldOpen, holdOpen } from './support/held-open.ts'
import { type Operator, operatorAt } from './support/operator.ts'
import { type Replicas, startReplicas } from './support/replicas.ts'
import { openSignIn, type SignIn } from './support/sign-in.ts'
import { makeTenant } from './support/stored-tenant.ts'

// What is changed through replica 1 is looked for on replica 0, where all clients are.
let replicas: Replicas
let signIns: readonly [SignIn, SignIn]
let ids: readonly [string, string]
let operator: Operator
let ann: string
let gus: string
let anns: HeldOpen
let gusses: HeldOpen

beforeEach(async () => {
  replicas = await startReplicas(inject('redisUrl'), undefined, () => ({ SSE_TRANSPORT: '1' }), {
    admin: true,
    awsUrl: inject('awsUrl'),
  })
  const { first, second } = replicas
  const run = randomBytes(4).toString('hex')
  ids = [`initech-${run}`, `hooli-${run}`]
  signIns = [
    await openSignIn({ id: ids[0], resource: first.resource }),
    await openSignIn({ id: ids[1], resource: first.resource }),
  ]
  operator = operatorAt(second.url, first.operators, { host: new URL(first.url).host })
  await makeTenant(operator, ids[0], signIns[0])
  await makeTenant(operator, ids[1], signIns[1])
  ;[ann, gus] = [signIns[0].token({ groups: ['staff'] }), signIns[1].token()]
  await vi.waitFor(async () => {
    for (const token of [ann, gus]) expect((await answerOf(token))[0]).toBe(200)
  }, 10_000)
  anns = await holdOpen(first.url, ann, { sse: true })
  gusses = await holdOpen(first.url, gus, { sse: true })
}, 30_000)
afterEach(async () => {
  anns[Symbol.dispose]()
  gusses[Symbol.dispose]()
  await replicas[Symbol.asyncDispose]()
  for (const signIn of signIns) await signIn[Symbol.asyncDispose]()
})

const all = (open: boolean) => ({
  socket: open,
  'stand-alone stream': open,
  subscription: open,
  'SSE stream': open,
})

const list = (token: string) => replicas.call(0, token, { method: 'tools/list' })

const answerOf = async (token: string) => {
  const { status, body } = await list(token)
  return [status, JSON.parse(body).error?.data?.code ?? JSON.parse(body).error]
}

/** What becomes of a call by ann in the account whose role is edited. */
const codeOfCall = async (): Promise<unknown> => {
  const params = { name: 'aws_ec2_describe_instances', arguments: { account: 'two' } }
  const { body } = await replicas.call(0, ann, { method: 'tools/call', params })
  return JSON.parse(body).result.structuredContent.error?.code
}

/** Regions that a tool offers, or undefined where it offers no choice. */
const regionsOf = async (token: string): Promise<unknown> => {
  const { body } = await list(token)
  const tools: { name: string; inputSchema: { properties: Record<string, { enum?: string[] }> } }[] =
    JSON.parse(body).result.tools
  return tools.find(({ name }) => name === 'aws_ec2_describe_instances')?.inputSchema.properties.region?.enum
}

/** Waits until replica 0 has closed what is open for ann and passes `inForce`, for 5 s at most. */
const untilInForce = async (change: () => Promise<unknown>, inForce: () => Promise<void>): Promise<void> => {
  const gusBefore = await list(gus)
  await change()
  await vi.waitFor(async () => {
    expect(anns.stillOpen()).toEqual(all(false))
    await inForce()
  }, 5_000)
  expect(gusses.stillOpen()).toEqual(all(true))
  const { status, body } = await list(gus)
  expect([status, body]).toEqual([200, gusBefore.body])
}

const patch = async (body: object) => {
  const { headers } = await operator.ask('GET', `/tenants/${ids[0]}`)
  const answer = await operator.ask('PATCH', `/tenants/${ids[0]}`, {
    body,
    headers: { 'if-match': String(headers.etag) },
  })
  expect(answer.status).toBe(200)
}

describe('through replica 1, in force on replica 0 within 5 s', () => {
  test('a role edited', async () => {
    expect(await codeOfCall()).not.toBe('no_role')
    await untilInForce(
      async () => {
        const { headers } = await operator.ask('GET', `/tenants/${ids[0]}`)
        const { status } = await operator.ask('PATCH', `/tenants/${ids[0]}/accounts/two`, {
          body: { roles: { read: { groups: ['others'] } } },
          headers: { 'if-match': String(headers.etag) },
        })
        expect(status).toBe(200)
      },
      async () => expect(await codeOfCall()).toBe('no_role'),
    )
    expect(await anns.socket.closed).toMatchObject({ code: 1012 })
    expect(await anns.standAlone.ended).toBe(true)
  })

  test('an external id rotated, and nothing that is open notices', async () => {
    const { status } = await operator.ask('POST', `/tenants/${ids[0]}/accounts/two/rotate-external-id`)
    expect(status).toBe(200)
    // Announced afterwards: once that is in force, so is the rotation.
    await operator.ask('POST', `/tenants/${ids[1]}/suspend`)
    await vi.waitFor(() => expect(gusses.stillOpen()).toEqual(all(false)), 5_000)
    expect(anns.stillOpen()).toEqual(all(true))
  })

  test('regions narrowed', async () => {
    expect(await regionsOf(ann)).toEqual(['eu-west-1', 'us-east-1'])
    await untilInForce(
      () => patch({ permissions: { allowedServices: ['sts', 'ec2'], allowedRegions: ['eu-west-1'] } }),
      async () => expect(await regionsOf(ann)).toBeUndefined(),
    )
    expect(await anns.socket.closed).toMatchObject({ code: 1012 })
  })

  test('a client taken away: its remembered token is refused', async () => {
    await untilInForce(
      async () => {
        const { json } = await operator.ask('GET', `/tenants/${ids[0]}`)
        await patch({
          connections: [{ ...json.tenant.connections[0], directTokens: true, allowedClients: ['another'] }],
        })
      },
      async () => expect((await answerOf(ann))[0]).toBe(401),
    )
  })

  test('a tenant suspended, and resumed', async () => {
    await untilInForce(
      () => operator.ask('POST', `/tenants/${ids[0]}/suspend`),
      async () => expect(await answerOf(ann)).toEqual([403, 'tenant_suspended']),
    )
    expect(await anns.socket.closed).toMatchObject({ code: 1008 })
    await operator.ask('POST', `/tenants/${ids[0]}/resume`)
    await vi.waitFor(async () => expect((await answerOf(ann))[0]).toBe(200), 5_000)
  })

  test('E22 a tenant offboarded', async () => {
    await untilInForce(
      () => operator.ask('DELETE', `/tenants/${ids[0]}?confirm=${ids[0]}`),
      async () => expect([401, 403]).toContain((await answerOf(ann))[0]),
    )
    expect(await anns.socket.closed).toMatchObject({ code: 1008 })
    expect(await anns.subscription.ended).toBe(true)
  })
})

test('what changes nothing closes nothing', async () => {
  const { json } = await operator.ask('GET', `/tenants/${ids[0]}`)
  await patch({ connections: json.tenant.connections })
  await operator.ask('POST', `/tenants/${ids[0]}/resume`)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(anns.stillOpen()).toEqual(all(true))
  expect(gusses.stillOpen()).toEqual(all(true))
})
