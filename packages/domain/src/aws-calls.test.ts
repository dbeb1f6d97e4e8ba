import { expect, test } from 'vitest'
import type { AwsAccess } from './aws.ts'
import { type AwsIdentity, awsCalls, type Operation } from './aws-calls.ts'
import type { Aim } from './target.ts'
import { grantIn } from './testing/tenants.ts'

const writing = { name: 't', access: 'write', iamActions: ['s3:PutObject'] } as unknown as Operation
const put = { service: 's3', operation: 'PutObject', input: {} } as const
const place = () => ({ region: 'eu-central-1', signal: new AbortController().signal })

/** A call whose every request has a price, and what becomes of it. */
const pricedCall = (sends: AwsIdentity['sends']) => {
  const seen: string[] = []
  const access = {
    async send() {
      seen.push('sent')
      return { output: {}, requestId: 'x', attempts: 1 }
    },
    sessionName: () => 's',
  } as unknown as AwsAccess
  const calls = awsCalls(access)
  const account = { accountId: '111111111111', alias: 'a', roles: { write: { roleArn: 'arn' } } }
  const granted = { account, roles: account.roles }
  calls.aim(grantIn('acme'), { granted, region: 'eu-central-1', rest: {} } as unknown as Aim, {
    roleName: 'write',
    sessionPolicy: undefined,
    callId: 'c',
    span: undefined,
    goesOn() {},
    judge() {},
    priceOf: () => ({ microUsd: 1_000_000, basis: 'a put' }),
    async pay({ microUsd }) {
      seen.push(`paid ${microUsd}`)
      return async () => {
        seen.push('taken back')
      }
    },
    sends,
  })
  return { calls, seen }
}

test('a request that cannot be put on record is neither paid for nor told of as sent', async () => {
  const told: unknown[] = []
  const { calls, seen } = pricedCall(async (_, next) => {
    told.push(next, calls.evidence(next)?.actions, calls.evidence(next)?.regions)
    throw new Error('the audit log is away')
  })
  await expect(calls.send(writing, put, place())).rejects.toThrow('the audit log is away')
  expect(seen).toEqual(['paid 1000000', 'taken back'])
  expect(told).toEqual([
    { actions: ['s3:PutObject'], region: 'eu-central-1' },
    ['s3:PutObject'],
    ['eu-central-1'],
  ])
  expect(calls.evidence()).toBeUndefined()
})

test('one that is sent stays paid', async () => {
  const { calls, seen } = pricedCall(async () => {})
  await calls.send(writing, put, place())
  expect(seen).toEqual(['paid 1000000', 'sent'])
  expect(calls.evidence()).toMatchObject({ actions: ['s3:PutObject'], regions: ['eu-central-1'] })
})
