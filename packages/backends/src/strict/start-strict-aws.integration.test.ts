import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { freePort } from '../loopback-port.ts'
import { type StrictAws, startStrictAws } from './start-strict-aws.ts'
import { textOf } from './xml.ts'

const gatewayArn = 'arn:aws:iam::123456789012:role/mcp-gateway'
// Of this file alone: the stand-in behind is shared.
const account = '510000000001'
const other = '510000000002'
const role = (name: string, of = account) => `arn:aws:iam::${of}:role/${name}`

let time = Date.now()
let aws: StrictAws

beforeEach(async () => {
  aws = await startStrictAws({
    upstream: inject('awsUrl'),
    principals: { AKIAGATEWAY: { arn: gatewayArn, policy: mayAll }, AKIADEFAULT: gatewayArn },
    now: () => time,
  })
})

afterEach(() => aws.stop())

interface Key {
  readonly id: string
  readonly token?: string
}

const gateway: Key = { id: 'AKIAGATEWAY' }

interface Sent {
  readonly service: string
  readonly region?: string
  readonly method?: string
  readonly path?: string
  readonly form?: Record<string, string>
  readonly json?: object
  readonly headers?: Record<string, string>
}

const send = async (key: Key | { readonly owner: string }, { service, region, ...sent }: Sent) => {
  const id = 'id' in key ? key.id : 'owner'
  const { form, json, method = form || json ? 'POST' : 'GET', path = '/' } = sent
  const answer = await fetch(`${aws.url}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${id}/20260101/${region ?? 'eu-west-1'}/${service}/aws4_request, Signature=x`,
      ...('owner' in key ? { 'x-moto-account-id': key.owner } : {}),
      ...('token' in key && key.token && { 'x-amz-security-token': key.token }),
      ...(json && { 'content-type': 'application/x-amz-json-1.1' }),
      ...sent.headers,
    },
    ...(form && { body: new URLSearchParams(form) }),
    ...(json && { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  const code =
    textOf(text, 'Code') ?? (text.startsWith('{') ? (JSON.parse(text).__type as string) : undefined)
  return { status: answer.status, code, text, headers: answer.headers }
}

const iam = async (of: string, form: Record<string, string>) => {
  const answer = await send({ owner: of }, { service: 'iam', form: { Version: '2010-05-08', ...form } })
  if (answer.status !== 200) throw new Error(answer.text)
}

const statement = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const mayAll = policyOf(statement('sts:*'))

const trust = (condition: object, principal = gatewayArn) =>
  policyOf({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', Condition: condition })

const makeRole = async (
  name: string,
  { trusts = trust({ StringEquals: { 'sts:ExternalId': 'right' } }), of = account, ...more } = {} as {
    trusts?: string
    of?: string
    policy?: string
    boundary?: string
    path?: string
  },
) => {
  await iam(of, {
    Action: 'CreateRole',
    RoleName: name,
    AssumeRolePolicyDocument: trusts,
    MaxSessionDuration: '3600',
    ...(more.path && { Path: more.path }),
    ...(more.boundary && { PermissionsBoundary: more.boundary }),
  })
  const PolicyDocument =
    more.policy ?? policyOf(statement(['ec2:Describe*', 's3:*', 'cloudwatch:*', 'lambda:*', 'sns:*']))
  await iam(of, { Action: 'PutRolePolicy', RoleName: name, PolicyName: 'own', PolicyDocument })
}

const assume = (more: Record<string, string> = {}, as: Key = gateway) =>
  send(as, {
    service: 'sts',
    form: {
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: role('proper'),
      RoleSessionName: 'mcp-session',
      ExternalId: 'right',
      ...more,
    },
  })

const session = async (more: Record<string, string> = {}): Promise<Key> => {
  const { text, status } = await assume(more)
  expect(status, text).toBe(200)
  return { id: textOf(text, 'AccessKeyId') ?? '', token: textOf(text, 'SessionToken') ?? '' }
}

const describeInstances = (key: Key, region = 'eu-west-1') =>
  send(key, { service: 'ec2', region, form: { Action: 'DescribeInstances', Version: '2016-11-15' } })
const whoami = (key: Key) => send(key, { service: 'sts', form: { Action: 'GetCallerIdentity' } })
const get = (key: Key, path: string) => send(key, { service: 's3', path })

beforeAll(async () => {
  aws = await startStrictAws({ upstream: inject('awsUrl'), principals: {} })
  await makeRole('proper')
  await makeRole('on-a-path', { path: '/gateways/eu/' })
  await makeRole('any-id', { trusts: trust({ StringLike: { 'sts:ExternalId': '*' } }) })
  await makeRole('no-condition', { trusts: trust({}) })
  await makeRole('of-another', { trusts: trust({}, 'arn:aws:iam::999999999999:role/mcp-gateway') })
  await makeRole('proper', { of: other })
  for (const [of, bucket] of [
    [account, 'strict-own'],
    [other, 'strict-other'],
  ] as const) {
    await send({ owner: of }, { service: 's3', region: 'us-east-1', method: 'PUT', path: `/${bucket}` })
    await send({ owner: of }, { service: 's3', method: 'PUT', path: `/${bucket}/in/key.txt` })
    await send({ owner: of }, { service: 's3', method: 'PUT', path: `/${bucket}/key.txt` })
  }
  await aws.stop()
})

test('the right external id opens a session of the right account, and it may what its role may', async () => {
  const key = await session()
  const identity = await whoami(key)
  expect(textOf(identity.text, 'Arn')).toBe(`arn:aws:sts::${account}:assumed-role/proper/mcp-session`)
  expect((await describeInstances(key)).status).toBe(200)
  expect((await get(key, '/strict-own/key.txt')).status).toBe(200)
  expect(aws.assumed).toEqual([
    {
      roleArn: role('proper'),
      account,
      sessionName: 'mcp-session',
      externalId: 'right',
      tags: new Map(),
      policyArns: [],
      durationSeconds: 3600,
      accessKeyId: 'AKIAGATEWAY',
      region: 'eu-west-1',
      issued: key.id,
    },
  ])
  expect(aws.requests).toEqual([
    expect.objectContaining({ accessKeyId: key.id, account, service: 'sts' }),
    {
      accessKeyId: key.id,
      roleArn: role('proper'),
      account,
      service: 'ec2',
      region: 'eu-west-1',
      permissions: [{ action: 'ec2:DescribeInstances', resources: ['*'] }],
    },
    expect.objectContaining({
      permissions: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::strict-own/key.txt'] }],
    }),
  ])
})

test.each([
  ['a wrong external id', { ExternalId: 'wrong' }, 'sts:AssumeRole'],
  ['a missing role', { RoleArn: role('nobody') }, 'sts:AssumeRole'],
  ['a role by another path', { RoleArn: role('gateways/proper') }, 'sts:AssumeRole'],
  ['a role without its path', { RoleArn: role('on-a-path') }, 'sts:AssumeRole'],
  ['a role that trusts another', { RoleArn: role('of-another') }, 'sts:AssumeRole'],
  ['a role of an account that is not there', { RoleArn: role('proper', '510000000009') }, 'sts:AssumeRole'],
  [
    'tags without sts:TagSession',
    { 'Tags.member.1.Key': 'mcp:tenant', 'Tags.member.1.Value': 'acme' },
    'sts:TagSession',
  ],
  ['a source identity without sts:SetSourceIdentity', { SourceIdentity: 'alice' }, 'sts:SetSourceIdentity'],
])('%s is AccessDenied', async (_name, more: Record<string, string>, action) => {
  const { status, code, text } = await assume(more)
  expect([status, code]).toEqual([403, 'AccessDenied'])
  expect(textOf(text, 'Message')).toBe(
    `User: arn:aws:sts::123456789012:assumed-role/mcp-gateway/stand-in is not authorized to perform: ${action} on resource: ${more.RoleArn ?? role('proper')}`,
  )
  expect(aws.assumed).toMatchObject([{ refused: 'AccessDenied' }])
})

test('a missing external id, in the four ways to trust', async () => {
  const codes: Record<string, unknown> = {}
  for (const name of ['proper', 'any-id', 'no-condition', 'of-another']) {
    const form = { Action: 'AssumeRole', RoleArn: role(name), RoleSessionName: 'mcp-session' }
    const without = await send(gateway, { service: 'sts', form })
    const wrong = await send(gateway, { service: 'sts', form: { ...form, ExternalId: 'wrong' } })
    codes[name] = [without.code, wrong.code]
  }
  expect(codes).toEqual({
    proper: ['AccessDenied', 'AccessDenied'],
    'any-id': ['AccessDenied', undefined],
    'no-condition': [undefined, undefined],
    'of-another': ['AccessDenied', 'AccessDenied'],
  })
})

test('a role on a path is found by its whole ARN', async () => {
  const key = await session({ RoleArn: role('gateways/eu/on-a-path') })
  expect(textOf((await whoami(key)).text, 'Arn')).toMatch(/:assumed-role\/on-a-path\/mcp-session$/)
})

test('the longest session is that of role chaining', async () => {
  const { code, text } = await assume({ DurationSeconds: '3601' })
  expect([code, textOf(text, 'Message')]).toEqual([
    'ValidationError',
    expect.stringContaining('1 hour session limit'),
  ])
})

test.each([
  ['{', 'MalformedPolicyDocument'],
  [policyOf(statement('s3:GetObject', { Principal: '*' })), 'MalformedPolicyDocument'],
  [policyOf(statement('s3:GetObject', { Resource: 'foo' })), 'MalformedPolicyDocument'],
  [policyOf(statement(`s3:${'a'.repeat(2048)}`)), 'ValidationError'],
])('a session policy %.40s is %s', async (Policy, code) => {
  expect(await assume({ Policy })).toMatchObject({ status: 400, code })
})

const narrow = policyOf(
  statement('ec2:DescribeInstances', {
    Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
  }),
  statement('s3:GetObject', { Resource: 'arn:aws:s3:::strict-own/in/*' }),
)

test('a session policy narrows actions, regions and objects', async () => {
  const key = await session({ Policy: narrow })
  expect((await describeInstances(key)).status).toBe(200)
  expect((await get(key, '/strict-own/in/key.txt')).status).toBe(200)
  const refused = [
    await describeInstances(key, 'us-east-1'),
    await send(key, { service: 'ec2', form: { Action: 'DescribeVpcs', Version: '2016-11-15' } }),
    await get(key, '/strict-own/key.txt'),
    await get(key, '/strict-own?list-type=2'),
    await send(key, {
      service: 'monitoring',
      json: {},
      headers: { 'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms' },
    }),
    await send(key, { service: 'lambda', path: '/2015-03-31/functions/' }),
    await send(key, { service: 'sns', form: { Action: 'ListTopics' } }),
  ]
  expect(refused.map(({ status, code }) => [status, code])).toEqual([
    [403, 'UnauthorizedOperation'],
    [403, 'UnauthorizedOperation'],
    [403, 'AccessDenied'],
    [403, 'AccessDenied'],
    [400, 'AccessDeniedException'],
    [403, 'AccessDeniedException'],
    [403, 'AccessDenied'],
  ])
  for (const { text } of refused) expect(text).toMatch(/because no session policy allows the /)
  expect(aws.requests.filter((each) => each.refused === 'denied')).toHaveLength(refused.length)
  // The same role without the session policy may all of it.
  expect((await describeInstances(await session(), 'us-east-1')).status).toBe(200)
})

test('a session policy cannot widen a role', async () => {
  const key = await session({ Policy: policyOf(statement('*')) })
  const answer = await send(key, { service: 'sqs', form: { Action: 'ListQueues' } })
  expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(answer.text).toContain('because no identity-based policy allows the sqs:ListQueues action')
})

test('an explicit deny wins wherever it stands', async () => {
  const deny = (Action: string) => ({ ...statement(Action), Effect: 'Deny' })
  const key = await session({ Policy: policyOf(statement('*'), deny('ec2:*')) })
  expect((await describeInstances(key)).text).toContain('with an explicit deny in a session policy')
  await makeRole('denies', { policy: policyOf(statement('*'), deny('ec2:DescribeInstances')) })
  const denied = await session({ RoleArn: role('denies') })
  expect((await describeInstances(denied)).text).toContain(
    'with an explicit deny in an identity-based policy',
  )
  expect((await get(denied, '/strict-own/key.txt')).status).toBe(200)
})

test('PolicyArns are united with Policy, and a boundary bounds the role', async () => {
  const bound = `arn:aws:iam::${account}:policy/strict-bound`
  const PolicyDocument = policyOf(statement('s3:*'))
  await iam(account, { Action: 'CreatePolicy', PolicyName: 'strict-bound', PolicyDocument })
  const arns = { 'PolicyArns.member.1.arn': bound }
  const managed = await session(arns)
  const united = await session({ ...arns, Policy: narrow })
  expect((await describeInstances(managed)).code).toBe('UnauthorizedOperation')
  expect((await describeInstances(united)).status).toBe(200)
  for (const key of [managed, united]) expect((await get(key, '/strict-own/key.txt')).status).toBe(200)
  expect(await assume({ 'PolicyArns.member.1.arn': `${bound}-gone` })).toMatchObject({
    code: 'ValidationError',
  })

  await makeRole('bounded', { policy: policyOf(statement('*')), boundary: bound })
  const bounded = await session({ RoleArn: role('bounded') })
  expect((await get(bounded, '/strict-own/key.txt')).status).toBe(200)
  expect((await describeInstances(bounded)).text).toContain('no permissions boundary allows')
})

test('attached policies count, and a change of the owner is in force at once', async () => {
  await makeRole('changing', { policy: policyOf(statement('ec2:DescribeInstances')) })
  const key = await session({ RoleArn: role('changing') })
  expect((await describeInstances(key)).status).toBe(200)
  await iam(account, { Action: 'DeleteRolePolicy', RoleName: 'changing', PolicyName: 'own' })
  expect((await describeInstances(key)).code).toBe('UnauthorizedOperation')
  const PolicyDocument = policyOf(statement('ec2:*'))
  await iam(account, { Action: 'CreatePolicy', PolicyName: 'strict-attached', PolicyDocument })
  const PolicyArn = `arn:aws:iam::${account}:policy/strict-attached`
  await iam(account, { Action: 'AttachRolePolicy', RoleName: 'changing', PolicyArn })
  expect((await describeInstances(key)).status).toBe(200)
  await iam(account, {
    Action: 'UpdateAssumeRolePolicy',
    RoleName: 'changing',
    PolicyDocument: trust({}, other),
  })
  expect((await assume({ RoleArn: role('changing') })).code).toBe('AccessDenied')
  // Trust is asked when a session is opened, not later.
  expect((await describeInstances(key)).status).toBe(200)
})

test('a deleted role ends its sessions, and one of the same name does not bring them back', async () => {
  await makeRole('deleted')
  const key = await session({ RoleArn: role('deleted') })
  await iam(account, { Action: 'DeleteRolePolicy', RoleName: 'deleted', PolicyName: 'own' })
  await iam(account, { Action: 'DeleteRole', RoleName: 'deleted' })
  expect(await describeInstances(key)).toMatchObject({ status: 401, code: 'AuthFailure' })
  expect(await whoami(key)).toMatchObject({ status: 403, code: 'InvalidClientTokenId' })
  await makeRole('deleted')
  expect(await describeInstances(key)).toMatchObject({ status: 401, code: 'AuthFailure' })
})

test("another account's bucket stays closed, and aws:ResourceAccount knows whose it is", async () => {
  const key = await session()
  expect((await get(key, '/strict-other/key.txt')).status).toBe(403)
  const Condition = { StringEquals: { 'aws:ResourceAccount': account } }
  const owned = await session({ Policy: policyOf(statement('s3:*', { Condition })) })
  expect((await get(owned, '/strict-own/key.txt')).status).toBe(200)
  expect((await get(owned, '/strict-other/key.txt')).text).toContain('no session policy allows')
})

test('an object is listed by its prefix, and copying reads the source', async () => {
  const Condition = { StringLike: { 's3:prefix': 'in/*' } }
  const key = await session({
    Policy: policyOf(
      statement('s3:ListBucket', { Condition }),
      statement('s3:PutObject'),
      statement('s3:GetObject', { Resource: 'arn:aws:s3:::strict-own/in/*' }),
    ),
  })
  expect((await get(key, '/strict-own?list-type=2&prefix=in%2Fa')).status).toBe(200)
  expect((await get(key, '/strict-own?list-type=2&prefix=out')).code).toBe('AccessDenied')
  expect((await get(key, '/strict-own?list-type=2')).code).toBe('AccessDenied')
  const copy = (source: string) =>
    send(key, {
      service: 's3',
      method: 'PUT',
      path: '/strict-own/copy.txt',
      headers: { 'x-amz-copy-source': source },
    })
  expect((await copy('strict-own/in/key.txt')).status).toBe(200)
  expect((await copy('/strict-own/key.txt')).code).toBe('AccessDenied')
  // Not every request is known, and those are refused.
  expect((await get(key, '/strict-own?intelligent-tiering')).text).toContain('does not know')
})

test('a session ends after its time, or before it', async () => {
  const short = await session({ DurationSeconds: '900' })
  const long = await session()
  time += 900_000
  expect(await describeInstances(short)).toMatchObject({ status: 400, code: 'RequestExpired' })
  expect(await get(short, '/strict-own/key.txt')).toMatchObject({ status: 400, code: 'ExpiredToken' })
  expect(await whoami(short)).toMatchObject({ status: 403, code: 'ExpiredToken' })
  expect((await whoami(long)).status).toBe(200)
  const foreign = await session({ RoleArn: role('proper', other) })
  expect(aws.expire({ account })).toBe(2)
  expect((await whoami(long)).code).toBe('ExpiredToken')
  expect((await whoami(foreign)).status).toBe(200)
  expect(aws.expire({ accessKeyId: foreign.id, account })).toBe(0)
  expect(aws.expire()).toBe(3)
  expect((await whoami(foreign)).code).toBe('ExpiredToken')
})

test('keys that STS has not given, tokens of others and unsigned requests are refused', async () => {
  const [one, two] = [await session(), await session()]
  for (const key of [{ id: 'ASIANOBODY', token: 'x' }, { ...one, token: two.token ?? '' }, { id: one.id }]) {
    expect(await whoami(key)).toMatchObject({ status: 403, code: 'InvalidClientTokenId' })
    expect(await describeInstances(key)).toMatchObject({ status: 401, code: 'AuthFailure' })
    expect((await get(key, '/strict-own/key.txt')).code).toBe('InvalidAccessKeyId')
    expect((await assume({}, key)).code).toBe('InvalidClientTokenId')
  }
  const unsigned = await fetch(`${aws.url}/?Action=ListTopics`)
  expect([unsigned.status, textOf(await unsigned.text(), 'Code')]).toEqual([
    403,
    'MissingAuthenticationToken',
  ])
})

test('the key of the gateway opens sessions and does nothing else', async () => {
  expect(textOf((await whoami(gateway)).text, 'Account')).toBe('123456789012')
  expect((await describeInstances(gateway)).code).toBe('UnauthorizedOperation')
  expect((await get(gateway, '/strict-own/key.txt')).code).toBe('AccessDenied')
  expect(aws.requests).toMatchObject([{ refused: 'denied' }, { refused: 'denied' }])
})

test('a session assumes a role only where its own policies let it', async () => {
  const me = role('proper')
  await makeRole('next', { trusts: trust({}, me) })
  const next = { RoleArn: role('next') }
  expect((await assume(next, await session())).text).toContain('no identity-based policy allows')
  await iam(account, {
    Action: 'PutRolePolicy',
    RoleName: 'proper',
    PolicyName: 'chain',
    PolicyDocument: policyOf(statement('sts:AssumeRole', { Resource: role('next') })),
  })
  expect((await assume(next, await session())).status).toBe(200)
  expect((await assume({ RoleArn: role('no-condition') }, await session())).code).toBe('AccessDenied')
  const tagged = { ...next, 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }
  expect((await assume(tagged, await session())).text).toContain('perform: sts:TagSession')
})

test('the gateway may assume only roles whose names are of tenants, whoever trusts it', async () => {
  await makeRole('mcp-gateway-strict-read')
  const [proper, named] = [role('proper'), role('mcp-gateway-strict-read')]
  const key = { id: 'AKIADEFAULT' }
  expect((await assume({ RoleArn: named }, key)).status).toBe(200)
  const { status, code, text } = await assume({ RoleArn: proper }, key)
  expect([status, code]).toEqual([403, 'AccessDenied'])
  expect(text).toContain(
    `sts:AssumeRole on resource: ${proper} because no identity-based policy allows the sts:AssumeRole action`,
  )
})

test('troubles are met by whom they are made for, and end', async () => {
  const bystander = { RoleArn: role('proper', other) }
  const end = aws.trouble({ how: 'throttled', service: 'sts', account })
  expect(await assume()).toMatchObject({ status: 400, code: 'Throttling' })
  expect((await assume(bystander)).status).toBe(200)
  end()
  const key = await session()
  aws.trouble({ how: 'throttled', service: 'ec2', times: 1 })
  expect(await describeInstances(key)).toMatchObject({ status: 503, code: 'RequestLimitExceeded' })
  expect((await describeInstances(key)).status).toBe(200)
  const endDown = aws.trouble({ how: 'down', service: 'sts', roleArn: role('proper') })
  await expect(assume()).rejects.toThrow('fetch failed')
  expect((await assume(bystander)).status).toBe(200)
  endDown()
  aws.trouble({ how: 'unavailable', operation: 'AssumeRole' })
  expect(await assume()).toMatchObject({ status: 503, code: 'ServiceUnavailable' })
  expect(aws.assumed.map(({ refused }) => refused)).toEqual([
    'throttled',
    undefined,
    undefined,
    'down',
    undefined,
    'unavailable',
  ])
})

test('GetCallerIdentity can name a stranger, and nothing else does', async () => {
  const key = await session()
  const end = aws.trouble({ how: 'foreign', account })
  expect(textOf((await whoami(key)).text, 'Account')).toBe('999999999999')
  expect((await describeInstances(key)).status).toBe(200)
  expect((await assume()).status).toBe(200)
  end()
  expect(textOf((await whoami(key)).text, 'Account')).toBe(account)
})

test('a trouble of one tenant is known by its session tag, and hanging lasts until the front stops', async () => {
  const trusts = policyOf({
    Effect: 'Allow',
    Principal: { AWS: gatewayArn },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  })
  await makeRole('tagged', { trusts })
  const tagged = (tenant: string) => ({
    RoleArn: role('tagged'),
    'Tags.member.1.Key': 'mcp:tenant',
    'Tags.member.1.Value': tenant,
  })
  aws.trouble({ how: 'hanging', tenant: 'acme' })
  const hanging = assume(tagged('acme'))
  const globex = await session(tagged('globex'))
  expect((await describeInstances(globex)).status).toBe(200)
  await Promise.all([expect(hanging).rejects.toThrow('fetch failed'), aws.stop()])
})

test('a stand-in that is away looks like a lost connection', async () => {
  await using front = await startStrictAws({
    upstream: `http://127.0.0.1:${await freePort()}`,
    principals: {},
  })
  const asked = fetch(front.url, { headers: { 'x-moto-account-id': account } })
  await expect(asked).rejects.toThrow('fetch failed')
})

test('records can be forgotten', async () => {
  await session()
  aws.forgetRecords()
  expect([aws.assumed, aws.requests]).toEqual([[], []])
})
