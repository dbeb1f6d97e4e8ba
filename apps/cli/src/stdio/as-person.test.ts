import { type Call, type CallDependencies, GatewayError, noInteraction } from '@gateway/domain'
import { expect, test } from 'vitest'
import type { FoundAccount } from './account-finder.ts'
import { asPerson } from './as-person.ts'
import { inTurn } from './in-turn.ts'
import { localGrant } from './local-grant.ts'
import { settingsSchema } from './settings-schema.ts'

const settings = settingsSchema.parse({})
const grantFor = (accountId?: string) =>
  localGrant(settings, { region: 'eu-west-1', services: ['ec2'], osUser: 'alice', accountId })

/** One call of a process that finds `found`; gives what the line was given. */
const runOne = async (
  found: FoundAccount,
  { ending = new AbortController().signal, asksAws = true } = {},
) => {
  const waited: number[] = []
  const findAccount = async (ms: number) => {
    waited.push(ms)
    return found
  }
  const run = asPerson({ findAccount, grantFor, turn: inTurn(1), ending })
  const call: Call = {
    grant: grantFor(),
    era: 'modern',
    requestId: 'r',
    signal: new AbortController().signal,
    log: { info() {}, error() {} },
    interaction: noInteraction,
  }
  const aws = { send: () => expect.unreachable('sent'), sessionName: () => 'name' }
  const calls = { aws } as unknown as CallDependencies
  const line = () => run(call, { asksAws, calls }, async (deps, made) => ({ deps, made }))
  return { first: await line(), second: await line(), aws, waited }
}

test('a call runs in the account that was found, always as one and the same grant', async () => {
  const { first, second, aws } = await runOne({ accountId: '111111111111' })
  expect(first.made.grant.accounts[0]?.account.accountId).toBe('111111111111')
  // Rendered lists and caches hang on the tenant.
  expect(second.made.grant).toBe(first.made.grant)
  expect(first.deps.aws).toBe(aws)
})

test('while the account is not known nothing reaches AWS, and the reason is told', async () => {
  const fault = new GatewayError('credentials_refused', 'Sign in: aws sso login.')
  const { first } = await runOne({ fault })
  expect(first.made.grant.accounts[0]?.account.accountId).toBe('unknown')
  await expect(first.deps.aws.send({} as never, {} as never, {} as never)).rejects.toBe(fault)
})

test('what asks AWS nothing waits less', async () => {
  const { waited } = await runOne({ accountId: '1' })
  const { waited: shorter } = await runOne({ accountId: '1' }, { asksAws: false })
  expect(Math.max(...shorter)).toBeLessThan(Math.min(...waited))
})

test('the end of the process reaches the call', async () => {
  const { first } = await runOne({ accountId: '1' }, { ending: AbortSignal.abort() })
  expect(first.made.signal.aborted).toBe(true)
})
