import { expect, test } from 'vitest'
import { GatewayError } from './errors.ts'
import { aimOf } from './target.ts'
import { grantIn } from './testing/tenants.ts'

const refusal = (grant: Parameters<typeof aimOf>[0], args: Record<string, unknown>) => {
  try {
    aimOf(grant, args)
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
