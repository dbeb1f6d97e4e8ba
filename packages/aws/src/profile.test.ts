import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { identityOfProfile } from './identity-of-profile.ts'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, targetOf } from './testing/targets.ts'

afterEach(() => vi.unstubAllEnvs())

const config = `
[profile keys]
region = eu-north-1
[profile role]
role_arn = arn:aws:iam::111111111111:role/developer
source_profile = keys
role_session_name = me
[profile sso]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = dev
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile login]
login_session = arn:aws:iam::111111111111:user/me
[profile mfa]
role_arn = arn:aws:iam::111111111111:role/developer
source_profile = keys
mfa_serial = arn:aws:iam::111111111111:mfa/me
[profile process]
credential_process = false
`
const keysOf = (accessKeyId: string) =>
  `[keys]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = profile-secret-profile-secret\n`

/** An AWS configuration of its own, instead of the one of whoever runs the test. */
const configured = async () => {
  const home = await mkdtemp(join(tmpdir(), 'aws-profile-'))
  const write = (accessKeyId: string) => writeFile(join(home, 'credentials'), keysOf(accessKeyId))
  await writeFile(join(home, 'config'), config)
  await write('AKIAPROFILE1')
  const variables = {
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_REGION: undefined,
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: 'AKIAOFTHEMACHINE',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-machine',
  }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  return { write, [Symbol.asyncDispose]: () => rm(home, { recursive: true }) }
}

const callerIs = (account: string): CannedAnswer => ({
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/me</Arn><UserId>AIDA</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
})
const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const answers = {
  'sts:GetCallerIdentity': () => callerIs('111111111111'),
  'ec2:DescribeInstances': () => oneReservation('1'),
}

test('calls run as the profile, whose account is confirmed once', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws(answers)
  using access = accessTo(aws.endpoint)
  const target = targetOf({ profile: 'keys' })
  await access.send(target, describeInstances, never)
  await access.send(targetOf({ profile: 'keys' }), describeInstances, never)
  expect(aws.requests.map(({ action, accessKeyId }) => [action, accessKeyId])).toEqual([
    ['sts:GetCallerIdentity', 'AKIAPROFILE1'],
    ['ec2:DescribeInstances', 'AKIAPROFILE1'],
    ['ec2:DescribeInstances', 'AKIAPROFILE1'],
  ])
  expect(access.sessionName(target)).toBe('profile/keys')
})

test('a profile that assumes a role does so, at the endpoint of the operator', async () => {
  const { answers: stsAnswers } = sts()
  await using _configured = await configured()
  await using aws = await fakeAws({ ...answers, ...stsAnswers })
  using access = accessTo(aws.endpoint)
  await access.send(targetOf({ profile: 'role' }), describeInstances, never)
  expect(aws.requests.map(({ action, accessKeyId }) => [action, accessKeyId.slice(0, 4)])).toEqual([
    ['sts:AssumeRole', 'AKIA'],
    ['sts:GetCallerIdentity', 'ASIA'],
    ['ec2:DescribeInstances', 'ASIA'],
  ])
})

test('a profile of another account is refused, and nothing else is sent', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws({ ...answers, 'sts:GetCallerIdentity': () => callerIs('222222222222') })
  using access = accessTo(aws.endpoint)
  const error = await access
    .send(targetOf({ profile: 'keys' }), describeInstances, never)
    .catch((thrown) => thrown)
  expect(error).toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('is in account 222222222222'),
  })
  expect(aws.seen('ec2:DescribeInstances')).toEqual([])
  expect(leaksIn(error, ['AKIAPROFILE1', 'profile-secret'])).toEqual([])
})

test('credentials renewed in the file take effect with the next call after they expired', async () => {
  await using home = await configured()
  await using aws = await fakeAws({
    ...answers,
    'ec2:DescribeInstances': ({ accessKeyId }) =>
      accessKeyId === 'AKIAPROFILE1' ? ec2Error(400, 'RequestExpired', 'x') : oneReservation('1'),
  })
  using access = accessTo(aws.endpoint)
  const call = () => access.send(targetOf({ profile: 'keys' }), describeInstances, never)
  await expect(call()).rejects.toMatchObject({ code: 'aws_error' })
  await home.write('AKIAPROFILE2')
  await expect(call()).resolves.toMatchObject({ attempts: 1 })
})

test('the identity of a profile comes with its region', async () => {
  await using _configured = await configured()
  await using aws = await fakeAws(answers)
  expect(await identityOfProfile('keys', { endpoint: aws.endpoint })).toEqual({
    accountId: '111111111111',
    arn: 'arn:aws:iam::111111111111:user/me',
    region: 'eu-north-1',
  })
  expect(aws.requests).toMatchObject([{ accessKeyId: 'AKIAPROFILE1', region: 'eu-north-1' }])
})

test.each([
  ['absent', 'aws configure list-profiles'],
  ['sso', 'aws sso login --profile sso'],
  ['login', 'aws login --profile login'],
  ['mfa', 'MFA'],
  ['process', 'aws sts get-caller-identity --profile process'],
])(
  'a profile that is %s says what to run, and is never replaced by the identity of the machine',
  async (profile, advice) => {
    await using _configured = await configured()
    await using aws = await fakeAws({})
    await expect(identityOfProfile(profile, { endpoint: aws.endpoint })).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining(advice),
    })
    expect(aws.requests).toEqual([])
  },
)

test.each(['ExpiredToken', 'InvalidClientTokenId'])('%s for a profile says how to renew it', async (code) => {
  await using _configured = await configured()
  await using aws = await fakeAws({ 'sts:GetCallerIdentity': () => queryError(403, code, 'x') })
  await expect(identityOfProfile('keys', { endpoint: aws.endpoint })).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('aws sso login --profile keys'),
  })
})

test('an AWS out of reach is not blamed on the profile', async () => {
  await using _configured = await configured()
  await expect(identityOfProfile('keys', { endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'aws_unreachable',
  })
})
