import { type AwsTarget, GatewayError, type PolicyDocument } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createPermissionBoundaries } from './permission-boundaries.ts'
import { accessTo } from './testing/access-to.ts'
import { type Answers, type CannedAnswer, fakeAws, queryError, sts } from './testing/fake-aws.ts'
import { never, type TargetChoice, targetOf } from './testing/targets.ts'

const arn = 'arn:aws:iam::111111111111:policy/mcp/bound'
const onlyS3: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
}

const policy = (of = arn): CannedAnswer => ({
  body: `<GetPolicyResponse><GetPolicyResult><Policy><Arn>${of}</Arn><DefaultVersionId>v7</DefaultVersionId></Policy></GetPolicyResult></GetPolicyResponse>`,
})
const version = (document: unknown = onlyS3): CannedAnswer => {
  const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2)
  return {
    body: `<GetPolicyVersionResponse><GetPolicyVersionResult><PolicyVersion><VersionId>v7</VersionId><IsDefaultVersion>true</IsDefaultVersion><Document>${encodeURIComponent(text)}</Document></PolicyVersion></GetPolicyVersionResult></GetPolicyVersionResponse>`,
  }
}

const bounded = (choice: TargetChoice = {}, permissionBoundary = arn): AwsTarget => {
  const target = targetOf(choice)
  const permissions = { ...target.tenant.permissions, permissionBoundary }
  return { ...target, tenant: { ...target.tenant, permissions } }
}

/** Boundaries over an AWS that answers so, at a time that the test sets. */
const start = async (answers: Answers = {}, options: Parameters<typeof accessTo>[1] = {}) => {
  const { issued, answers: ofSts } = sts()
  const aws = await fakeAws({
    ...ofSts,
    'iam:GetPolicy': ({ params }) => policy(params.get('PolicyArn') ?? ''),
    'iam:GetPolicyVersion': () => version(),
    ...answers,
  })
  const access = accessTo(aws.endpoint, options)
  const clock = { now: 1_000_000 }
  const boundaries = createPermissionBoundaries({ aws: access, now: () => clock.now })
  return {
    ...{ aws, issued, clock, boundaries },
    of: (target: AwsTarget = bounded(), signal = never) => boundaries.of(target, signal),
    async [Symbol.asyncDispose]() {
      access[Symbol.dispose]()
      await aws[Symbol.asyncDispose]()
    },
  }
}

const minutes = (count: number) => count * 60_000
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'known',
    (thrown: unknown) => (thrown instanceof GatewayError ? thrown.code : thrown),
  )

test('a tenant without a boundary has none, and nobody is asked', async () => {
  await using line = await start()
  expect(await line.of(targetOf())).toBeUndefined()
  expect(line.aws.requests).toEqual([])
})

test('it is read by the read role in a session that may do this alone, whatever the call is', async () => {
  await using line = await start()
  const target = bounded()
  const role = { roleArn: 'arn:aws:iam::111111111111:role/mcp/mcp-gateway-write', externalId: 'ext-acme' }
  expect(await line.of({ ...target, roleName: 'write', role, callId: 'of-the-call' })).toEqual(onlyS3)
  const [assumed] = line.aws.seen('sts:AssumeRole')
  expect(assumed?.params.get('RoleArn')).toBe('arn:aws:iam::111111111111:role/mcp/mcp-gateway-read')
  expect(JSON.parse(assumed?.params.get('Policy') ?? '')).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'], Resource: arn }],
  })
  expect([...(assumed?.params.keys() ?? [])].filter((name) => name.startsWith('PolicyArns'))).toEqual([])
  expect(line.aws.seen('iam:GetPolicyVersion')[0]?.params.get('VersionId')).toBe('v7')
})

test('of a policy of AWS itself the account of the call is asked', async () => {
  await using line = await start()
  const own = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  expect(await line.of(bounded({}, own))).toEqual(onlyS3)
  expect(line.aws.seen('iam:GetPolicy')[0]?.params.get('PolicyArn')).toBe(own)
})

test('a hundred calls at once ask once, and it is remembered for five minutes', async () => {
  await using line = await start()
  const all = await Promise.all(Array.from({ length: 100 }, () => line.of()))
  expect(new Set(all).size).toBe(1)
  line.clock.now += minutes(5) - 1
  await line.of()
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(1)
  line.clock.now += 1
  // The same text is the same object, so that what was made of it is used on.
  expect(await line.of()).toBe(all[0])
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(2)
})

test('a caller that goes away ends the wait of nobody else', async () => {
  const held = Promise.withResolvers<void>()
  await using line = await start({
    async 'iam:GetPolicy'() {
      await held.promise
      return policy()
    },
  })
  const gone = new AbortController()
  const first = codeOf(line.of(bounded(), gone.signal))
  const second = line.of()
  gone.abort()
  expect(await first).toBe('timeout')
  held.resolve()
  expect(await second).toEqual(onlyS3)
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(1)
})

test('one that AWS does not answer about stands for ten minutes, and then nothing is known', async () => {
  let down = false
  await using line = await start({
    'iam:GetPolicy': () => (down ? queryError(503, 'ServiceUnavailable', 'x') : policy()),
  })
  await line.of()
  down = true
  line.clock.now += minutes(6)
  expect(await line.of()).toEqual(onlyS3)
  const asked = line.aws.seen('iam:GetPolicy').length
  expect(await line.of()).toEqual(onlyS3)
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(asked)
  line.clock.now += minutes(4)
  expect(await codeOf(line.of())).toBe('boundary_unknown')
  down = false
  line.clock.now += 15_000
  expect(await line.of()).toEqual(onlyS3)
})

test('a clock that is set back makes nothing young again', async () => {
  await using line = await start()
  await line.of()
  line.clock.now -= minutes(60)
  await line.of()
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(2)
})

test.for([
  ['AccessDenied', 403, /must allow iam:GetPolicy and iam:GetPolicyVersion on it/],
  ['NoSuchEntity', 404, /is not in account 111111111111\. Make it there, or correct/],
] as const)('%s is a word of AWS: the last one does not stand in for it', async ([code, status, what]) => {
  let refused = false
  await using line = await start({
    'iam:GetPolicy': () => (refused ? queryError(status, code, 'words of AWS') : policy()),
  })
  await line.of()
  refused = true
  line.clock.now += minutes(5)
  const failed = line.of()
  await expect(failed).rejects.toThrow(what)
  await expect(failed).rejects.toMatchObject({ code: 'boundary_unknown' })
  await expect(failed).rejects.not.toThrow(/words of AWS/)
  // For fifteen seconds AWS is not asked again, and each caller has an error of its own.
  const [one, other] = await Promise.all([line.of(), line.of()].map((each) => each.catch((thrown) => thrown)))
  expect(one).not.toBe(other)
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(2)
  refused = false
  line.clock.now += 15_000
  expect(await line.of()).toEqual(onlyS3)
})

test('a gateway without an identity, and a role that refuses it, are told apart from a boundary that may not be read', async () => {
  await using nobody = await start({}, { gatewayCredentials: () => Promise.reject(new Error('none')) })
  const failed = nobody.of()
  await expect(failed).rejects.toMatchObject({ code: 'boundary_unknown' })
  await expect(failed).rejects.toThrow(/The gateway has no valid AWS identity of its own.* Tell its operator/)
  await expect(failed).rejects.not.toThrow(/iam:GetPolicy/)
  expect(nobody.aws.seen('sts:AssumeRole')).toEqual([])

  await using refused = await start({
    'sts:AssumeRole': () => queryError(403, 'AccessDenied', 'words of AWS'),
  })
  const untrusted = refused.of()
  await expect(untrusted).rejects.toThrow(/AWS refused sts:AssumeRole on .*its trust policy names/)
  await expect(untrusted).rejects.not.toThrow(/must allow iam:GetPolicy|words of AWS/)
})

test.for<[string, unknown, RegExp]>([
  ['no JSON', 'not JSON', /has a document that is no JSON/],
  [
    'a statement that is none',
    { Version: '2012-10-17', Statement: 'canary' },
    /first fault is in Statement\. Mend it/,
  ],
  ['an old version', { ...onlyS3, Version: '2008-10-17' }, /first fault is in Version/],
  [
    'a principal',
    { ...onlyS3, Statement: [{ ...onlyS3.Statement[0], Principal: '*' }] },
    /is no policy for identities: Statement\[0\] has Principal/,
  ],
  [
    'an unknown element',
    { ...onlyS3, Statement: [{ ...onlyS3.Statement[0], canary: 1 }] },
    /first fault is in Statement\[0\]/,
  ],
  [
    'a wrong condition, whose words are of others',
    { ...onlyS3, Statement: [{ ...onlyS3.Statement[0], Condition: { canary: { 'aws:x': 'y' } } }] },
    /first fault is in Statement\[0\]\.Condition/,
  ],
  ['nothing', '', /has a document that is no JSON/],
  ['one that is too long', `"${'x'.repeat(120_000)}"`, /has no document of at most/],
])('a boundary with %s', async ([, document, what]) => {
  await using line = await start({ 'iam:GetPolicyVersion': () => version(document) })
  const failed = line.of()
  await expect(failed).rejects.toThrow(what)
  await expect(failed).rejects.toMatchObject({ code: 'boundary_unknown' })
  await expect(failed).rejects.not.toThrow(/canary/)
})

test('what AWS answers of another policy is not taken', async () => {
  await using line = await start({ 'iam:GetPolicy': () => policy(`${arn}-2`) })
  await expect(line.of()).rejects.toThrow(/is not what AWS answered/)
})

test('an account without a read role, or with one that may not be used, says what to do', async () => {
  await using line = await start()
  const write = bounded({ roleName: 'write' })
  await expect(line.of(write)).rejects.toThrow(/read role of account main, which has none\. Add one/)
  const blocked = bounded({ tenant: 'other' })
  const { account } = blocked
  const { read } = account.roles
  if (!read) throw new Error('no role')
  const roles = { read: { ...read, blocked: 'not verified' } }
  await expect(line.of({ ...blocked, account: { ...account, roles } })).rejects.toThrow(
    /which may not be used now/,
  )
  expect(line.aws.requests).toEqual([])
})

test('one ARN in two tenants is read with each one’s own role, and never shared', async () => {
  const own = 'arn:aws:iam::aws:policy/Shared'
  const documents = [onlyS3, { ...onlyS3, Id: 'second' }]
  let asked = 0
  await using line = await start({ 'iam:GetPolicyVersion': () => version(documents[asked++]) })
  const acme = bounded({ tenant: 'acme' }, own)
  // The same account, even: what a tenant may see is what its own role may see.
  const globex = bounded({ tenant: 'globex' }, own)
  expect(await line.of(acme)).toEqual(documents[0])
  expect(await line.of(globex)).toEqual(documents[1])
  expect(await line.of(acme)).toEqual(documents[0])
  expect(line.aws.seen('sts:AssumeRole').map(({ params }) => params.get('ExternalId'))).toEqual([
    'ext-acme',
    'ext-globex',
  ])
  line.boundaries.forget('acme')
  expect(await line.of(globex)).toEqual(documents[1])
  expect(line.aws.seen('iam:GetPolicyVersion')).toHaveLength(2)
})

test('what was being read while its tenant was forgotten is not kept', async () => {
  const held = Promise.withResolvers<void>()
  await using line = await start({
    async 'iam:GetPolicy'(_, count) {
      if (count === 1) await held.promise
      return policy()
    },
  })
  const first = line.of()
  await expect.poll(() => line.aws.seen('iam:GetPolicy').length).toBe(1)
  line.boundaries.forget('acme')
  held.resolve()
  await first
  await line.of()
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(2)
})

test('what is remembered is bounded', async () => {
  await using line = await start()
  using access = accessTo(line.aws.endpoint)
  const few = createPermissionBoundaries({ aws: access, now: () => 0, max: 4 })
  for (const name of ['a', 'b', 'a']) await few.of(bounded({}, `${arn}-${name}`), never)
  // A quarter of four for each tenant.
  expect(line.aws.seen('iam:GetPolicy')).toHaveLength(3)
})

/** A target that hears of reads, and what it heard. */
const hearing = (target: AwsTarget) => {
  const heard: object[] = []
  const begin = ({ tenant, roleName }: AwsTarget, action: string) => {
    const read = { tenant: tenant.id, roleName, action }
    heard.push(read)
    return (ended: object) => void Object.assign(read, ended)
  }
  return { target: { ...target, boundaryReads: { begin, evidence: () => [] } }, heard }
}

test('the call that has AWS asked hears of it, and no other, least of all of another tenant', async () => {
  await using line = await start()
  const [first, later, other] = [bounded(), bounded(), bounded({ tenant: 'other' })].map(hearing)
  if (!first || !later || !other) throw new Error('there are three calls')
  for (const { target } of [first, later, other]) await line.of(target)
  const read = { attempts: 1, roleName: 'read', requestId: expect.stringMatching(/^req-/) }
  const both = (tenant: string) => [
    { ...read, tenant, action: 'iam:GetPolicy' },
    { ...read, tenant, action: 'iam:GetPolicyVersion' },
  ]
  expect([first.heard, later.heard, other.heard]).toEqual([both('acme'), [], both('other')])
})

test('it hears of a failure by the code of AWS', async () => {
  await using line = await start({ 'iam:GetPolicy': () => queryError(403, 'AccessDenied', 'words of AWS') })
  const { target, heard } = hearing(bounded())
  expect(await codeOf(line.of(target))).toBe('boundary_unknown')
  expect(heard).toMatchObject([{ action: 'iam:GetPolicy', errorCode: 'AccessDenied', attempts: 1 }])
})
