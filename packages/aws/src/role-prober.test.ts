import type { ProbedRole } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { createClients } from './clients.ts'
import { gatewayCredentials } from './gateway-credentials.ts'
import { createRoleProber } from './role-prober.ts'
import { accessTo, gatewayKeys } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, queryError, sts } from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, targetOf } from './testing/targets.ts'
import { toldBudget } from './testing/told-budget.ts'
import { createTransport } from './transport.ts'

const probedRole = (choice: Parameters<typeof targetOf>[0] = {}): ProbedRole => {
  const { tenant, account, roleName, role } = targetOf(choice)
  if (role === 'profile') throw new Error('no role')
  return { tenant, account, roleName, role }
}
const right = { externalId: 'ext-acme', attributed: true }

/** What a probe comes to if STS answers so. */
const probe = async (answer: CannedAnswer, onFault = vi.fn()) => {
  await using aws = await fakeAws({ 'sts:AssumeRole': () => answer })
  using access = accessTo(aws.endpoint, { onFault })
  return { answer: await access.prober.assume(probedRole(), right), aws }
}

test('E04 each probe says exactly what it is to try, as the gateway itself and without a policy', async () => {
  const { answers } = sts()
  await using aws = await fakeAws(answers)
  using access = accessTo(aws.endpoint)
  const attempts = [
    { externalId: 'ext-acme', attributed: false },
    { attributed: false },
    { externalId: 'guessed', attributed: false },
    right,
  ]
  for (const each of attempts) {
    await expect(access.prober.assume(probedRole(), each)).resolves.toMatchObject({ outcome: 'assumed' })
  }
  const common = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111111111111:role/mcp/mcp-gateway-read',
    RoleSessionName: 'mcp-acme-verification',
    DurationSeconds: '900',
  }
  expect(aws.requests.map(({ params }) => Object.fromEntries(params))).toEqual([
    { ...common, ExternalId: 'ext-acme' },
    common,
    { ...common, ExternalId: 'guessed' },
    {
      ...common,
      ExternalId: 'ext-acme',
      SourceIdentity: 'mcp-gateway',
      'Tags.member.1.Key': 'mcp:tenant',
      'Tags.member.1.Value': 'acme',
      'Tags.member.2.Key': 'mcp:user',
      'Tags.member.2.Value': 'verification',
      'Tags.member.3.Key': 'mcp:client',
      'Tags.member.3.Value': 'verification',
      'Tags.member.4.Key': 'mcp:call',
      'Tags.member.4.Value': 'probe',
    },
  ])
  expect(new Set(aws.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(
    new Set([gatewayKeys.accessKeyId]),
  )
})

test('E04 a probe neither takes a session that is there nor leaves one', async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, 'ec2:DescribeInstances': () => ec2Error(403, 'X', 'x') })
  using access = accessTo(aws.endpoint)
  const call = () =>
    access
      .send(targetOf(), { service: 'ec2', operation: 'DescribeInstances', input: {} }, never)
      .catch(() => {})
  await call()
  await access.prober.assume(probedRole(), right)
  await access.prober.assume(probedRole(), right)
  await call()
  expect(issued.byKey.size).toBe(3)
  const [first, second] = aws.seen('ec2:DescribeInstances')
  expect(second?.accessKeyId).toBe(first?.accessKeyId)
})

test.each(['AccessDenied', 'AccessDeniedException'])('E05 %s is a refusal', async (code) => {
  const { answer } = await probe(queryError(403, code, 'x'))
  expect(answer).toEqual({ outcome: 'denied', code })
})

const unknown: [string, CannedAnswer][] = [
  ['Throttling', queryError(400, 'Throttling', 'x')],
  ['InternalFailure', queryError(500, 'InternalFailure', 'x')],
  ['RegionDisabledException', queryError(403, 'RegionDisabledException', 'x')],
  ['ExpiredToken', queryError(403, 'ExpiredToken', 'x')],
  ['InvalidClientTokenId', queryError(403, 'InvalidClientTokenId', 'x')],
  ['SignatureDoesNotMatch', queryError(403, 'SignatureDoesNotMatch', 'AccessDenied')],
  ['ValidationError', queryError(400, 'ValidationError', 'AccessDenied')],
  ['ECONNRESET', {}],
]

test.each(unknown)('E05 %s neither accepts nor rejects a role', async (code, given) => {
  const { answer } = await probe(given)
  expect(answer).toEqual({ outcome: 'unknown', code })
})

test('E05 a page with status 403 in place of AWS is no refusal', async () => {
  const page = {
    foreign: true,
    status: 403,
    headers: { 'content-type': 'text/html' },
    body: '<p>AccessDenied',
  }
  expect((await probe(page)).answer).toMatchObject({ outcome: 'unknown' })
})

test.each([
  ['nothing at all', { hang: true }],
  ['half an answer', { hang: true, body: '<AssumeRoleResponse>' }],
])('E05 an STS that answers %s is unknown in time', async (_what, given: CannedAnswer) => {
  await using aws = await fakeAws({
    'sts:AssumeRole': () => (given.body === undefined ? new Promise<never>(() => {}) : given),
  })
  const transport = createTransport()
  const clients = createClients({
    transport,
    userAgent: 'mcp-gw/1',
    endpoint: aws.endpoint,
    gatewayCredentials: gatewayCredentials(gatewayKeys),
    maxClients: 4,
  })
  const prober = createRoleProber({ clients, now: Date.now, onFault() {}, timeout: 200 })
  const answer = await prober.assume(probedRole(), right)
  transport.destroy()
  expect(answer).toEqual({ outcome: 'unknown', code: expect.stringMatching(/^(ETIMEDOUT|Timeout)$/) })
})

test('E05 a gateway without an identity, and one whose budget is used up or gone, learns nothing', async () => {
  await using aws = await fakeAws({})
  using nobody = accessTo(aws.endpoint, { gatewayCredentials: () => Promise.reject(new Error('secret')) })
  expect(await nobody.prober.assume(probedRole(), right)).toEqual({
    outcome: 'unknown',
    code: 'NoGatewayIdentity',
  })
  const verdict = { allowed: false, scope: 'x', retryAfterSeconds: 60 } as const
  using limited = accessTo(aws.endpoint, { budget: toldBudget(() => verdict) })
  expect(await limited.prober.assume(probedRole(), right)).toEqual({
    outcome: 'unknown',
    code: 'rate_limited',
  })
  using down = accessTo(aws.endpoint, { budget: toldBudget(() => Promise.reject(new Error('x'))) })
  expect(await down.prober.assume(probedRole(), right)).toEqual({ outcome: 'unknown', code: 'unavailable' })
  expect(aws.requests).toEqual([])
})

test('E09 credentials of another account or role, and unusable ones, are not a session', async () => {
  const onFault = vi.fn()
  const { answers, issued } = sts({ arn: () => 'arn:aws:sts::999999999999:assumed-role/mcp-gateway-read/x' })
  await using aws = await fakeAws(answers)
  using access = accessTo(aws.endpoint, { onFault })
  const answer = await access.prober.assume(probedRole(), right)
  expect(answer).toEqual({ outcome: 'unknown', code: 'WrongRole' })
  expect(onFault).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.stringContaining('ALARM'))
  expect(leaksIn([answer, onFault.mock.calls], issued.secrets)).toEqual([])

  const whole = sts()
  await using other = await fakeAws({
    'sts:AssumeRole': (request) => ({
      body: whole.answers['sts:AssumeRole'](request).body?.replace('ASIA', 'AKIA'),
    }),
  })
  using spoiled = accessTo(other.endpoint)
  expect(await spoiled.prober.assume(probedRole(), right)).toEqual({
    outcome: 'unknown',
    code: 'NoCredentials',
  })
})

test('a role of another account than the one that is claimed is never asked for', async () => {
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  const probed = probedRole({ roleArn: 'arn:aws:iam::999999999999:role/mcp-gateway-read' })
  expect(await access.prober.assume(probed, right)).toEqual({ outcome: 'unknown', code: 'WrongAccount' })
  expect(aws.requests).toEqual([])
})

/** The session of a probe, with EC2 and STS answering so. */
const session = async (given: { dryRun?: CannedAnswer; identity?: CannedAnswer }) => {
  const { issued, answers } = sts()
  const aws = await fakeAws({
    ...answers,
    ...(given.dryRun && { 'ec2:CreateInternetGateway': () => given.dryRun ?? {} }),
    ...(given.identity && { 'sts:GetCallerIdentity': () => given.identity ?? {} }),
  })
  const access = accessTo(aws.endpoint)
  const answer = await access.prober.assume(probedRole(), right)
  if (answer.outcome !== 'assumed') throw new Error(answer.outcome)
  expect(leaksIn(answer, issued.secrets)).toEqual([])
  return {
    aws,
    issued,
    session: answer.session,
    async [Symbol.asyncDispose]() {
      access.close()
      await aws[Symbol.asyncDispose]()
    },
  }
}

test.each([
  ['DryRunOperation', 412, 'allowed'],
  ['UnauthorizedOperation', 403, 'denied'],
  ['AccessDenied', 403, 'denied'],
  ['RequestLimitExceeded', 503, 'unknown'],
  ['InternalError', 500, 'unknown'],
  ['VpcLimitExceeded', 400, 'unknown'],
])('%s for a dry run of CreateInternetGateway', async (code, status, expected) => {
  await using probed = await session({ dryRun: ec2Error(status, code, 'x') })
  expect(await probed.session.mayWrite()).toBe(expected)
  const [asked] = probed.aws.seen('ec2:CreateInternetGateway')
  expect(asked?.params.get('DryRun')).toBe('true')
  expect(asked?.region).toBe('eu-west-1')
  expect(probed.issued.byKey.has(asked?.accessKeyId ?? '')).toBe(true)
})

test('who the session is, is asked with its own keys', async () => {
  const arn = 'arn:aws:sts::111111111111:assumed-role/mcp-gateway-read/mcp-acme-verification'
  await using probed = await session({
    identity: {
      body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>x</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    },
  })
  expect(await probed.session.identity()).toEqual({ accountId: '111111111111', arn })
  expect(probed.aws.seen('sts:GetCallerIdentity')[0]?.accessKeyId).toMatch(/^ASIA/)
})

test.each([
  ['fails', queryError(500, 'InternalFailure', 'x'), 'aws_error'],
  [
    'names nobody',
    { body: '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>' },
    'aws_unreachable',
  ],
])('an identity that %s is no identity', async (_what, identity, code) => {
  await using probed = await session({ identity })
  await expect(probed.session.identity()).rejects.toMatchObject({ code })
})
