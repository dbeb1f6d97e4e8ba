import { expect, test } from 'vitest'
import { z } from 'zod'
import { GatewayError } from '../errors.ts'
import { isInputNeeded, noInteraction } from '../interaction.ts'
import { createApprovals } from '../kept-approvals.ts'
import type { Plan } from '../plan.ts'
import { tenantSchema } from '../tenant.ts'
import { callLine, refusalOf } from '../testing/call-line.ts'
import { mapLedger, mapRecords } from '../testing/map-stores.ts'
import { grantIn, roleIn, tenantOf } from '../testing/tenants.ts'
import { defineTool, type OperationClass } from '../tool.ts'

const forms = { elicitation: { form: {} } }

/** A gateway with an approval page, a ledger and one tool that asks before it removes a thing. */
const line = (
  options: {
    access?: OperationClass
    plan?: Partial<Plan>
    confirmation?: object
    dailyUsd?: number
    fails?: () => never
    actual?: number
    takenBack?: string[]
    /** Whether taking back asks AWS. */
    sends?: boolean
  } = {},
) => {
  const { access = 'destructive', confirmation = {}, dailyUsd, fails, actual } = options
  const plan = { ...options.plan }
  const tool = defineTool({
    name: 'aws_ec2_remove_thing',
    title: 'Remove a thing',
    description: 'Removes.',
    access,
    iamActions: ['ec2:RemoveThing'],
    idempotent: false,
    input: z.strictObject({ id: z.string() }),
    output: z.unknown(),
    confirm: async (_, { id }) => ({
      effect: `Removes ${id}.`,
      resources: [{ id, tags: {} }],
      ...plan,
    }),
    async unconfirmed(context, { id }) {
      options.takenBack?.push(id)
      if (options.sends) await context.aws('ec2', 'RemoveThing', { id })
    },
    async run(context, { id }) {
      fails?.()
      await context.aws('ec2', 'RemoveThing', { id })
      return { data: { id }, ...(actual !== undefined && { microUsd: actual }) }
    },
  })
  const made = callLine({ tools: [tool] })
  const records = mapRecords()
  const approvals = createApprovals({ records, now: made.dependencies.now })
  const { ledger, usedBy, charged } = mapLedger()
  Object.assign(made.dependencies, {
    pages: {
      approvals,
      urlOf: ({ tenantId, id }: { tenantId: string; id: string }) =>
        `https://auth.example/approvals/${tenantId}/${id}`,
    },
    ledger,
    records,
  })
  const as = (id: 'acme' | 'globex', subject: string) => {
    const accounts = tenantOf(id).accounts.map((account) => ({
      ...account,
      roles: {
        read: roleIn(account.accountId, 'read'),
        write: roleIn(account.accountId, 'write'),
        admin: roleIn(account.accountId, 'admin'),
      },
    }))
    const tenant = {
      accounts,
      connections: tenantOf(id).connections.map((each) => ({ ...each, clientId: 'gateway' })),
      confirmation: tenantSchema.shape.confirmation.parse(confirmation),
      ...(dailyUsd !== undefined && { budget: { dailyUsd } }),
    }
    return grantIn(id, { tenant, subject, scopes: ['aws:read', 'aws:write', 'aws:admin'] })
  }
  const call = async (
    args: object = {},
    {
      tenant = 'acme' as 'acme' | 'globex',
      subject = 'ann',
      capabilities = {} as Readonly<Record<string, unknown>>,
    } = {},
  ) => {
    const result = await made.ask({
      tool: tool.name,
      args: { id: 'a', account: tenant === 'acme' ? 'prod' : 'main', ...args },
      grant: as(tenant, subject),
      interaction: { ...noInteraction, capabilities },
    })
    if (isInputNeeded(result)) return 'asked'
    return result.isError ? refusalOf(result) : 'done'
  }
  const refused = async (...of: Parameters<typeof call>) => {
    const error = await call(...of)
    if (typeof error === 'string') throw new Error(`it was ${error}`)
    return error
  }
  const ann = approverOf(as('acme', 'ann').principal)
  const bea = approverOf(as('acme', 'bea').principal)
  const decide = (ticket: unknown, by = ann, approve = true, reason?: string) =>
    approvals.decide(
      { tenantId: 'acme', id: String(ticket) },
      { approve, by, ...(reason !== undefined && { reason }) },
    )
  return { ...made, plan, call, refused, decide, ann, bea, approvals, usedBy, charged }
}

const approverOf = ({ id, issuer, subject }: { id: string; issuer: string; subject: string }) => ({
  principalId: id,
  issuer,
  subject,
  mayApproveOthers: true,
})

test('without a form the call is refused with a plan, a link and a ticket, and nothing is sent', async () => {
  const { refused, sent, events } = line()
  const error = await refused()
  expect(error).toMatchObject({
    code: 'confirmation_required',
    plan: { effect: 'Removes a.', resources: [{ id: 'a' }] },
    approval: { url: `https://auth.example/approvals/acme/${error.confirmation}` },
  })
  expect(error.confirmation).toMatch(/^[\w-]{43}$/)
  expect(sent).toEqual([])
  expect(events).toMatchObject([{ outcome: 'deny', reason_code: 'confirmation_required' }])
})

test('the ticket passes once, when a person has approved it, and the audit event says who', async () => {
  const { refused, call, decide, ann, sent, events } = line()
  const { confirmation } = await refused()
  expect(await refused({ confirmation })).toMatchObject({ code: 'confirmation_required', confirmation })
  await decide(confirmation)
  expect(await call({ confirmation })).toBe('done')
  expect(sent).toHaveLength(1)
  expect(events.at(-1)?.policy).toMatchObject({
    consent: 'approval',
    approval: { by: ann.principalId, id: expect.stringMatching(/^[\w-]{16}$/) },
  })
  // The record that the change began with says so too.
  expect(events.find(({ event }) => event === 'tool.begin')?.policy).toEqual(events.at(-1)?.policy)
  expect(JSON.stringify(events)).not.toContain(confirmation)
  expect((await refused({ confirmation })).code).toBe('not_confirmed')
  expect(sent).toHaveLength(1)
})

test('two calls that race with one ticket: one passes', async () => {
  const { refused, call, decide, sent } = line()
  const { confirmation } = await refused()
  await decide(confirmation)
  const outcomes = await Promise.all([call({ confirmation }), call({ confirmation }), call({ confirmation })])
  expect(outcomes.filter((each) => each === 'done')).toHaveLength(1)
  expect(sent).toHaveLength(1)
})

test('a refusal on the page is one', async () => {
  const { refused, decide, ann } = line()
  const { confirmation } = await refused()
  await decide(confirmation, ann, false, 'Not on a\nFriday.')
  const { code, message } = await refused({ confirmation })
  expect(code).toBe('not_confirmed')
  expect(message).toMatch(/^A person refused this.* Their reason: .*Not on a.{1,3}Friday/)
  expect(message).not.toContain('\n')
})

test.for<[string, object, object]>([
  ['other arguments', { id: 'b' }, {}],
  ['another account', { account: 'dev' }, {}],
  ['another person of the company', {}, { subject: 'bea' }],
  ['another company', {}, { tenant: 'globex' }],
])('the ticket is good for no call with %s', async ([, args, who]) => {
  const { refused, decide, sent } = line()
  const { confirmation } = await refused()
  await decide(confirmation)
  expect((await refused({ ...args, confirmation }, who)).code).toBe('not_confirmed')
  expect(sent).toEqual([])
})

test.for(['', 'x', '../../a', 'a'.repeat(43), 'a'.repeat(5_000)])('%j is no ticket', async (confirmation) => {
  const { refused, sent } = line()
  expect((await refused({ confirmation })).code).toBe('not_confirmed')
  expect(sent).toEqual([])
})

test('a plan that has changed since takes another word', async () => {
  const made = line()
  const { confirmation } = await made.refused()
  await made.decide(confirmation)
  Object.assign(made.plan, { effect: 'Removes a and all that hangs on it.' })
  expect((await made.refused({ confirmation })).code).toBe('not_confirmed')
  expect(made.sent).toEqual([])
})

const inProduction = { resources: [{ id: 'a', tags: { Environment: 'production' } }] }

test('what destroys production takes the page though the client has forms, and another person', async () => {
  const { refused, call, decide, bea, ann } = line({ plan: inProduction })
  const { confirmation, message } = await refused({}, { capabilities: forms })
  expect(message).toContain('tagged as production: a.')
  expect(message).toContain('another person of your company')
  expect(await decide(confirmation, ann)).toEqual({ fault: 'own' })
  expect(await decide(confirmation, { ...bea, mayApproveOthers: false })).toEqual({ fault: 'not-approver' })
  expect((await refused({ confirmation })).code).toBe('confirmation_required')
  expect(await decide(confirmation, bea)).toHaveProperty('approval')
  expect(await call({ confirmation })).toBe('done')
})

test('a word that was given before the thing was production is not enough', async () => {
  const { refused, decide, plan, sent } = line()
  const { confirmation } = await refused()
  await decide(confirmation)
  Object.assign(plan, inProduction)
  expect((await refused({ confirmation })).code).toBe('not_confirmed')
  expect(sent).toEqual([])
})

test('a client with forms is asked by one where that is enough', async () => {
  expect(await line().call({}, { capabilities: forms })).toBe('asked')
})

test('where no page is served, what takes one is refused and says so', async () => {
  const made = line({ plan: inProduction })
  Object.assign(made.dependencies, { pages: undefined })
  expect(await made.refused({}, { capabilities: forms })).toMatchObject({
    code: 'confirmation_required',
    message: expect.stringContaining('this gateway serves none'),
  })
})

test('a store of approvals that is away refuses, and nothing is sent', async () => {
  const made = line()
  const { confirmation } = await made.refused()
  const away = async () => {
    throw new GatewayError('unavailable', 'Away.')
  }
  Object.assign(made.approvals, { use: away, create: away })
  await expect(made.call({ confirmation })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(made.call({ id: 'b' })).rejects.toMatchObject({ code: 'unavailable' })
  expect(made.sent).toEqual([])
})

const nobody = { rules: [{ name: 'free', require: 'nobody' }] }
const costing = (microUsd: number) => ({ cost: { microUsd, basis: 'of the test' } })

test('what fits the budget is charged, and what does not takes another person', async () => {
  const { refused, call, decide, bea, usedBy, events } = line({
    access: 'spend',
    plan: costing(4_000_000),
    confirmation: nobody,
    dailyUsd: 10,
  })
  expect([await call(), await call()]).toEqual(['done', 'done'])
  expect(usedBy('acme')).toBe(8_000_000)
  expect(events.at(-1)).toMatchObject({ budget: { remaining_usd: 2 }, aws: { cost_estimate_usd: 4 } })
  const { confirmation, code, message } = await refused()
  expect(code).toBe('budget_exceeded')
  expect(message).toContain('charged with 4.00 USD, and 2.00 USD of today')
  await decide(confirmation, bea)
  expect(await call({ confirmation })).toBe('done')
  expect(usedBy('acme')).toBe(12_000_000)
  expect(await call({}, { tenant: 'globex' })).toBe('done')
  expect(usedBy('globex')).toBe(4_000_000)
})

test('of calls that race for the budget as many pass as fit', async () => {
  const { call, usedBy } = line({
    access: 'spend',
    plan: costing(1_000_000),
    confirmation: nobody,
    dailyUsd: 7,
  })
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => call()))
  expect(outcomes.filter((each) => each === 'done')).toHaveLength(7)
  expect(usedBy('acme')).toBe(7_000_000)
  const codes = outcomes.flatMap((each) => (typeof each === 'string' ? [] : [each.code]))
  expect(new Set(codes)).toEqual(new Set(['budget_exceeded']))
})

test('what AWS refuses is given back, and what may have been done stays charged', async () => {
  const aws = (httpStatus: number) => () => {
    throw new GatewayError('aws_error', 'No.', { details: { aws: { code: 'No', httpStatus } } })
  }
  const spend = { access: 'spend' as const, plan: costing(1_000_000), confirmation: nobody, dailyUsd: 7 }
  const [refusing, failing, silent] = [
    line({ ...spend, fails: aws(403) }),
    line({ ...spend, fails: aws(500) }),
    line({
      ...spend,
      fails: () => {
        throw new GatewayError('timeout', 'Late.')
      },
    }),
  ]
  await refusing.refused()
  await failing.refused()
  await silent.refused()
  expect(refusing.usedBy('acme')).toBe(0)
  expect(failing.usedBy('acme')).toBe(1_000_000)
  expect(silent.usedBy('acme')).toBe(1_000_000)
})

test('what came to less is charged with less', async () => {
  const { call, usedBy } = line({
    access: 'spend',
    plan: costing(4_000_000),
    confirmation: nobody,
    dailyUsd: 7,
    actual: 1_500_000,
  })
  expect(await call()).toBe('done')
  expect(usedBy('acme')).toBe(1_500_000)
})

test('without a store of budgets nothing is spent where there is one to keep', async () => {
  const made = line({ access: 'spend', plan: costing(1), confirmation: nobody, dailyUsd: 7 })
  Object.assign(made.dependencies, { ledger: undefined })
  await expect(made.call({ id: 'b' })).rejects.toMatchObject({ code: 'unavailable' })
  expect(made.sent).toEqual([])
})

test('what is unpriced takes a person whatever the rules say, and no budget pays for it', async () => {
  const { refused, call, decide, usedBy } = line({
    access: 'spend',
    plan: { usdPerHour: 'unpriced' },
    confirmation: nobody,
    dailyUsd: 7,
  })
  const { confirmation, message } = await refused()
  expect(message).toContain('does not mean that it is free')
  await decide(confirmation)
  expect(await call({ confirmation })).toBe('done')
  expect(usedBy('acme')).toBe(0)
})

test('a rule of the tenant refuses, whoever agrees', async () => {
  const { refused, sent } = line({ confirmation: { rules: [{ name: 'never', require: 'refuse' }] } })
  expect(await refused({}, { capabilities: forms })).toMatchObject({
    code: 'not_allowed',
    message: expect.stringContaining('Rule never'),
  })
  expect(sent).toEqual([])
})

test('a word that was given for one price is not good for another', async () => {
  const made = line({ plan: costing(250_000) })
  const { confirmation } = await made.refused()
  await made.decide(confirmation)
  for (const microUsd of [2_000_000_000, 'unpriced' as const]) {
    Object.assign(made.plan, { cost: { microUsd, basis: 'of the test' } })
    expect((await made.refused({ confirmation })).code).toBe('not_confirmed')
  }
  expect(made.sent).toEqual([])
})

test('who approved what fitted the budget has not approved that it is exceeded', async () => {
  const four = { rules: [{ name: 'four', require: 'other-person' }] }
  const made = line({ access: 'spend', plan: costing(800_000), confirmation: four, dailyUsd: 1 })
  const first = await made.refused()
  const second = await made.refused({ id: 'b' })
  await made.decide(first.confirmation, made.bea)
  await made.decide(second.confirmation, made.bea)
  expect(await made.call({ confirmation: first.confirmation })).toBe('done')
  const error = await made.refused({ id: 'b', confirmation: second.confirmation })
  expect(error).toMatchObject({
    code: 'not_confirmed',
    message: expect.stringContaining('0.20 USD of today'),
  })
  expect(made.usedBy('acme')).toBe(800_000)
})

test('rules about reads hold for reads', async () => {
  const { refused, call, sent } = line({
    access: 'read',
    confirmation: { rules: [{ name: 'no-reads', when: { classes: ['read'] }, require: 'refuse' }] },
  })
  expect((await refused()).code).toBe('not_allowed')
  expect(sent).toEqual([])
  expect(await call({}, { tenant: 'globex' })).not.toBe('done')
})

test('what was prepared is taken back where the budget is gone before the work begins', async () => {
  const taken: string[] = []
  const made = line({
    access: 'spend',
    plan: costing(1_000_000),
    confirmation: nobody,
    dailyUsd: 7,
    takenBack: taken,
  })
  const { ledger } = made.dependencies
  if (!ledger) throw new Error('no ledger')
  Object.assign(ledger, {
    reserve: async () => ({ reserved: false, day: '2026-01-01', usedMicroUsd: 7_000_000 }),
  })
  expect((await made.refused()).code).toBe('budget_exceeded')
  expect(taken).toEqual(['a'])
  expect(made.sent).toEqual([])
})

test('the very same call asks one time, however often it is made', async () => {
  const { refused, call, decide, sent } = line()
  const first = await refused()
  const again = await refused()
  expect(again.confirmation).toBe(first.confirmation)
  expect((await refused({ id: 'b' })).confirmation).not.toBe(first.confirmation)
  expect((await refused({}, { subject: 'bea' })).confirmation).not.toBe(first.confirmation)
  expect((await refused({}, { tenant: 'globex' })).confirmation).not.toBe(first.confirmation)
  await decide(first.confirmation)
  const next = await refused()
  expect(next.confirmation).not.toBe(first.confirmation)
  expect(await call({ confirmation: first.confirmation })).toBe('done')
  expect((await refused({ confirmation: next.confirmation })).code).toBe('confirmation_required')
  expect(sent).toHaveLength(1)
})

test('what takes back a preparation is sent though the call itself is refused', async () => {
  const taken: string[] = []
  const made = line({ plan: { cost: { microUsd: -1, basis: 'absurd' } }, takenBack: taken, sends: true })
  expect((await made.refused()).code).toBe('cost_limit_exceeded')
  expect(made.sent.map(({ request }) => request.operation)).toEqual(['RemoveThing'])
})
