import type { CannedTrouble } from '@gateway/backends'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ManyTenants, startManyTenants } from './support/many-tenants.ts'

let many: ManyTenants
beforeAll(async () => {
  many = await startManyTenants(12)
})
afterAll(() => many?.[Symbol.asyncDispose]())
beforeEach(() => many.aws.troubles.clear())

/** Each test has customers that no other test has touched: sessions and refusals are remembered. */
let taken = 0
const nextAccount = (): string => {
  const account = many.accounts[taken++]
  if (account === undefined) throw new Error('no customer is left')
  return account
}

const assumedFor = (account: string) =>
  many.aws.requests.filter((each) => each.action === 'AssumeRole' && each.account === account)

test('E10 credentials that expire during use: one new session, one retry, and the caller notices nothing', async () => {
  const account = nextAccount()
  expect((await many.call(account)).isError).toBe(false)
  many.aws.troubles.set(account, 'expired')
  expect(await many.call(account)).toMatchObject({ isError: false, owners: [account] })
  expect(assumedFor(account)).toHaveLength(2)
})

// What callers see, by what is wrong with STS for their account.
const troubles: [CannedTrouble, string, RegExp][] = [
  ['throttled', 'aws_error', /Throttling/],
  ['down', 'aws_error', /ServiceUnavailable/],
  ['hanging', 'timeout', /3000 ms|3 s/],
  ['refused', 'credentials_refused', /trust policy/],
  ['foreign', 'credentials_refused', /not of the account/],
]

test.for(troubles)('STS %s: callers of that tenant are told, and those of another are not', async (row) => {
  const [trouble, code, text] = row
  const account = nextAccount()
  const other = nextAccount()
  many.aws.troubles.set(account, trouble)
  const [refused, served] = await Promise.all([many.call(account), many.call(other)])
  expect(refused).toMatchObject({ status: 200, isError: true, error: { code } })
  expect(refused.error?.message).toMatch(text)
  expect(served).toMatchObject({ isError: false, owners: [other] })
  // Nothing of that account was asked with any key, least of all with the gateway's.
  expect(
    many.aws.requests.some((each) => each.action === 'DescribeInstances' && each.account === account),
  ).toBe(false)
  expect(
    many.aws.requests.some((each) => each.action === 'DescribeInstances' && each.account === 'nobody'),
  ).toBe(false)
  expect(JSON.stringify(refused)).not.toContain('external-id')
})

test('a role that is gone stays refused for half a minute without asking STS again; a throttled one is asked again', async () => {
  const account = nextAccount()
  many.aws.troubles.set(account, 'refused')
  for (let i = 0; i < 5; i++) expect((await many.call(account)).error?.code).toBe('credentials_refused')
  expect(assumedFor(account)).toHaveLength(1)
})
