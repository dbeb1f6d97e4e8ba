import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { CostGuard, CostQuestion } from './cost.ts'
import { GatewayError } from './errors.ts'
import { launchTurns } from './launch-turns.ts'
import type { RecordStore } from './records.ts'
import { mapRecords } from './testing/map-stores.ts'

/** An account in which `most` instances may run, by a clock that the test moves. */
const account = (most: number, change: (records: RecordStore) => RecordStore = (records) => records) => {
  const clock = { ms: Date.UTC(2026, 0, 2) }
  const state = { running: 0 }
  const costs: CostGuard = {
    readsFor: () => [],
    requestPrice: () => undefined,
    async assess() {
      const { running } = state
      await setTimeout(1)
      return { faults: running < most ? [] : ['Too many run.'] }
    },
  }
  const wait = async (ms: number) => {
    clock.ms += ms
    await setTimeout(0)
  }
  const records = change(endingRecords(() => clock.ms))
  const inTurn = launchTurns({ records, costs, wait })
  const question = (more: Partial<CostQuestion> = {}): CostQuestion => ({
    request: { service: 'ec2', operation: 'RunInstances', input: {} },
    region: 'eu-west-1',
    limits: { ec2: { maxRunning: most } },
    now: clock.ms,
    aws: () => Promise.reject(new Error('nobody asks')),
    ...more,
  })
  const launch = (callId: string, more: Partial<CostQuestion> = {}, tenantId = 'acme') =>
    inTurn({ tenantId, accountId: '111111111111', callId, question: question(more) }, async () => {
      await setTimeout(1)
      state.running++
      return callId
    })
  return { state, launch, clock, inTurn, question }
}

/** Records that end. */
const endingRecords = (now: () => number): RecordStore => {
  const records = mapRecords()
  const ends = new Map<string, number>()
  return {
    ...records,
    async create(key, value, bounds) {
      if ((ends.get(key.id) ?? Infinity) <= now()) await records.remove(key)
      const outcome = await records.create(key, value, bounds)
      if (outcome === 'created') ends.set(key.id, now() + bounds.ttlSeconds * 1000)
      return outcome
    },
    replace(key, from, to, ttlSeconds) {
      ends.set(key.id, now() + ttlSeconds * 1000)
      return records.replace(key, from, to, ttlSeconds)
    },
  }
}

const codeOf = (thrown: unknown) => (thrown instanceof GatewayError ? thrown.code : String(thrown))

test('of 100 racing launches where 7 may run exactly 7 pass, if those who wait for too long come again', async () => {
  const { state, launch } = account(7)
  const launching = async (callId: string): Promise<string> => {
    const outcome = await launch(callId).then(() => 'launched', codeOf)
    return outcome === 'rate_limited' ? launching(callId) : outcome
  }
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => launching(`call-${n}`)))
  expect(outcomes.filter((each) => each === 'launched')).toHaveLength(7)
  expect(outcomes.filter((each) => each === 'cost_limit_exceeded')).toHaveLength(93)
  expect(state.running).toBe(7)
})

test('what is not limited, or starts nothing, waits for nobody', async () => {
  const { launch, inTurn, question } = account(1)
  const never = inTurn(
    { tenantId: 'acme', accountId: '111111111111', callId: 'first', question: question() },
    () => new Promise<never>(() => undefined),
  )
  expect(await launch('other', { limits: {} })).toBe('other')
  expect(await launch('stop', { request: { service: 'ec2', operation: 'StopInstances', input: {} } })).toBe(
    'stop',
  )
  await expect(launch('same')).rejects.toMatchObject({ code: 'rate_limited' })
  void never
})

test('regions and tenants have turns of their own', async () => {
  const { launch, inTurn, question } = account(9)
  const blocked = { tenantId: 'acme', accountId: '111111111111', callId: 'first', question: question() }
  void inTurn(blocked, () => new Promise<never>(() => undefined))
  expect(await launch('far', { region: 'us-east-1' })).toBe('far')
  expect(await launch('theirs', {}, 'globex')).toBe('theirs')
})

test('a launch that failed leaves its turn, and how it failed is what is heard', async () => {
  const { launch, inTurn, question } = account(9)
  const call = { tenantId: 'acme', accountId: '111111111111', callId: 'first', question: question() }
  await expect(inTurn(call, () => Promise.reject(new Error('AWS said no')))).rejects.toThrow('AWS said no')
  expect(await launch('next')).toBe('next')
})

test('a store that is away refuses before anything is sent, and not after', async () => {
  const away = () => Promise.reject(new GatewayError('unavailable', 'Away.'))
  const before = account(9, (records) => ({ ...records, create: away }))
  await expect(before.launch('a')).rejects.toThrow('Away.')
  expect(before.state.running).toBe(0)
  const after = account(9, (records) => ({ ...records, replace: away }))
  expect(await after.launch('a')).toBe('a')
})

const makeBucket = {
  request: { service: 's3', operation: 'CreateBucket', input: { Bucket: 'b' } },
  limits: { s3: { maxBuckets: 3 } },
}

test('of 20 racing calls that make a bucket where there may be 3, in whichever region, exactly 3 pass', async () => {
  const { state, launch } = account(3)
  const making = async (callId: string, region: string): Promise<string> => {
    const outcome = await launch(callId, { ...makeBucket, region }).then(() => 'made', codeOf)
    return outcome === 'rate_limited' ? making(callId, region) : outcome
  }
  const regions = ['eu-west-1', 'us-east-1']
  const all = Array.from({ length: 20 }, (_, n) => making(`call-${n}`, regions[n % 2] ?? ''))
  const outcomes = await Promise.all(all)
  expect(outcomes.filter((each) => each === 'made')).toHaveLength(3)
  expect(outcomes.filter((each) => each === 'cost_limit_exceeded')).toHaveLength(17)
  expect(state.running).toBe(3)
})

test('a stack takes both turns, and leaves the first where the second is not to be had', async () => {
  const { launch, inTurn, question } = account(9)
  const stack = {
    request: { service: 'cloudformation', operation: 'ExecuteChangeSet', input: {} },
    limits: { ec2: { maxRunning: 9 }, s3: { maxBuckets: 9 } },
  }
  const bucket = {
    tenantId: 'acme',
    accountId: '111111111111',
    callId: 'first',
    question: question(makeBucket),
  }
  const { promise, resolve: done } = Promise.withResolvers<void>()
  const first = inTurn(bucket, () => promise)
  await expect(launch('stack', stack)).rejects.toMatchObject({ code: 'rate_limited' })
  expect(await launch('instances')).toBe('instances')
  done()
  await first
  expect(await launch('stack', stack)).toBe('stack')
  expect(await launch('unlimited', { ...makeBucket, limits: {} })).toBe('unlimited')
})
