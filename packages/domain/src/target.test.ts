import { expect, test } from 'vitest'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import { aimOf as aimOfCall, demandAccount } from './target.ts'
import { grantIn } from './testing/tenants.ts'

const reading = { access: 'read', iamActions: ['ec2:DescribeThings'] } as const
const across = { acrossRegions: true }
const aimOf = (
  grant: Grant,
  args: Record<string, unknown>,
  operation: Parameters<typeof aimOfCall>[2] = {},
) => aimOfCall(grant, args, operation)

const refusal = (...call: Parameters<typeof aimOf>) => {
  try {
    aimOf(...call)
  } catch (thrown) {
    if (thrown instanceof GatewayError) return { code: thrown.code, message: thrown.message }
    throw thrown
  }
  return 'accepted'
}

test('without account and region the first account and its own region are meant', () => {
  const aim = aimOf(grantIn('acme'), { bucket: 'b' })
  expect([aim.granted.account.alias, aim.region, aim.rest]).toEqual(['prod', 'eu-west-1', { bucket: 'b' }])
})

test('an alias leads to its account and that account to its region', () => {
  const aim = aimOf(grantIn('acme'), { account: 'dev', bucket: 'b' })
  expect([aim.granted.account.accountId, aim.region, aim.rest]).toEqual([
    '111111111112',
    'us-east-1',
    { bucket: 'b' },
  ])
  expect(aimOf(grantIn('acme'), { account: 'dev', region: 'eu-west-1' }).region).toBe('eu-west-1')
})

test("another tenant's account is as unknown as one that nobody has", () => {
  const own = { code: 'account_not_linked', message: 'No such account. Accounts of this tenant: main.' }
  const names = [
    'prod', // acme's alias
    'nobody',
    '111111111111', // acme's account id
    '222222222222', // its own account id is no alias either
    'arn:aws:iam::111111111111:role/mcp-gateway-read',
    'MAIN',
    '',
    null,
    0,
    false,
    ['main'],
    { alias: 'main' },
    '__proto__',
  ]
  for (const account of names)
    expect([account, refusal(grantIn('globex'), { account })]).toEqual([account, own])
})

test('a region that is no string is refused; one that the tenant does not allow is left to the policy', () => {
  for (const region of [null, 1, ['eu-west-1'], { name: 'eu-west-1' }]) {
    expect(refusal(grantIn('acme'), { region })).toEqual({
      code: 'invalid_arguments',
      message: 'region: expected a string such as eu-west-1.',
    })
  }
  expect(aimOf(grantIn('acme'), { region: '' }).region).toBe('')
  expect(aimOf(grantIn('acme'), { region: 'mars-1' }).region).toBe('mars-1')
})

test('what changes something must say in which account, where there are several', () => {
  const removing = { access: 'destructive', iamActions: ['ec2:RemoveThing'] } as const
  expect(() => demandAccount(grantIn('acme'), { id: 'x' }, removing)).toThrow(
    'account: say in which account, since this changes something. There are prod, dev.',
  )
  demandAccount(grantIn('acme'), { account: 'dev', id: 'x' }, removing)
  demandAccount(grantIn('globex'), { id: 'x' }, removing)
  demandAccount(grantIn('acme'), {}, reading)
  // Nothing of AWS is changed, so no account is meant.
  demandAccount(grantIn('acme'), {}, { access: 'write', iamActions: [] })
})

test('several regions, each once; the tool sees none of it', () => {
  const aim = aimOf(
    grantIn('acme'),
    { regions: ['us-east-1', 'eu-west-1', 'us-east-1'], filter: 'f' },
    across,
  )
  expect([aim.region, aim.regions, aim.rest]).toEqual([
    'us-east-1',
    ['us-east-1', 'eu-west-1'],
    { filter: 'f' },
  ])
  expect(aimOf(grantIn('acme'), { regions: undefined }, across)).toMatchObject({
    region: 'eu-west-1',
    rest: {},
  })
})

test('regions that are none are refused, and so are regions beside a region', () => {
  for (const regions of ['eu-west-1', [], [1], [null], null, { 0: 'eu-west-1' }, [['eu-west-1']]]) {
    expect(refusal(grantIn('acme'), { regions }, across)).toEqual({
      code: 'invalid_arguments',
      message: 'regions: expected a list of regions such as ["eu-west-1"].',
    })
  }
  expect(refusal(grantIn('acme'), { region: 'eu-west-1', regions: ['us-east-1'] }, across)).toEqual({
    code: 'invalid_arguments',
    message: 'regions: give either region or regions.',
  })
})

test('a tool that asks one region leaves regions to its schema', () => {
  expect(aimOf(grantIn('acme'), { regions: ['us-east-1'] }).rest).toEqual({ regions: ['us-east-1'] })
})
