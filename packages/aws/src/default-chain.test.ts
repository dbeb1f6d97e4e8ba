import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { regionOfProfile } from './clients.ts'
import { identityOfProfile } from './identity-of-profile.ts'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { leaksIn } from './testing/leaks.ts'
import { never, targetOf } from './testing/targets.ts'

afterEach(() => vi.unstubAllEnvs())

/** A machine without any AWS credentials but those that a test gives it. */
const machine = async (
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
) => {
  const home = await mkdtemp(join(tmpdir(), 'aws-chain-'))
  await mkdir(join(home, '.aws', 'sso', 'cache'), { recursive: true })
  const write = (name: string, content: string) => writeFile(join(home, '.aws', name), content)
  for (const [name, content] of Object.entries(files)) await write(name, content)
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value.replace('~', home))
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
const later = () => new Date(Date.now() + 3_600_000).toISOString()

/** The key that a call of the chain signs with. */
const signedWith = async (endpoint: string, seen: () => { readonly accessKeyId: string } | undefined) => {
  using access = accessTo(endpoint, { gatewayCredentials: () => Promise.reject(new Error('no gateway')) })
  const target = targetOf({ byChain: true })
  await access.send(target, describeInstances, never)
  expect(access.sessionName(target)).toBe('own-credentials')
  return seen()?.accessKeyId
}

const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = chain-secret-chain-secret\n`

const sources: [string, Record<string, string>, Record<string, string>, string][] = [
  [
    'the environment',
    { credentials: `[default]\n${keys('AKIAOFFILE')}` },
    { AWS_ACCESS_KEY_ID: 'AKIAOFENVIRONMENT', AWS_SECRET_ACCESS_KEY: 's' },
    'AKIAOFENVIRONMENT',
  ],
  ['the shared credentials file', { credentials: `[default]\n${keys('AKIAOFFILE')}` }, {}, 'AKIAOFFILE'],
  ['the shared configuration file', { config: `[default]\n${keys('AKIAOFCONFIG')}` }, {}, 'AKIAOFCONFIG'],
  [
    'the profile that AWS_PROFILE names',
    { credentials: `[default]\n${keys('AKIADEFAULT')}[named]\n${keys('AKIANAMED')}` },
    { AWS_PROFILE: 'named' },
    'AKIANAMED',
  ],
  [
    'a process',
    {
      config: `[default]\ncredential_process = echo '{"Version":1,"AccessKeyId":"AKIAOFPROCESS","SecretAccessKey":"s"}'\n`,
    },
    {},
    'AKIAOFPROCESS',
  ],
]

test.each(sources)('without a profile, calls run as %s', async (_what, files, env, accessKeyId) => {
  await using _machine = await machine(files, env)
  await using aws = await fakeAws(answers)
  expect(await signedWith(aws.endpoint, () => aws.seen('ec2:DescribeInstances')[0])).toBe(accessKeyId)
  expect(aws.requests.map(({ action }) => action)).toEqual(['sts:GetCallerIdentity', 'ec2:DescribeInstances'])
})

test('without a profile, calls run as the company sign-in of the default profile', async () => {
  const config = `[default]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = dev\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n`
  await using home = await machine({ config })
  const name = createHash('sha1').update('corp').digest('hex')
  await home.write(
    `sso/cache/${name}.json`,
    JSON.stringify({ accessToken: 'sso-token', expiresAt: later(), region: 'eu-west-1', startUrl: 'x' }),
  )
  const roleCredentials = {
    accessKeyId: 'ASIAOFSSO',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: Date.now() + 3_600_000,
  }
  await using aws = await fakeAws({
    ...answers,
    ':GET /federation/credentials': () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ roleCredentials }),
    }),
  })
  expect(await signedWith(aws.endpoint, () => aws.seen('ec2:DescribeInstances')[0])).toBe('ASIAOFSSO')
})

test('without a profile, calls run as the role of a web identity token file', async () => {
  const credentials = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId><Arn>arn:aws:sts::111111111111:assumed-role/pod/x</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAOFTOKEN</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${later()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
  await using _machine = await machine(
    { token: 'a.web.token' },
    {
      AWS_WEB_IDENTITY_TOKEN_FILE: '~/.aws/token',
      AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod',
    },
  )
  await using aws = await fakeAws({ ...answers, ':AssumeRoleWithWebIdentity': () => ({ body: credentials }) })
  expect(await signedWith(aws.endpoint, () => aws.seen('ec2:DescribeInstances')[0])).toBe('ASIAOFTOKEN')
})

/** Something on loopback that gives credentials away, as a container or an instance has it. */
const metadata = async (paths: Readonly<Record<string, string>>) => {
  const server = createServer(({ url = '' }, response) => {
    const body = paths[new URL(url, 'http://metadata').pathname]
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'x-aws-ec2-metadata-token-ttl-seconds': '21600',
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
const given = (AccessKeyId: string) =>
  JSON.stringify({
    Code: 'Success',
    LastUpdated: new Date().toISOString(),
    AccessKeyId,
    SecretAccessKey: 's',
    Token: 't',
    Expiration: later(),
  })

test('without a profile, calls run as the role of the container', async () => {
  await using container = await metadata({ '/credentials': given('ASIAOFCONTAINER') })
  await using _machine = await machine(
    {},
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/credentials` },
  )
  await using aws = await fakeAws(answers)
  expect(await signedWith(aws.endpoint, () => aws.seen('ec2:DescribeInstances')[0])).toBe('ASIAOFCONTAINER')
})

test('without a profile, calls run as the role of the instance', async () => {
  const path = '/latest/meta-data/iam/security-credentials/'
  await using instance = await metadata({
    '/latest/api/token': 'imds-token',
    [path]: 'instance-role',
    [`${path}instance-role`]: given('ASIAOFINSTANCE'),
  })
  await using _machine = await machine(
    {},
    { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url },
  )
  await using aws = await fakeAws(answers)
  expect(await signedWith(aws.endpoint, () => aws.seen('ec2:DescribeInstances')[0])).toBe('ASIAOFINSTANCE')
})

test('a machine without credentials says how to get some, and nothing is sent', async () => {
  await using _machine = await machine()
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  await expect(access.send(targetOf({ byChain: true }), describeInstances, never)).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringMatching(/^No AWS credentials were found\. Set AWS_ACCESS_KEY_ID .*aws sso login/),
  })
  expect(aws.requests).toEqual([])
})

test('a company sign-in that is over says how to sign in again', async () => {
  const config = `[default]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = dev\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n`
  await using _machine = await machine({ config })
  await using aws = await fakeAws({})
  await expect(identityOfProfile(undefined, { endpoint: aws.endpoint })).rejects.toMatchObject({
    code: 'credentials_refused',
    message: 'The AWS profile in use is signed out. Sign in: aws sso login.',
  })
})

test.each(['ExpiredToken', 'InvalidClientTokenId'])(
  '%s for what was found says how to renew it',
  async (code) => {
    await using _machine = await machine({ credentials: `[default]\n${keys('AKIAOFFILE')}` })
    await using aws = await fakeAws({ 'sts:GetCallerIdentity': () => queryError(403, code, 'x') })
    const error = await identityOfProfile(undefined, { endpoint: aws.endpoint }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'credentials_refused',
      message: expect.stringMatching(/^The AWS credentials of this machine are not accepted.*aws sso login/),
    })
    expect(leaksIn(error, ['AKIAOFFILE', 'chain-secret'])).toEqual([])
  },
)

test('credentials of another account than the configured one are refused, and nothing else is sent', async () => {
  await using _machine = await machine({ credentials: `[default]\n${keys('AKIAOFFILE')}` })
  await using aws = await fakeAws({ ...answers, 'sts:GetCallerIdentity': () => callerIs('222222222222') })
  using access = accessTo(aws.endpoint)
  await expect(access.send(targetOf({ byChain: true }), describeInstances, never)).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('What was found as AWS credentials is in account 222222222222'),
  })
  expect(aws.seen('ec2:DescribeInstances')).toEqual([])
})

test('E10 credentials of the machine that are renewed take effect within the call that noticed', async () => {
  await using home = await machine({ credentials: `[default]\n${keys('AKIAOLD')}` })
  await using aws = await fakeAws({
    ...answers,
    'ec2:DescribeInstances': async ({ accessKeyId }) => {
      if (accessKeyId !== 'AKIAOLD') return oneReservation('1')
      await home.write('credentials', `[default]\n${keys('AKIANEW')}`)
      return ec2Error(400, 'RequestExpired', 'x')
    },
  })
  using access = accessTo(aws.endpoint)
  await expect(access.send(targetOf({ byChain: true }), describeInstances, never)).resolves.toMatchObject({
    attempts: 2,
  })
})

test('what was found may assume the one role of the configuration', async () => {
  const roleArn = 'arn:aws:iam::111111111111:role/team/developer'
  const { issued, answers: stsAnswers } = sts()
  await using _machine = await machine({ credentials: `[default]\n${keys('AKIAOFFILE')}` })
  await using aws = await fakeAws({ ...answers, ...stsAnswers })
  const profileRole = { roleArn, sessionName: 'me@laptop', durationSeconds: 1800 }
  using access = accessTo(aws.endpoint, { profileRole })
  const sessionPolicy = { document: '{"Version":"2012-10-17","Statement":[]}', arns: [], hash: 'h' }
  const target = targetOf({ byChain: true, byRole: true, roleArn, sessionPolicy })
  await access.send(target, describeInstances, never)
  expect(aws.requests.map(({ accessKeyId }) => accessKeyId.slice(0, 8))).toEqual(['AKIAOFFI', 'ASIA0000'])
  expect([...issued.byKey.values()].map((params) => params.get('Policy'))).toEqual([sessionPolicy.document])
})

test('identity and region of the machine', async () => {
  await using _machine = await machine({
    credentials: `[default]\n${keys('AKIAOFFILE')}`,
    config: '[default]\nregion = eu-north-1\n',
  })
  await using aws = await fakeAws(answers)
  expect(await regionOfProfile(undefined)).toBe('eu-north-1')
  expect(await identityOfProfile(undefined, { endpoint: aws.endpoint })).toEqual({
    accountId: '111111111111',
    arn: 'arn:aws:iam::111111111111:user/me',
    region: 'eu-north-1',
  })
  vi.stubEnv('AWS_REGION', 'us-west-2')
  expect(await regionOfProfile(undefined)).toBe('us-west-2')
})

test('E08 a hosted tenant without a role never signs with the identity of the process', async () => {
  await using _machine = await machine(
    { credentials: `[default]\n${keys('AKIAOFFILE')}` },
    { AWS_ACCESS_KEY_ID: 'AKIAOFGATEWAY', AWS_SECRET_ACCESS_KEY: 's' },
  )
  await using aws = await fakeAws({})
  using access = accessTo(aws.endpoint)
  const target = { ...targetOf(), role: 'profile' as const }
  await expect(access.send(target, describeInstances, never)).rejects.toThrow(
    'tenant acme has no credentials of its own',
  )
  expect(aws.requests).toEqual([])
})

test.each([{ byChain: true }, { profile: 'named' }, { profile: 'named', byRole: true }])(
  'E08 a hosted gateway refuses a tenant that would run as the gateway itself: %j',
  async (choice) => {
    const roleArn = 'arn:aws:iam::111111111111:role/developer'
    await using _machine = await machine(
      { credentials: `[named]\n${keys('AKIANAMED')}` },
      { AWS_ACCESS_KEY_ID: 'AKIAOFGATEWAY', AWS_SECRET_ACCESS_KEY: 's' },
    )
    await using aws = await fakeAws({})
    const profileRole = { roleArn, sessionName: 'me', durationSeconds: 900 }
    using access = accessTo(aws.endpoint, { ownCredentials: false, profileRole })
    await expect(
      access.send(targetOf({ ...choice, roleArn }), describeInstances, never),
    ).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining('does not lend its own AWS credentials'),
    })
    expect(aws.requests).toEqual([])
  },
)

test('what one profile names never serves the chain, nor the other way round', async () => {
  await using _machine = await machine({
    credentials: `[default]\n${keys('AKIADEFAULT')}[named]\n${keys('AKIANAMED')}`,
  })
  await using aws = await fakeAws(answers)
  using access = accessTo(aws.endpoint)
  for (const choice of [{ byChain: true }, { profile: 'named' }, { byChain: true }, { profile: 'default' }]) {
    await access.send(targetOf(choice), describeInstances, never)
  }
  expect(aws.seen('ec2:DescribeInstances').map(({ accessKeyId }) => accessKeyId)).toEqual([
    'AKIADEFAULT',
    'AKIANAMED',
    'AKIADEFAULT',
    'AKIADEFAULT',
  ])
  expect(aws.seen('sts:GetCallerIdentity')).toHaveLength(3)
})
