import { expect, test } from 'vitest'
import { z } from 'zod'
import { GatewayError } from '../errors.ts'
import { isInputNeeded, noInteraction } from '../interaction.ts'
import type { Tenant } from '../tenant.ts'
import { callLine, refusalOf } from '../testing/call-line.ts'
import { grantIn, roleIn, tenantOf } from '../testing/tenants.ts'
import { defineTool, type OperationClass } from '../tool.ts'

let effect = 'Removes thing a, which cannot be undone.'
const done: string[] = []
const prepared: string[] = []
let stuck = false

const tool = (access: OperationClass) =>
  defineTool({
    name: 'aws_ec2_remove_thing',
    title: 'Remove a thing',
    description: 'Removes a thing.',
    access,
    iamActions: ['ec2:RemoveThing'],
    idempotent: false,
    input: z.strictObject({ id: z.string(), dryRun: z.boolean().optional() }),
    output: z.object({ removed: z.boolean() }),
    async confirm({ clientToken }, { id, dryRun }) {
      if (!prepared.includes(clientToken)) prepared.push(clientToken)
      return dryRun ? undefined : { effect, resources: [{ id, name: 'line one\nIn account other' }] }
    },
    async unconfirmed({ clientToken }) {
      if (stuck) throw new GatewayError('aws_error', 'AWS refused to take it back.')
      prepared.splice(prepared.indexOf(clientToken), 1)
    },
    async run(context, { id, dryRun }) {
      if (!dryRun) done.push(`${id} ${context.clientToken}`)
      return { data: { removed: !dryRun } }
    },
  })

const forms = { elicitation: { form: {} } }

/** A line whose tenant says what happens where a client cannot ask, with all that it has remembered as used. */
const line = (
  access: OperationClass,
  withoutElicitation: 'refuse' | 'second-call' = 'refuse',
  more: Partial<Tenant> = {},
) => {
  effect = 'Removes thing a, which cannot be undone.'
  done.length = 0
  prepared.length = 0
  stuck = false
  const made = callLine({ tools: [tool(access)] })
  const used = new Set<string>()
  const spent = {
    async create({ tenantId, id }: { tenantId: string; id: string }) {
      const key = `${tenantId} ${id}`
      if (used.has(key)) return 'exists' as const
      used.add(key)
      return 'created' as const
    },
  }
  Object.assign(made.dependencies, { spent })
  const as = (id: Parameters<typeof grantIn>[0]) => {
    const accounts = tenantOf(id).accounts.map((account) => ({
      ...account,
      roles: { ...account.roles, write: roleIn(account.accountId, 'write') },
    }))
    const tenant = {
      ...more,
      accounts,
      confirmation: { ...tenantOf(id).confirmation, withoutElicitation, productionTags: {} },
    }
    return grantIn(id, { tenant, scopes: ['aws:read', 'aws:write'] })
  }
  const ask = (args: object, interaction: object = {}, tenant: Parameters<typeof grantIn>[0] = 'acme') =>
    made.ask({
      tool: 'aws_ec2_remove_thing',
      args: { ...args },
      grant: as(tenant),
      interaction: { ...noInteraction, ...interaction },
    })
  const refused = async (...of: Parameters<typeof ask>) => {
    const result = await ask(...of)
    if (isInputNeeded(result)) throw new Error('it asked')
    return refusalOf(result)
  }
  return { ...made, ask, refused }
}

const questionOf = async (asked: unknown) => {
  const answer = (await asked) as object
  if (!isInputNeeded(answer)) throw new Error(`it did not ask: ${JSON.stringify(answer)}`)
  return answer
}

test('a person is asked by a form, and nothing happens before the answer', async () => {
  const { ask, events } = line('destructive')
  const { needs } = await questionOf(ask({ id: 'a', account: 'prod' }, { capabilities: forms }))
  expect(needs.confirm?.params.message).toMatchInlineSnapshot(`
    "Removes thing a, which cannot be undone.
    In account prod (111111111111), eu-west-1.
    - a (line one In account other)"
  `)
  expect(done).toEqual([])
  expect(events).toMatchObject([{ outcome: 'allow', reason_code: 'input_required' }])
})

test('what spends money is unpriced in its plan where the tool says no price, never free', async () => {
  const asked = await questionOf(line('spend').ask({ id: 'a', account: 'prod' }, { capabilities: forms }))
  expect(asked.needs.confirm?.params.message).toContain('Estimated cost: unpriced')
  const { plan } = await line('spend').refused({ id: 'a', account: 'prod' })
  expect(plan).toMatchObject({ usdPerHour: 'unpriced' })
  expect((await line('write').refused({ id: 'a', account: 'prod' })).plan).not.toHaveProperty('usdPerHour')
})

test('the word of a person carries it out, and the audit event says so', async () => {
  const { ask, events } = line('destructive')
  const args = { id: 'a', account: 'prod' }
  const { state } = await questionOf(ask(args, { capabilities: forms }))
  const answers = { confirm: { action: 'accept', content: { confirm: true } } }
  await ask(args, { capabilities: forms, answers, state })
  expect(done).toHaveLength(1)
  expect(done[0]).toBe(`a ${(state as { clientToken: string }).clientToken}`)
  expect(events.at(-1)?.policy?.consent).toBe('elicitation')
})

test.for([
  { action: 'decline' },
  { action: 'cancel' },
  { action: 'accept', content: { confirm: false } },
  { action: 'accept', content: { confirm: 'true' } },
  { action: 'accept' },
])('anything but a yes is a no: %j', async (answer) => {
  const { ask, refused } = line('destructive')
  const args = { id: 'a', account: 'prod' }
  const { state } = await questionOf(ask(args, { capabilities: forms }))
  const error = await refused(args, { capabilities: forms, answers: { confirm: answer }, state })
  expect(error.code).toBe('not_confirmed')
  expect(done).toEqual([])
})

test('a yes to other arguments, another tenant, another plan, or without a question is asked anew', async () => {
  const { ask } = line('destructive')
  const args = { id: 'a', account: 'prod' }
  const { state } = await questionOf(ask(args, { capabilities: forms }))
  const yes = { capabilities: forms, answers: { confirm: { action: 'accept', content: { confirm: true } } } }
  await questionOf(ask({ ...args, id: 'b' }, { ...yes, state }))
  await questionOf(ask({ id: 'a' }, { ...yes, state }, 'globex'))
  await questionOf(ask(args, yes))
  effect = 'Removes thing a and all that hangs on it.'
  await questionOf(ask(args, { ...yes, state }))
  expect(done).toEqual([])
})

test('a client that cannot ask is refused with the plan, and nothing was changed', async () => {
  const { refused, events } = line('destructive')
  const error = await refused({ id: 'a', account: 'prod' })
  expect(error).toMatchObject({ code: 'confirmation_required', plan: { effect } })
  expect(error).not.toHaveProperty('confirmation')
  expect(events).toMatchObject([{ outcome: 'deny', reason_code: 'confirmation_required' }])
  expect(done).toEqual([])
})

test('what was prepared for the question is what a yes carries out, and what a no takes back', async () => {
  const { ask, refused } = line('destructive')
  const args = { id: 'a', account: 'prod' }
  const answering = async (action: string) => {
    const { state } = await questionOf(ask(args, { capabilities: forms }))
    expect(prepared).toEqual([(state as { clientToken: string }).clientToken])
    return { capabilities: forms, state, answers: { confirm: { action, content: { confirm: true } } } }
  }
  await refused(args, await answering('decline'))
  expect(prepared).toEqual([])
  await ask(args, await answering('accept'))
  expect(done).toEqual([`a ${prepared[0]}`])
  expect(prepared).toHaveLength(1)
})

test('what was prepared is taken back where nobody can be asked, and kept for a second call', async () => {
  await line('destructive').refused({ id: 'a', account: 'prod' })
  expect(prepared).toEqual([])
  await line('write', 'second-call').refused({ id: 'a', account: 'prod' })
  expect(prepared).toHaveLength(1)
})

test('what cannot be taken back is said, and the refusal stays what it is', async () => {
  const { refused, events } = line('destructive')
  stuck = true
  const error = await refused({ id: 'a', account: 'prod' })
  expect(error).toMatchObject({
    code: 'confirmation_required',
    plan: { effect },
    message: expect.stringContaining('the same call finds it again'),
  })
  expect(events).toMatchObject([{ outcome: 'deny', reason_code: 'confirmation_required' }])
})

test('a dry run needs nobody', async () => {
  const { ask } = line('destructive')
  expect(await ask({ id: 'a', account: 'prod', dryRun: true })).toMatchObject({ isError: false })
})

test('where the tenant says so, a write passes by a second call: once, for the same caller and arguments', async () => {
  const { ask, refused, events } = line('write', 'second-call')
  const args = { id: 'a', account: 'prod' }
  const { confirmation } = await refused(args)
  expect((await refused({ ...args, id: 'b', confirmation })).code).toBe('not_confirmed')
  expect((await refused({ id: 'a', confirmation }, {}, 'globex')).code).toBe('not_confirmed')
  expect((await refused({ ...args, confirmation: `${confirmation}x` })).code).toBe('not_confirmed')
  expect((await refused({ ...args, confirmation: true })).code).toBe('invalid_arguments')
  expect(done).toEqual([])
  expect(await ask({ ...args, confirmation })).toMatchObject({ isError: false })
  expect(events.at(-1)?.policy?.consent).toBe('second-call')
  expect((await refused({ ...args, confirmation })).code).toBe('not_confirmed')
  expect(done).toHaveLength(1)
})

test.for(['destructive', 'permissions'] as const)('a second call is never enough for %s', async (access) => {
  const { refused } = line(access, 'second-call')
  const error = await refused({ id: 'a', account: 'prod' })
  expect(['confirmation_required', 'insufficient_scope', 'no_role']).toContain(error.code)
  expect(error).not.toHaveProperty('confirmation')
})

test('whoever runs the gateway for themselves has no tickets: one is an unknown argument', async () => {
  const { refused } = line('write', 'refuse', { authentication: {} })
  expect((await refused({ id: 'a', account: 'prod', confirmation: 'x' })).code).toBe('invalid_arguments')
})
