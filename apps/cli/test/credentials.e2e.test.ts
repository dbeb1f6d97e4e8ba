import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { type Installed, installAwsMcp } from './support/installed.ts'
import { nodeEnvironment } from './support/node-environment.ts'
import { containerCredentials, recordingAws } from './support/recording-aws.ts'
import { initialize, spawnStdio } from './support/stdio.ts'

// The npm package as a person installs it, through the official Inspector, with each source of credentials: which key
// has signed is read off the wire.

let installed: Installed
let aws: Awaited<ReturnType<typeof recordingAws>>
/** Home of the person: AWS configuration and nothing else. */
let home = ''

beforeAll(async () => {
  installed = await installAwsMcp()
})
beforeEach(async () => {
  aws = await recordingAws(inject('awsUrl'))
  home = await mkdtemp(join(tmpdir(), 'aws-mcp-home-'))
  await configure()
})
afterEach(async () => {
  await aws[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

const inspector = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json')),
  'clients/launcher/build/index.js',
)

/** Keys of the places where credentials may be, each of which must sign only when it is its turn. */
const keys = {
  mine: 'AKIAMINEMINEMINEMINE',
  default: 'AKIADEFAULTDEFAULT00',
  environment: 'AKIAENVIRONMENT00000',
  process: 'AKIAPROCESSPROCESS00',
  container: 'ASIACONTAINER0000000',
}
const environmentKeys = { AWS_ACCESS_KEY_ID: keys.environment, AWS_SECRET_ACCESS_KEY: 'secret' }

/** Writes the AWS configuration of the person. */
const configure = async (
  credentials = `[mine]\naws_access_key_id = ${keys.mine}\naws_secret_access_key = secret\n`,
  config = '[profile mine]\nregion = eu-central-1\n',
) => {
  await writeFile(join(home, 'credentials'), credentials)
  await writeFile(join(home, 'config'), config)
}

const environment = (): Record<string, string> => ({
  ...nodeEnvironment(),
  HOME: home,
  AWS_CONFIG_FILE: join(home, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
  AWS_ENDPOINT_URL: aws.endpoint,
  // A machine of a test must not ask the network who it is.
  AWS_EC2_METADATA_DISABLED: 'true',
})

interface Start {
  readonly env?: Record<string, string>
  readonly args?: readonly string[]
}

interface Receipt {
  readonly accountId: string
  readonly role: string
  readonly region: string
}

/** Lists the instances through the Inspector; gives the receipt of the call. */
const receiptOf = async ({ env = {}, args = [] }: Start): Promise<Receipt> => {
  const config = join(home, 'inspector.json')
  const server = {
    type: 'stdio',
    command: 'npx',
    args: ['aws-mcp', ...args],
    env: { ...environment(), ...env },
    cwd: installed.folder,
  }
  await writeFile(config, JSON.stringify({ mcpServers: { aws: server } }))
  const call = ['--method', 'tools/call', '--tool-name', 'aws_ec2_describe_instances', '--format', 'json']
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inspector, '--cli', '--config', config, '--server', 'aws', ...call],
    { cwd: installed.folder, env: { ...nodeEnvironment(), HOME: home, NO_COLOR: '1' } },
  )
  const result = findReceipt(JSON.parse(stdout))
  if (!result) throw new Error(`no receipt in ${stdout}`)
  return result
}

const findReceipt = (value: unknown): Receipt | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  if ('receipt' in value) return value.receipt as Receipt
  for (const each of Object.values(value)) {
    const found = findReceipt(each)
    if (found) return found
  }
  return undefined
}

/** A request of whoever owns the account that the roles of these tests are in. */
const asOwner = async (service: string, path: string, init: RequestInit) => {
  const answer = await fetch(new URL(path, inject('awsUrl')), {
    ...init,
    headers: {
      'x-moto-account-id': '210987654321',
      authorization: `AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/${service}/aws4_request`,
    },
  })
  if (!answer.ok) throw new Error(await answer.text())
}

/** Makes a policy to bound sessions with; gives its ARN. */
const makeBoundary = async (name: string, Statement: readonly object[]): Promise<string> => {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const form = { Action: 'CreatePolicy', Version: '2010-05-08', PolicyName: name, PolicyDocument }
  await asOwner('iam', '/', { method: 'POST', body: new URLSearchParams(form) })
  return `arn:aws:iam::210987654321:policy/${name}`
}

/** The first line of standard error. */
const startLineOf = async ({ env = {}, args = [] }: Start): Promise<string> => {
  await using server = spawnStdio(installed.program, args, {
    env: { ...environment(), ...env },
    folder: installed.folder,
  })
  server.child.stdin.end()
  expect(await server.exit()).toBe(0)
  return server.stderr()
}

test('a profile of the shared credentials file, and nothing of the environment', async () => {
  const start = { args: ['--profile', 'mine'], env: environmentKeys }
  expect(await receiptOf(start)).toMatchObject({
    accountId: '123456789012',
    region: 'eu-central-1',
    role: 'profile/mine',
  })
  expect(aws.keys()).toEqual([keys.mine])
  expect(aws.operations()).toContain('DescribeInstances')
  const said = await startLineOf(start)
  expect(said).toContain('credentials: profile mine,')
  expect(said).toContain('AWS_ACCESS_KEY_ID is set but not used')
})

test('AWS_ROLE_ARN is assumed by the profile, and its session signs what is asked', async () => {
  const roleArn = 'arn:aws:iam::210987654321:role/developer'
  const boundary = await makeBoundary('only-reads', [
    { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
  ])
  const env = { AWS_PROFILE: 'mine', AWS_ROLE_ARN: roleArn, AWS_PERMISSION_BOUNDARY: boundary }
  expect(await receiptOf({ env })).toMatchObject({ accountId: '210987654321', role: roleArn })
  // The first session reads the boundary and may do nothing else; the second one is bounded by it.
  const [reader, caller, ...more] = aws.all('AssumeRole')
  expect(more).toEqual([])
  for (const assumed of [reader, caller]) {
    expect(assumed?.accessKeyId).toBe(keys.mine)
    expect(assumed?.fields.get('RoleArn')).toBe(roleArn)
  }
  expect(JSON.parse(reader?.fields.get('Policy') ?? '').Statement).toEqual([
    { Effect: 'Allow', Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'], Resource: boundary },
  ])
  expect(caller?.fields.get('PolicyArns.member.1.arn')).toBe(boundary)
  expect(JSON.parse(caller?.fields.get('Policy') ?? '').Statement[0].Effect).toBe('Deny')
  const asked = aws.one('DescribeInstances')
  expect(asked.accessKeyId).toMatch(/^ASIA/)
  expect(asked.sessionToken).toBeDefined()
  expect(asked.sessionToken).not.toBe(aws.one('GetPolicyVersion').sessionToken)
  expect(await startLineOf({ env })).toContain(`credentials: profile mine as ${roleArn},`)
})

/** Starts it with this document, and gives the text and the code of each call, one after the other. */
const answersOf = async (document: object, calls: readonly (readonly [string, object])[]) => {
  const file = join(home, 'aws-config.json')
  await writeFile(file, JSON.stringify(document))
  await using server = spawnStdio(installed.program, ['--config', file], {
    env: environment(),
    folder: installed.folder,
  })
  server.send(initialize)
  await server.answer(1)
  const answers: string[] = []
  for (const [index, [name, args]] of calls.entries()) {
    server.send({ id: index + 2, method: 'tools/call', params: { name, arguments: args } })
    answers.push(JSON.stringify(await server.answer(index + 2)))
  }
  return answers
}

test('policy, boundary and the list of roles decide by what a call is about, before AWS is asked', async () => {
  for (const bucket of ['stdio-open', 'stdio-shut', 'stdio-outside'])
    await asOwner('s3', `/${bucket}`, { method: 'PUT' })
  const within = ['stdio-open', 'stdio-shut'].map((bucket) => `arn:aws:s3:::${bucket}`)
  const permissionBoundary = await makeBoundary('within', [
    { Effect: 'Allow', Action: 's3:*', Resource: [...within, ...within.map((arn) => `${arn}/*`)] },
    { Effect: 'Allow', Action: ['lambda:*', 'iam:PassRole'], Resource: '*' },
  ])
  const list = (bucket: string) => ['aws_s3_list_objects', { bucket }] as const
  const passing = {
    service: 'lambda',
    operation: 'CreateFunction',
    params: {
      FunctionName: 'f',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { S3Bucket: 'stdio-open', S3Key: 'code.zip' },
      Role: 'arn:aws:iam::210987654321:role/administrator',
    },
  }
  const shut = { Effect: 'Deny', Action: 's3:*', Resource: [within[1], `${within[1]}/*`] }
  const settings = (passRoles?: readonly string[]) => ({
    authentication: {
      profile: 'mine',
      region: 'us-east-1',
      assumeRole: { roleArn: 'arn:aws:iam::210987654321:role/bounded' },
    },
    permissions: {
      readOnlyMode: false,
      permissionBoundary,
      policy: { Version: '2012-10-17', Statement: [shut] },
      ...(passRoles && { passRoles }),
    },
  })
  const [open, denied, outside, passed] = await answersOf(settings(), [
    list('stdio-open'),
    list('stdio-shut'),
    list('stdio-outside'),
    ['aws_api_write', passing],
  ])
  expect(open).toContain('"receipt"')
  expect(denied).toContain('policy_denied')
  expect(outside).toContain('boundary_denied')
  expect(passed).toContain('pass_role_not_allowed')
  const [named] = await answersOf(settings(['arn:aws:iam::210987654321:role/admin*']), [
    ['aws_api_write', passing],
  ])
  expect(named).toContain('confirmation_required')
})

test('aws-config.json that is named with --config chooses profile, role, region and what narrows it', async () => {
  const roleArn = 'arn:aws:iam::210987654321:role/of-file'
  const file = join(home, 'aws-config.json')
  const deny = { Effect: 'Deny', Action: 'ec2:DescribeInstances', Resource: 'arn:aws:ec2:*:*:instance/i-1' }
  await writeFile(
    file,
    JSON.stringify({
      authentication: {
        profile: 'mine',
        region: 'eu-west-1',
        assumeRole: { roleArn, sessionName: 'alice', durationSeconds: 900, externalId: 'ext-1' },
      },
      permissions: { policy: { Version: '2012-10-17', Statement: [deny] } },
    }),
  )
  expect(await receiptOf({ args: ['--config', file], env: environmentKeys })).toMatchObject({
    accountId: '210987654321',
    region: 'eu-west-1',
    role: roleArn,
  })
  const { accessKeyId, fields } = aws.one('AssumeRole')
  expect(accessKeyId).toBe(keys.mine)
  expect(Object.fromEntries(fields)).toMatchObject({
    RoleSessionName: 'alice',
    DurationSeconds: '900',
    ExternalId: 'ext-1',
  })
  const { Statement } = JSON.parse(fields.get('Policy') ?? '')
  expect(Statement).toContainEqual(deny)
  expect(Statement).toContainEqual({
    Effect: 'Allow',
    Action: expect.anything(),
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  })
})

test('without a profile the keys of the environment go first, with their session token', async () => {
  await configure(`[default]\naws_access_key_id = ${keys.default}\naws_secret_access_key = secret\n`)
  const env = { ...environmentKeys, AWS_SESSION_TOKEN: 'session-token', AWS_REGION: 'eu-north-1' }
  expect(await receiptOf({ env })).toMatchObject({ region: 'eu-north-1', role: 'own-credentials' })
  expect(aws.keys()).toEqual([keys.environment])
  expect(aws.one('DescribeInstances').sessionToken).toBe('session-token')
  const said = await startLineOf({ env })
  expect(said).toContain('credentials: environment,')
  expect(said).not.toMatch(/AKIA|session-token|not used/)
})

test('the keys of the environment assume AWS_ROLE_ARN too', async () => {
  const roleArn = 'arn:aws:iam::210987654321:role/developer'
  const env = { ...environmentKeys, AWS_ROLE_ARN: roleArn, AWS_REGION: 'eu-west-1' }
  expect(await receiptOf({ env })).toMatchObject({ role: roleArn })
  expect(aws.one('AssumeRole').accessKeyId).toBe(keys.environment)
  expect(aws.one('DescribeInstances').accessKeyId).toMatch(/^ASIA/)
})

test('without keys in the environment it is the profile "default"', async () => {
  await configure(
    `[default]\naws_access_key_id = ${keys.default}\naws_secret_access_key = secret\n`,
    '[default]\nregion = eu-south-1\n',
  )
  expect(await receiptOf({})).toMatchObject({ region: 'eu-south-1', role: 'own-credentials' })
  expect(aws.keys()).toEqual([keys.default])
  expect(await startLineOf({})).toContain('credentials: default chain,')
})

test('a profile with a credential_process', async () => {
  const program = join(home, 'process.cjs')
  const answer = { Version: 1, AccessKeyId: keys.process, SecretAccessKey: 'secret' }
  await writeFile(program, `console.log(${JSON.stringify(JSON.stringify(answer))})`)
  await configure(
    '',
    `[profile tool]\nregion = eu-west-1\ncredential_process = ${process.execPath} ${program}\n`,
  )
  expect(await receiptOf({ args: ['--profile', 'tool'] })).toMatchObject({ role: 'profile/tool' })
  expect(aws.keys()).toEqual([keys.process])
})

test('the credentials of a container', async () => {
  await configure('', '')
  await using container = await containerCredentials(keys.container)
  expect(await receiptOf({ env: container.env })).toMatchObject({
    region: 'us-east-1',
    role: 'own-credentials',
  })
  expect(aws.keys()).toEqual([keys.container])
  expect(aws.one('DescribeInstances').sessionToken).toBe('token')
})

test('a web identity token file, whose role is not assumed a second time', async () => {
  await configure('', '')
  const file = join(home, 'token')
  await writeFile(file, 'a.b.c')
  const roleArn = 'arn:aws:iam::210987654321:role/pod'
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn, AWS_REGION: 'eu-west-1' }
  expect(await receiptOf({ env })).toMatchObject({ accountId: '210987654321', role: 'own-credentials' })
  expect(aws.operations()).not.toContain('AssumeRole')
  expect(aws.operations()).toContain('AssumeRoleWithWebIdentity')
  expect(aws.one('DescribeInstances').accessKeyId).toMatch(/^ASIA/)
})

test('a file that was only found chooses nobody', async () => {
  await writeFile(
    join(home, 'aws-config.json'),
    JSON.stringify({
      authentication: { profile: 'mine', assumeRole: { roleArn: 'arn:aws:iam::210987654321:role/evil' } },
      permissions: { readOnlyMode: false },
    }),
  )
  await using server = spawnStdio(installed.program, [], { env: environment(), folder: home })
  expect(await server.exit()).toBe(2)
  expect(server.stderr().match(/is only taken from a file that you name/g)).toHaveLength(3)
  expect(aws.operations()).toEqual([])
})

test('a boundary without a role is refused and not ignored', async () => {
  const env = { ...environment(), AWS_PERMISSION_BOUNDARY: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await using server = spawnStdio(installed.program, ['--profile', 'mine'], { env, folder: home })
  expect(await server.exit()).toBe(2)
  expect(server.stderr()).toContain('AWS_PERMISSION_BOUNDARY: cannot be enforced')
})
