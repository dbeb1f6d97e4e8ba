import { expect, test } from 'vitest'
import { grantOf } from './grant.ts'
import { decide, type Question } from './policy.ts'
import { type Principal, type Scope, scopes } from './principal.ts'
import { refusalOf } from './step-up.ts'
import type { Tenant } from './tenant.ts'
import { principalOf, roleIn, tenantOf } from './testing/tenants.ts'
import type { OperationClass } from './tool.ts'

const all = [...scopes]

/** A caller of acme, in the group that may write, who holds `held` and may hold `mayHold`. */
const grantWith = (held: readonly Scope[], mayHold?: readonly Scope[], tenant: Partial<Tenant> = {}) => {
  const { mayHold: _, ...principal }: Principal = principalOf('acme', { scopes: held, groups: ['operators'] })
  return grantOf({ ...principal, ...(mayHold && { mayHold }) }, tenantOf('acme', tenant))
}

const refused = (
  grant: Question['grant'],
  access: OperationClass,
  { alias = 'prod', service = 'ec2' } = {},
) => {
  const account = grant.accounts.find((each) => each.account.alias === alias)
  if (!account) throw new Error(`no account ${alias}`)
  const question: Question = {
    grant,
    tool: { access, iamActions: [`${service}:Any`] },
    account,
    regions: ['eu-west-1'],
  }
  const decision = decide(question)
  if (decision.effect !== 'deny') throw new Error('the call is allowed')
  const { code, details, message } = refusalOf(decision, question)
  return { code, stepUp: details.stepUp, message }
}

test('asks for what is missing, and names all that is to be held', () => {
  expect(refused(grantWith(['aws:read'], all), 'write')).toEqual({
    code: 'insufficient_scope',
    stepUp: ['aws:read', 'aws:write'],
    message: 'This takes scope aws:write, which your sign-in does not have. Sign in again with aws:write.',
  })
  expect(refused(grantWith([], all), 'read').stepUp).toEqual(['aws:read'])
  expect(refused(grantWith(['aws:read'], all), 'permissions', { alias: 'dev' }).stepUp).toEqual([
    'aws:read',
    'aws:admin',
  ])
})

test('an account that takes a further scope is asked for with that', () => {
  const [prod, ...others] = tenantOf('acme').accounts
  if (!prod) throw new Error('acme has no account')
  const write = { ...roleIn('111111111111', 'write'), scopes: ['aws:admin' as const] }
  const accounts = [{ ...prod, roles: { ...prod.roles, write } }, ...others]
  expect(refused(grantWith(['aws:read'], all, { accounts }), 'write').stepUp).toEqual(all)
  expect(refused(grantWith(['aws:read', 'aws:write'], all, { accounts }), 'write')).toMatchObject({
    code: 'insufficient_scope',
    stepUp: all,
    message: expect.stringContaining('aws:admin'),
  })
})

const readOnly = { permissions: { ...tenantOf('acme').permissions, readOnlyMode: true } }

test.for<[string, () => ReturnType<typeof refused>, string]>([
  [
    'they may not hold it',
    () => refused(grantWith(['aws:read'], ['aws:read']), 'write'),
    'insufficient_scope',
  ],
  [
    'they may hold another',
    () => refused(grantWith(['aws:read'], ['aws:read', 'aws:admin']), 'write'),
    'insufficient_scope',
  ],
  ['the tenant is read-only', () => refused(grantWith(['aws:read'], all, readOnly), 'write'), 'read_only'],
  [
    'the tenant is suspended',
    () => refused(grantWith(['aws:read'], all, { status: 'suspended' }), 'write'),
    'tenant_suspended',
  ],
  [
    'the service is not allowed',
    () => refused(grantWith(['aws:read'], all), 'write', { service: 'rds' }),
    'service_not_allowed',
  ],
  [
    'there is no role for it',
    () => refused(grantWith(['aws:read'], all), 'write', { alias: 'dev' }),
    'no_role',
  ],
])('asks for nothing where no sign-in would help: %s', ([, refusal, code]) => {
  const { stepUp, message, ...rest } = refusal()
  expect(rest).toEqual({ code })
  expect(stepUp).toBeUndefined()
  expect(message).not.toContain('Sign in again')
})

test('who brought a token that we did not issue is told as before', () => {
  expect(refused(grantWith(['aws:read']), 'write')).toEqual({
    code: 'insufficient_scope',
    stepUp: undefined,
    message: expect.stringContaining('Sign in again with aws:write, or ask your administrator'),
  })
})

test('two sign-ins of one person that may do different things are never taken for one another', () => {
  const [reader, writer] = [grantWith(['aws:read'], all), grantWith(['aws:read', 'aws:write'], all)]
  expect(reader.reach?.catalogueKey).toBe(writer.reach?.catalogueKey)
  expect(reader.catalogueKey).not.toBe(writer.catalogueKey)
  expect(reader.reach?.reach).toBeUndefined()
  expect(grantWith(all, all).reach).toBeUndefined()
})
