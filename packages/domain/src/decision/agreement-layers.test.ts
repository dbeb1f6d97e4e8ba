import { expect, test } from 'vitest'
import type { CostFacts } from '../cost.ts'
import type { Plan } from '../plan.ts'
import { type Agreement, decide } from '../policy.ts'
import { tenantSchema } from '../tenant.ts'
import { grantIn, roleIn, tenantOf } from '../testing/tenants.ts'
import type { OperationClass } from '../tool.ts'

const accounts = tenantOf('acme').accounts.map((account) => ({
  ...account,
  roles: {
    read: roleIn(account.accountId, 'read'),
    write: roleIn(account.accountId, 'write'),
    admin: roleIn(account.accountId, 'admin'),
  },
}))

interface Asked {
  readonly access?: OperationClass
  readonly confirmation?: object
  readonly cost?: Partial<CostFacts>
  readonly plan?: Partial<Plan>
  readonly asked?: boolean
  readonly account?: 'prod' | 'dev'
  readonly single?: boolean
}

const decided = ({
  access = 'write',
  confirmation = {},
  cost,
  plan,
  asked = true,
  account = 'prod',
  single,
}: Asked) => {
  const grant = grantIn('acme', {
    scopes: ['aws:read', 'aws:write', 'aws:admin'],
    tenant: {
      accounts,
      confirmation: tenantSchema.shape.confirmation.parse(confirmation),
      ...(single && { authentication: {} }),
    },
  })
  const agreement: Agreement = {
    plan: { effect: 'Does it.', resources: [{ id: 'i-1', tags: {} }], ...plan },
    asked,
    cost: { faults: [], ...cost },
  }
  const granted = grant.accounts.find((each) => each.account.alias === account)
  if (!granted) throw new Error('no such account')
  const decision = decide({
    grant: single
      ? { ...grant, accounts: grant.accounts.map((each) => ({ ...each, roles: granted.roles })) }
      : grant,
    tool: { access, iamActions: ['ec2:Thing'], name: 'aws_ec2_remove_thing' },
    ...(!single && { account: granted }),
    agreement,
  })
  switch (decision.effect) {
    case 'allow':
      return 'allow'
    case 'deny':
      return decision.denials.map(({ rule, code }) => `${rule}: ${code}`).join(', ')
    case 'confirm':
      return decision.needs.map(({ rule, rung }) => `${rule}: ${rung}`).join(', ')
  }
}

const prod = { resources: [{ id: 'i-1', tags: { Environment: 'production' } }] }
const dev = { resources: [{ id: 'i-1', tags: { env: 'dev' } }] }
const mixed = { resources: [...dev.resources, { id: 'i-2', tags: { Environment: 'production' } }] }
const unknown = { resources: [{ id: 'i-1' }] }
const usd = (microUsd: number | 'unpriced') => ({ estimate: { microUsd, basis: 'of the test' } })
const rule = (when: object, require: string, name = 'own') => ({ rules: [{ name, when, require }] })

test.for<[string, Asked, string]>([
  ['what the tool asks for takes a person', {}, 'confirmation.asked: person'],
  ['what nobody asks for passes', { asked: false }, 'allow'],
  [
    'what is not production is destroyed by a person',
    { access: 'destructive' },
    'confirmation.asked: person',
  ],
  [
    'what is tagged as production takes another person',
    { access: 'destructive', plan: prod },
    'confirmation.asked: person, confirmation.production: other-person',
  ],
  ['production that is not destroyed takes a person', { plan: prod }, 'confirmation.asked: person'],
  [
    'what has tags that nobody knows may be production',
    { access: 'destructive', plan: unknown },
    'confirmation.asked: person, confirmation.production: other-person',
  ],
  [
    'what names nothing may be production',
    { access: 'destructive', plan: { resources: [] } },
    'confirmation.asked: person, confirmation.production: other-person',
  ],
  [
    'what is beyond those that are shown may be production',
    { access: 'destructive', plan: { details: { moreResources: 3 } } },
    'confirmation.asked: person, confirmation.production: other-person',
  ],
  [
    'a tenant says which tags are production',
    { access: 'destructive', plan: prod, confirmation: { productionTags: { tier: ['gold'] } } },
    'confirmation.asked: person',
  ],
  [
    'a tenant may have no production',
    { access: 'destructive', plan: unknown, confirmation: { productionTags: {} } },
    'confirmation.asked: person',
  ],
  [
    'what somebody may do takes another person',
    { access: 'permissions' },
    'confirmation.asked: person, confirmation.permissions: other-person',
  ],
  ['whoever runs it for themselves is the only person', { access: 'permissions', single: true }, 'no_role'],
  ['what fits the budget', { cost: { ...usd(7), leftMicroUsd: 7 } }, 'confirmation.asked: person'],
  [
    'what does not fit the budget takes another person',
    { cost: { ...usd(8), leftMicroUsd: 7 } },
    'cost.budget: other-person, confirmation.asked: person',
  ],
  [
    'what exceeds the budget does so though nobody asks',
    { cost: { ...usd(8), leftMicroUsd: 7 }, asked: false },
    'cost.budget: other-person',
  ],
  ['what is unpriced takes a person', { cost: usd('unpriced'), asked: false }, 'cost.unpriced: person'],
  [
    'a budget that is overdrawn',
    { cost: { ...usd(1), leftMicroUsd: -5 }, asked: false },
    'cost.budget: other-person',
  ],
  [
    'what costs nothing passes an empty budget',
    { cost: { ...usd(0), leftMicroUsd: 0 }, asked: false },
    'allow',
  ],
  ['a negative estimate', { cost: { ...usd(-1), leftMicroUsd: 7 } }, 'cost.estimate: cost_limit_exceeded'],
  ['an estimate that is no number', { cost: usd(Number.NaN) }, 'cost.estimate: cost_limit_exceeded'],
  ['an absurd estimate', { cost: usd(1e300) }, 'cost.estimate: cost_limit_exceeded'],
  ['a limit', { cost: { faults: ['Too many.'] } }, 'cost.limit: cost_limit_exceeded'],
  ['a rule asks nobody', { confirmation: rule({}, 'nobody') }, 'allow'],
  ['a rule asks for approval', { confirmation: rule({}, 'approval') }, 'confirmation.own: approval'],
  ['a rule refuses', { confirmation: rule({}, 'refuse') }, 'confirmation.own: not_allowed'],
  [
    'a rule is for all that changes something',
    { asked: false, confirmation: rule({}, 'person') },
    'confirmation.own: person',
  ],
  ['and not for reads', { access: 'read', asked: false, confirmation: rule({}, 'refuse') }, 'allow'],
  [
    'unless it names them',
    { access: 'read', asked: false, confirmation: rule({ classes: ['read'] }, 'refuse') },
    'confirmation.own: not_allowed',
  ],
  [
    'a rule of another class',
    { confirmation: rule({ classes: ['spend'] }, 'refuse') },
    'confirmation.asked: person',
  ],
  [
    'a rule of the account',
    { confirmation: rule({ accounts: ['prod'] }, 'refuse') },
    'confirmation.own: not_allowed',
  ],
  [
    'a rule of another account',
    { account: 'dev', confirmation: rule({ accounts: ['prod'] }, 'refuse') },
    'confirmation.asked: person',
  ],
  ['a rule of the tool', { confirmation: rule({ tools: ['aws_ec2_remove_thing'] }, 'nobody') }, 'allow'],
  [
    'a rule of another tool',
    { confirmation: rule({ tools: ['other'] }, 'nobody') },
    'confirmation.asked: person',
  ],
  [
    'a rule of a tag',
    { plan: prod, confirmation: rule({ tags: { Environment: ['*'] } }, 'refuse') },
    'confirmation.own: not_allowed',
  ],
  [
    'a rule of a tag that is not there',
    { confirmation: rule({ tags: { Environment: ['*'] } }, 'refuse') },
    'confirmation.asked: person',
  ],
  [
    'a tag that nobody knows fits',
    { plan: unknown, confirmation: rule({ tags: { a: ['b'] } }, 'refuse') },
    'confirmation.own: not_allowed',
  ],
  [
    'a tag named like a member of objects',
    { confirmation: rule({ tags: { constructor: ['*'] } }, 'refuse') },
    'confirmation.asked: person',
  ],
  [
    'a rule of the cost',
    { cost: usd(2_000_001), confirmation: rule({ aboveUsd: 2 }, 'approval') },
    'confirmation.own: approval',
  ],
  [
    'a cost below it',
    { cost: usd(2_000_000), confirmation: rule({ aboveUsd: 2 }, 'approval') },
    'confirmation.asked: person',
  ],
  [
    'what is unpriced is above',
    { cost: usd('unpriced'), confirmation: rule({ aboveUsd: 2 }, 'approval') },
    'cost.unpriced: person, confirmation.own: approval',
  ],
  [
    'what nobody knows the tags of gets nothing for free',
    { access: 'destructive', plan: unknown, confirmation: rule({ tags: { env: ['dev'] } }, 'nobody') },
    'confirmation.asked: person, confirmation.production: other-person',
  ],
  [
    'nor does what is only partly tagged so',
    { plan: mixed, confirmation: rule({ tags: { env: ['dev'] } }, 'nobody') },
    'confirmation.asked: person',
  ],
  [
    'nor what names nothing',
    { plan: { resources: [] }, confirmation: rule({ tags: { env: ['dev'] } }, 'nobody') },
    'confirmation.asked: person',
  ],
  [
    'nor what is beyond those that are shown',
    {
      plan: { ...dev, details: { moreResources: 1 } },
      confirmation: rule({ tags: { env: ['dev'] } }, 'nobody'),
    },
    'confirmation.asked: person',
  ],
  [
    'what is all tagged so does',
    { plan: dev, confirmation: rule({ tags: { env: ['dev'] } }, 'nobody') },
    'allow',
  ],
  [
    'a rule that asks for less than four eyes loosens too',
    { access: 'permissions', plan: unknown, confirmation: rule({ tags: { env: ['dev'] } }, 'person') },
    'confirmation.asked: person, confirmation.permissions: other-person',
  ],
  [
    'one that tightens fits what is partly tagged so',
    { plan: mixed, confirmation: rule({ tags: { env: ['dev'] } }, 'refuse') },
    'confirmation.own: not_allowed',
  ],
  [
    'a rule about spending fits whatever costs something',
    { cost: usd(1), confirmation: rule({ classes: ['spend'] }, 'approval') },
    'confirmation.own: approval',
  ],
  [
    'but frees nothing of another class',
    { access: 'permissions', cost: usd(1), confirmation: rule({ classes: ['spend'] }, 'nobody') },
    'confirmation.asked: person, confirmation.permissions: other-person',
  ],
  [
    'no price is below a limit that is unpriced',
    { cost: usd('unpriced'), confirmation: rule({ aboveUsd: 2 }, 'nobody') },
    'cost.unpriced: person, confirmation.asked: person',
  ],
  [
    'no rule waives the budget',
    { cost: { ...usd(8), leftMicroUsd: 7 }, confirmation: rule({}, 'nobody') },
    'cost.budget: other-person',
  ],
  [
    'the first rule that fits decides',
    {
      confirmation: {
        rules: [
          { name: 'one', when: { accounts: ['dev'] }, require: 'refuse' },
          { name: 'two', require: 'nobody' },
          { name: 'three', require: 'refuse' },
        ],
      },
    },
    'allow',
  ],
])('%s', ([, asked, expected]) => {
  if (expected === 'no_role') return expect(decided(asked)).toContain('no_role')
  expect(decided(asked)).toBe(expected)
})

test('rules of one name, unknown rungs and wrong names are refused with their place', () => {
  const { error } = tenantSchema.shape.confirmation.safeParse({
    rules: [
      { name: 'a', require: 'person' },
      { name: 'a', require: 'nobody' },
      { name: 'A b', require: 'sometimes' },
    ],
  })
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['rules.2.name', 'rules.2.require'])
  const twice = tenantSchema.shape.confirmation.safeParse({
    rules: [
      { name: 'a', require: 'person' },
      { name: 'a', require: 'nobody' },
    ],
  })
  expect(twice.error?.issues).toMatchObject([{ path: ['rules', 1, 'name'] }])
})
