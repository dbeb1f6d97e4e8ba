import { afterEach, describe, expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { type Answers, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

afterEach(() => vi.unstubAllEnvs())

const hour = 3_600_000
const minute = 60_000
const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const stopInstances = { service: 'ec2', operation: 'StopInstances', input: { InstanceIds: ['i-1'] } }

/** When a request was signed, in milliseconds. */
const signedAt = (date: unknown): number =>
  Date.parse(String(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

/** An AWS whose clock is `ahead` of this machine's, and which refuses what is signed five minutes off it. */
const awsAhead = async (ahead: number, answers: Answers) => {
  const refused: string[] = []
  const timed = Object.entries(answers).map(([action, answer]): [string, Answers[string]] => [
    action,
    async (request, count) => {
      const clock = Date.now() + ahead
      const headers = { date: new Date(clock).toUTCString() }
      if (Math.abs(signedAt(request.headers['x-amz-date']) - clock) <= 5 * minute)
        return { ...(await answer(request, count)), headers }
      refused.push(action)
      const refusal = action.startsWith('ec2:')
        ? ec2Error(403, 'AuthFailure', 'skewed')
        : queryError(403, 'SignatureDoesNotMatch', 'Signature expired')
      return { ...refusal, headers }
    },
  ])
  const aws = await fakeAws(Object.fromEntries(timed))
  return Object.assign(aws, { refused })
}

describe.each([
  ['an hour ahead', -hour],
  ['an hour behind', hour],
])('with a clock of this machine that is %s', (_, ahead) => {
  const setUp = async (given: Answers = {}) => {
    const { issued, answers } = sts({ now: () => Date.now() + ahead })
    const aws = await awsAhead(ahead, {
      ...answers,
      'ec2:DescribeInstances': () => oneReservation('1'),
      'ec2:StopInstances': () => oneReservation('1'),
      ...given,
    })
    return { aws, issued }
  }

  test('a read session lasts as long as ever, and only the first request of all meets the wrong time', async () => {
    const { aws, issued } = await setUp()
    await using _aws = aws
    const clock = { passed: 0 }
    using access = accessTo(aws.endpoint, { now: () => Date.now() + clock.passed })
    const read = () => access.send(targetOf(), describeInstances, never)
    expect((await read()).attempts).toBe(1)
    expect((await read()).attempts).toBe(1)
    clock.passed = 44 * minute
    expect((await read()).attempts).toBe(1)
    expect(issued.byKey.size).toBe(1)
    expect(aws.refused).toEqual(['sts:AssumeRole'])
    clock.passed = 59 * minute + 1_000
    await read()
    expect(issued.byKey.size).toBe(2)
  })

  test('a write is sent once, and right', async () => {
    const { aws } = await setUp()
    await using _aws = aws
    using access = accessTo(aws.endpoint)
    await access.send(targetOf({ roleName: 'write' }), stopInstances, never)
    expect(aws.seen('ec2:StopInstances')).toHaveLength(1)
  })

  test('a session that AWS cuts short is not believed in for longer', async () => {
    const { issued, answers } = sts({ now: () => Date.now() + ahead - hour + minute / 2 })
    const { aws } = await setUp(answers)
    await using _aws = aws
    using access = accessTo(aws.endpoint)
    await access.send(targetOf(), describeInstances, never)
    await access.send(targetOf(), describeInstances, never)
    expect(issued.byKey.size).toBe(2)
  })

  test.each([
    [30 * minute, 1],
    [minute / 2, 2],
  ])(
    "a person's own credentials that last %d ms are confirmed %d times for two calls",
    async (lasting, times) => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAOFENVIRONMENT')
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
      vi.stubEnv('AWS_SESSION_TOKEN', 'token')
      vi.stubEnv('AWS_PROFILE', undefined)
      vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(Date.now() + ahead + lasting).toISOString())
      const body =
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/me</Arn><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
      const { aws } = await setUp({ 'sts:GetCallerIdentity': () => ({ body }) })
      await using _aws = aws
      using access = accessTo(aws.endpoint)
      const target = () => targetOf({ byChain: true })
      expect((await access.send(target(), describeInstances, never)).attempts).toBe(1)
      expect((await access.send(target(), describeInstances, never)).attempts).toBe(1)
      expect(aws.seen('sts:GetCallerIdentity').length - aws.refused.length).toBe(times)
    },
  )

  test('the role of a profile is assumed once', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOFENVIRONMENT')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_PROFILE', undefined)
    const roleArn = 'arn:aws:iam::111111111111:role/developer'
    const { aws, issued } = await setUp()
    await using _aws = aws
    const profileRole = { roleArn, sessionName: 'me@laptop', durationSeconds: 900 }
    using access = accessTo(aws.endpoint, { profileRole })
    const target = () => targetOf({ byChain: true, byRole: true, roleArn })
    expect((await access.send(target(), describeInstances, never)).attempts).toBe(1)
    await access.send(target(), describeInstances, never)
    expect(issued.byKey.size).toBe(1)
    expect(aws.refused).toEqual(['sts:AssumeRole'])
  })
})
