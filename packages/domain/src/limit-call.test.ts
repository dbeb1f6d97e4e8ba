import { expect, test } from 'vitest'
import type { AwsBucket } from './aws-budget.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { type LimitedCall, limitCall, limitRefusal } from './limit-call.ts'
import type { Limit, LimitVerdict } from './limits.ts'
import { aimOf } from './target.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings, removeThing } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'
import { type OperationClass, operationClasses } from './tool.ts'

const refusedFor = (retryAfterSeconds: number, scope = 'tenant'): LimitVerdict => ({
  allowed: false,
  scope,
  retryAfterSeconds,
})

/** A limiter that gives these verdicts in turn, and then allows. */
const limiterOf = (...verdicts: LimitVerdict[]) => {
  const taken: (readonly Limit[])[] = []
  const take = async (limits: readonly Limit[]): Promise<LimitVerdict> => {
    taken.push(limits)
    return verdicts[taken.length - 1] ?? { allowed: true }
  }
  return { taken, take }
}

const { aws } = callLine().dependencies

const limited = (limiter: CallDependencies['limiter'], call: Partial<LimitedCall> = {}, access = aws) =>
  limitCall(
    { limiter, aws: access },
    { grant: grantIn('acme'), kind: 'tool', signal: new AbortController().signal, ...call },
  )

test.for<[number, number]>([
  [0.001, 1],
  [1, 1],
  [11.2, 12],
])('a wait of %f s is told as %i s', async ([retryAfterSeconds, told]) => {
  await expect(limited(limiterOf(refusedFor(retryAfterSeconds)))).rejects.toMatchObject({
    code: 'rate_limited',
    message: `The call limit of this tenant is used up. Try again in ${told} s.`,
    details: { retryAfterSeconds: told, scope: 'tenant' },
  })
})

test('a refusal says what a model can do about it', () => {
  expect(limitRefusal('aws:ec2:eu-west-1', 11.2).message).toMatch(/requests to ec2 in eu-west-1 .* in 12 s/)
  expect(limitRefusal('tool', 3, removeThing.name).message).toBe(
    'Your calls of aws_ec2_remove_thing are used up for now. Try again in 3 s; other tools go on.',
  )
})

test("the tenants file sets a tenant's limits", async () => {
  const { limits } = grantIn('acme').tenant
  const rates = { tenant: { perMinute: 7, burst: 5 }, user: { perMinute: 3, burst: 2 } }
  const limiter = limiterOf()
  await limited(limiter, { grant: grantIn('acme', { tenant: { limits: { ...limits, ...rates } } }) })
  expect(limiter.taken).toMatchObject([
    [
      { scope: 'tenant', ...rates.tenant },
      { scope: 'user', ...rates.user },
    ],
  ])
})

test.for(operationClasses)('a tool of class %s has a limit of its own for each user', async (access) => {
  const field = access === 'sensitive-read' ? 'sensitiveRead' : access
  const share = { read: 1, 'sensitive-read': 4, write: 2, destructive: 4, spend: 4, permissions: 4 }[access]
  const operation = { ...listThings, access }
  const before = grantIn('acme')
  const { limits } = before.tenant
  const own = { perMinute: 5, burst: 2 }
  const toolLimitOf = async (tools: typeof limits.tools) => {
    const limiter = limiterOf()
    const grant = grantIn('acme', { tenant: { limits: { ...limits, tools } } })
    await limited(limiter, { grant, operation })
    expect(limiter.taken[0]?.slice(0, 2)).toMatchObject([{ scope: 'tenant' }, { scope: 'user' }])
    return limiter.taken[0]?.slice(2)
  }
  const key = `{acme}:rl:u:${before.principal.id}:tool:aws_ec2_list_things`
  expect(await toolLimitOf({ [field]: own })).toEqual([{ key, scope: 'tool', ...own }])
  const absent = { key, scope: 'tool', perMinute: 120 / share, burst: Math.ceil(30 / share) }
  expect(await toolLimitOf({})).toEqual(share === 1 ? [] : [absent])
})

test('reads wait for a limit that has room soon, with the place of others in between', async () => {
  const limiter = limiterOf(refusedFor(0.05, 'user'), refusedFor(0.05, 'tool'))
  const started = performance.now()
  await limited(limiter, { operation: listThings })
  expect(limiter.taken).toHaveLength(3)
  expect(performance.now() - started).toBeGreaterThanOrEqual(99)
})

test.for<[OperationClass, number]>([
  ['read', 2.1],
  ['write', 0.05],
  ['destructive', 0.05],
  ['spend', 0.05],
  ['permissions', 0.05],
])('a call of class %s that would wait %f s is refused at once', async ([access, seconds]) => {
  const limiter = limiterOf(refusedFor(seconds, 'user'))
  const operation = { ...listThings, access }
  await expect(limited(limiter, { operation })).rejects.toMatchObject({ code: 'rate_limited' })
  expect(limiter.taken).toHaveLength(1)
})

test('a read that is refused again and again gives up after two seconds', async () => {
  const limiter = limiterOf(...Array.from({ length: 100 }, () => refusedFor(0.3, 'user')))
  const started = performance.now()
  await expect(limited(limiter, { operation: listThings })).rejects.toMatchObject({ code: 'rate_limited' })
  expect(performance.now() - started).toBeLessThan(2_100)
  expect(limiter.taken.length).toBeGreaterThan(2)
})

test('a read whose client has gone waits no longer', async () => {
  const gone = new AbortController()
  const waiting = limited(limiterOf(refusedFor(1.9), refusedFor(1.9)), {
    operation: listThings,
    signal: gone.signal,
  })
  const started = performance.now()
  gone.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'rate_limited' })
  expect(performance.now() - started).toBeLessThan(500)
})

test('the AWS bucket of a call is tested along, unless the call asks several regions', async () => {
  const grant = grantIn('acme')
  const bucket: AwsBucket = { key: '{acme}:aws:b', scope: 'aws:ec2:us-east-1', perMinute: 1, burst: 1 }
  const asked: unknown[] = []
  const access: typeof aws = {
    ...aws,
    bucketOf({ region, account, roleName }, actions) {
      asked.push([region, account.alias, roleName, actions])
      return bucket
    },
  }
  const operation = { ...listThings, acrossRegions: true }
  for (const args of [{ account: 'prod', region: 'us-east-1' }, { regions: ['eu-west-1', 'us-east-1'] }]) {
    const limiter = limiterOf()
    await limited(limiter, { grant, operation, aim: aimOf(grant, args, operation) }, access)
    expect(limiter.taken[0]?.slice(2)).toEqual('region' in args ? [{ ...bucket, testedOnly: true }] : [])
  }
  expect(asked).toEqual([['us-east-1', 'prod', 'read', ['ec2:DescribeThings']]])
})

test('what asks for nothing that there is, or is wrong, is charged and refused all the same', async () => {
  const line = callLine()
  await expect(line.run({ tool: 'aws_no_such_tool' })).rejects.toMatchObject({ code: 'unknown_tool' })
  const answers = [
    await line.run({ args: { account: 'nobody' } }),
    await line.run({ args: { filter: 7 } }),
    await line.run({ tool: removeThing.name, args: {} }),
  ]
  expect(answers.map((answer) => refusalOf(answer).code)).toEqual([
    'account_not_linked',
    'invalid_arguments',
    'invalid_arguments',
  ])
  expect(line.limits.map((limits) => limits.map(({ scope }) => scope))).toEqual([
    ['tenant', 'user'],
    ['tenant', 'user'],
    ['tenant', 'user'],
    ['tenant', 'user', 'tool'],
  ])
})

test.for(['tenant', 'user', 'tool', 'aws:ec2:eu-west-1'])(
  'a refusal by %s is counted once',
  async (scope) => {
    const line = callLine({ limiter: limiterOf(refusedFor(9, scope)) })
    expect(refusalOf(await line.run())).toMatchObject({ code: 'rate_limited', scope, retry_after_s: 9 })
    const counted = line.measured.filter(({ of }) => of === 'limited')
    expect(counted).toEqual([{ of: 'limited', limit: scope.split(':')[0] }])
  },
)

test('a refusal by the calls that run is counted as such', async () => {
  const line = callLine({ concurrency: async () => 'user' })
  await line.run({ tool: removeThing.name, args: { account: 'prod', id: 'i' }, grant: writing() })
  expect(line.measured).toContainEqual({ of: 'limited', limit: 'concurrency' })
})

test('only reads that nobody bills may be limited by this process alone while the store is away', async () => {
  const line = callLine()
  await line.run()
  await line.run({ tool: removeThing.name, args: { account: 'prod', id: 'i' }, grant: writing() })
  expect(line.whileAway).toEqual(['local', 'local', 'refuse', 'refuse'])
  const billed = callLine()
  Object.assign(billed.dependencies, {
    costs: {
      requestPrice: (service: string, name: string) => (name === 'DescribeThings' ? { service } : undefined),
    },
  })
  await billed.run()
  expect(billed.whileAway).toEqual(['refuse', 'refuse'])
})

const writing = () => grantIn('acme', { scopes: ['aws:read', 'aws:write'], groups: ['operators'] })
