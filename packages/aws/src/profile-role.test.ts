import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, targetOf } from './testing/targets.ts'

afterEach(() => vi.unstubAllEnvs())

/** An AWS configuration with the one profile `keys`. */
const configured = async () => {
  const home = await mkdtemp(join(tmpdir(), 'aws-profile-role-'))
  await writeFile(
    join(home, 'credentials'),
    '[keys]\naws_access_key_id = AKIAPROFILE1\naws_secret_access_key = profile-secret-profile-secret\n',
  )
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'))
  vi.stubEnv('AWS_PROFILE', undefined)
  return { [Symbol.asyncDispose]: () => rm(home, { recursive: true }) }
}

const roleArn = 'arn:aws:iam::111111111111:role/team/developer'
const profileRole = { roleArn, sessionName: 'me@laptop', durationSeconds: 1800 }
const target = () => targetOf({ profile: 'keys', byRole: true, roleArn })
const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const instances = { 'ec2:DescribeInstances': () => oneReservation('1') }

test('the profile assumes its role once, without tags and source identity, and calls run as the role', async () => {
  const { issued, answers } = sts()
  await using _configured = await configured()
  await using aws = await fakeAws({ ...instances, ...answers })
  using access = accessTo(aws.endpoint, { profileRole })
  await access.send(target(), describeInstances, never)
  await access.send(target(), describeInstances, never)
  expect(aws.requests.map(({ action, accessKeyId }) => [action, accessKeyId.slice(0, 4)])).toEqual([
    ['sts:AssumeRole', 'AKIA'],
    ['ec2:DescribeInstances', 'ASIA'],
    ['ec2:DescribeInstances', 'ASIA'],
  ])
  const [asked] = issued.byKey.values()
  expect(Object.fromEntries(asked ?? [])).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'me@laptop',
    DurationSeconds: '1800',
  })
  expect(access.sessionName(target())).toBe('me@laptop')
})

test('an external id goes along where there is one', async () => {
  const { issued, answers } = sts()
  await using _configured = await configured()
  await using aws = await fakeAws({ ...instances, ...answers })
  using access = accessTo(aws.endpoint, { profileRole: { ...profileRole, externalId: 'ext-1' } })
  await access.send(target(), describeInstances, never)
  expect([...issued.byKey.values()].map((params) => params.get('ExternalId'))).toEqual(['ext-1'])
})

test('a role that is refused names the role and what to check, and never a key', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws({
    'sts:AssumeRole': () => queryError(403, 'AccessDenied', 'User: arn:aws:iam::999999999999:user/me is not'),
  })
  using access = accessTo(aws.endpoint, { profileRole })
  const error = await access.send(target(), describeInstances, never).catch((thrown) => thrown)
  expect(error).toMatchObject({
    code: 'credentials_refused',
    message: expect.stringMatching(
      /refused sts:AssumeRole on arn:.*developer for profile "keys".*trust policy/,
    ),
  })
  expect(leaksIn(error, ['AKIAPROFILE1', 'profile-secret'])).toEqual([])
})

test('expired credentials of the profile say how to renew them', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws({ 'sts:AssumeRole': () => queryError(403, 'ExpiredToken', 'x') })
  using access = accessTo(aws.endpoint, { profileRole })
  await expect(access.send(target(), describeInstances, never)).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('aws sso login --profile keys'),
  })
})

test('credentials of another role are not used', async () => {
  const { answers } = sts({ arn: () => 'arn:aws:sts::111111111111:assumed-role/admin/me@laptop' })
  await using _configured = await configured()
  await using aws = await fakeAws(answers)
  using access = accessTo(aws.endpoint, { profileRole })
  await expect(access.send(target(), describeInstances, never)).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('another role'),
  })
})

test.each([
  ['another role than the configured one', { roleArn: 'arn:aws:iam::111111111111:role/admin' }],
  ['a role of another account', { accountId: '222222222222' }],
])('a target with %s sends nothing', async (_, choice) => {
  await using _configured = await configured()
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint, { profileRole })
  const other = targetOf({ profile: 'keys', byRole: true, roleArn, ...choice })
  await expect(access.send(other, describeInstances, never)).rejects.toThrow(/role/)
  expect(aws.requests).toEqual([])
})

test('a tenant with a profile never gets a session of the gateway', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  await expect(access.send(target(), describeInstances, never)).rejects.toThrow(
    'not the role of this profile',
  )
  expect(aws.requests).toEqual([])
})
