import { afterEach, expect, test, vi } from 'vitest'
import { accessTo, gatewayKeys } from './testing/access-to.ts'
import {
  type Answers,
  fakeAws,
  oneReservation,
  queryError,
  type SeenRequest,
  sts,
} from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, type TargetChoice, targetOf } from './testing/targets.ts'

afterEach(() => vi.unstubAllEnvs())

/** DescribeInstances for what `owner` says, so that both ends know whose request it should be. */
const asking = (owner: string) => ({
  service: 'ec2',
  operation: 'DescribeInstances',
  input: { Filters: [{ Name: 'owner-id', Values: [owner] }] },
})
const ownerIn = ({ params }: SeenRequest): string => params.get('Filter.1.Value.1') ?? ''
const describing: Answers = { 'ec2:DescribeInstances': (request) => oneReservation(ownerIn(request)) }

test('E12 1,000 calls of 50 tenants at once make 50 sessions, and none signs for another', {
  timeout: 30_000,
}, async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, ...describing })
  using access = accessTo(aws.endpoint)
  const calls = Array.from({ length: 1_000 }, async (_, number) => {
    const tenant = `tenant-${number % 50}`
    const target = targetOf({ tenant, accountId: String(100000000000 + (number % 50)) })
    const { output } = await access.send(target, asking(tenant), never)
    expect(output).toMatchObject({ Reservations: [{ OwnerId: tenant }] })
  })
  await Promise.all(calls)
  expect(aws.seen('sts:AssumeRole')).toHaveLength(50)
  const described = aws.seen('ec2:DescribeInstances')
  expect(described).toHaveLength(1_000)
  for (const request of described) {
    const assumed = issued.byKey.get(request.accessKeyId)
    const tenant = ownerIn(request)
    expect([assumed?.get('Tags.member.1.Value'), assumed?.get('ExternalId')]).toEqual([
      tenant,
      `ext-${tenant}`,
    ])
    const accountId = String(100000000000 + Number(tenant.split('-')[1]))
    expect(assumed?.get('RoleArn')).toContain(`:${accountId}:`)
  }
  // Each tenant's session was used for each of its calls, so nothing was left to chance by a mix-up that evens out.
  const uses = Map.groupBy(described, ({ accessKeyId }) => accessKeyId)
  expect([...uses.values()].map(({ length }) => length)).toEqual(Array(50).fill(20))
})

test('E12 1,000 interleaved calls of two users of one tenant each carry the session of their own user', {
  timeout: 30_000,
}, async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, ...describing })
  using access = accessTo(aws.endpoint)
  const calls = Array.from({ length: 1_000 }, async (_, number) => {
    const subject = number % 2 === 0 ? 'alice@example.com' : 'bob@example.com'
    const target = targetOf({ subject, ...(number % 10 === 0 && { roleName: 'write' }) })
    await access.send(target, asking(subject), never)
  })
  await Promise.all(calls)
  const described = aws.seen('ec2:DescribeInstances')
  expect(described).toHaveLength(1_000)
  for (const request of described) {
    const assumed = issued.byKey.get(request.accessKeyId)
    const { principal } = targetOf({ subject: ownerIn(request) })
    expect(assumed?.get('SourceIdentity')).toBe(ownerIn(request))
    expect(assumed?.get('RoleSessionName')).toBe(`mcp-acme-${principal.id.slice(0, 12)}`)
  }
  // A session for the reads of each user, and one for each write, of which there are 100.
  expect(aws.seen('sts:AssumeRole')).toHaveLength(102)
})

/** Pairs that differ in one thing only; the first of each opens a session that the second must not find. */
const neighbours: [string, TargetChoice, TargetChoice][] = [
  [
    'tenants with one role, one ExternalId and one user',
    { externalId: 'e1' },
    { externalId: 'e1', tenant: 'other' },
  ],
  ['users of one tenant', {}, { subject: 'bob@example.com' }],
  ['clients of one user', {}, { client: 'https://other.example' }],
  ['clients whose tags differ only before cleaning', { client: 'a?b' }, { client: 'a#b' }],
  ['ExternalIds of one role', {}, { externalId: 'rotated' }],
  ['roles of one account', {}, { roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-other' }],
  ['accounts', {}, { accountId: '222222222222' }],
]

test.each(neighbours)('two %s never share a session', async (_what, one, other) => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, ...describing })
  using access = accessTo(aws.endpoint)
  for (const choice of [one, other, one, other]) await access.send(targetOf(choice), asking('x'), never)
  const keys = aws.seen('ec2:DescribeInstances').map(({ accessKeyId }) => accessKeyId)
  expect(keys).toEqual([keys[0], keys[1], keys[0], keys[1]])
  expect(keys[0]).not.toBe(keys[1])
  const [first, second] = [...issued.byKey.values()]
  expect(String(first)).not.toBe(String(second))
})

const strangers = {
  'of another account': 'arn:aws:sts::999999999999:assumed-role/mcp-gateway-read/mcp-acme',
  'of another role': 'arn:aws:sts::111111111111:assumed-role/admin/mcp-acme',
  'of no role': 'arn:aws:iam::111111111111:user/mcp-gateway-read',
}

test.each(Object.entries(strangers))(
  'E09 credentials %s are refused, and nothing is signed',
  async (_what, arn) => {
    const { issued, answers } = sts({ arn: () => arn })
    await using aws = await fakeAws({ ...answers, ...describing })
    const onFault = vi.fn()
    using access = accessTo(aws.endpoint, { onFault })
    const error = await access.send(targetOf(), asking('x'), never).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'credentials_refused' })
    expect(aws.seen('ec2:DescribeInstances')).toEqual([])
    expect(onFault).toHaveBeenCalledExactlyOnceWith(
      { tenant: 'acme', account: 'main', roleArn: expect.any(String), region: 'eu-west-1' },
      expect.stringContaining('ALARM'),
    )
    expect(leaksIn([error, onFault.mock.calls], issued.secrets)).toEqual([])
  },
)

test('E09 a role of another account than the target is refused before anything is sent', async () => {
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  const target = targetOf({ roleArn: 'arn:aws:iam::999999999999:role/mcp-gateway-read' })
  await expect(access.send(target, asking('x'), never)).rejects.toMatchObject({ code: 'credentials_refused' })
  expect(aws.requests).toEqual([])
})

test('an external id that STS quotes is told to nobody', async () => {
  const nextExternalId = 'next-external-id-of-acme'
  await using aws = await fakeAws({
    'sts:AssumeRole': ({ params }) =>
      queryError(
        400,
        'ValidationError',
        `Value '${params.get('ExternalId')}' at 'externalId' failed, unlike ${nextExternalId}`,
      ),
  })
  const onFault = vi.fn()
  using access = accessTo(aws.endpoint, { onFault })
  const target = targetOf({ externalId: 'external-id-of-acme' })
  if (target.role === 'profile') throw new Error('not a role')
  const rotated = { ...target, role: { ...target.role, nextExternalId } }
  const error = await access.send(rotated, asking('x'), never).catch((thrown) => thrown)
  expect(error).toMatchObject({
    code: 'aws_error',
    details: { aws: { message: "Value '[removed]' at 'externalId' failed, unlike [removed]" } },
  })
  expect(leaksIn([error, onFault.mock.calls], ['external-id-of-acme', nextExternalId])).toEqual([])
})

const unusable: [string, (body: string) => string][] = [
  ['none', (body) => body.replace(/<Credentials>.*<\/Credentials>/s, '')],
  ['no session token', (body) => body.replace(/<SessionToken>.*<\/SessionToken>/, '')],
  ['no secret', (body) => body.replace(/<SecretAccessKey>.*<\/SecretAccessKey>/, '')],
  ['keys that do not end', (body) => body.replace('ASIA', 'AKIA')],
]

test.each(unusable)(
  'E08 an STS that answers with %s leads to no request with the keys of the gateway',
  async (_what, spoil) => {
    // Where the SDK would find the gateway's own identity if a client were made without credentials.
    vi.stubEnv('AWS_ACCESS_KEY_ID', gatewayKeys.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', gatewayKeys.secretAccessKey)
    const { issued, answers } = sts()
    await using aws = await fakeAws({
      'sts:AssumeRole': (request) => ({ body: spoil(answers['sts:AssumeRole'](request).body ?? '') }),
      ...describing,
    })
    using access = accessTo(aws.endpoint)
    const error = await access.send(targetOf(), asking('x'), never).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'credentials_refused' })
    expect(aws.seen('ec2:DescribeInstances')).toEqual([])
    expect(leaksIn(error, [...issued.secrets, ...Object.values(gatewayKeys)])).toEqual([])
  },
)

const absent = {
  'gives nothing': async () => undefined as never,
  'gives half': async () => ({ accessKeyId: gatewayKeys.accessKeyId, secretAccessKey: '' }),
  throws: () => Promise.reject(new Error(`told you ${gatewayKeys.secretAccessKey}`)),
}

test.each(Object.entries(absent))(
  'E08 a gateway identity that %s leads to no request at all',
  async (_what, provider) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', gatewayKeys.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', gatewayKeys.secretAccessKey)
    await using aws = await fakeAws({})
    const onFault = vi.fn()
    using access = accessTo(aws.endpoint, { gatewayCredentials: provider, onFault })
    const error = await access.send(targetOf(), asking('x'), never).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining('Tell its operator'),
    })
    expect(aws.requests).toEqual([])
    expect(onFault).toHaveBeenCalledOnce()
    expect(leaksIn([error, onFault.mock.calls], Object.values(gatewayKeys))).toEqual([])
  },
)
