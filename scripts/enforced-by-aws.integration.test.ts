import { startStrictAws } from '@gateway/backends'
import type { ApiOperation } from '@gateway/domain'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { startGateway, type TestGateway } from '../apps/gateway/test/support/gateway.ts'
import type { Tenancy } from '../apps/gateway/test/support/tenancy.ts'
import { createApiIndex } from '../packages/aws/src/api/create-api-index.ts'
import { createAwsApi } from '../packages/aws/src/api/create-aws-api.ts'
import type { StoredService } from '../packages/aws/src/api/indexed-service.ts'
import type { JsonSchema } from '../packages/aws/src/api/json-schema.ts'
import { serviceFiles } from '../packages/aws/src/api/service-files.ts'
import { sampleInput } from '../packages/aws/src/api/testing/sample-input.ts'
import { handsOutCredentials } from '../packages/domain/src/iam/credential-actions.ts'

// What the gateway refuses, AWS refuses as well: with the policy of the gateway switched off the session is what is left.
// The roles of these accounts may do everything.

const accounts = { acme: '530000000001', globex: '530000000002' }
const gatewayRole = 'arn:aws:iam::530000000009:role/mcp-gateway'

const api = createAwsApi(await createApiIndex())
const operations = (
  await Promise.all(
    Object.values(serviceFiles).map(async (load) => {
      const { service, operations: named } = (await load()).default as StoredService
      return Object.keys(named).flatMap((operation) => api.find(service, operation) ?? [])
    }),
  )
).flat()

let aws: Awaited<ReturnType<typeof startStrictAws>>
let on: TestGateway
let off: TestGateway

const owner = async (account: string, form: Record<string, string>) => {
  const answer = await fetch(aws.url, {
    method: 'POST',
    headers: {
      'x-moto-account-id': account,
      authorization: 'AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/iam/aws4_request',
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...form }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const boundary = `arn:aws:iam::${accounts.acme}:policy/bound`

const makeAccount = async (account: string) => {
  const trust = policy({
    Effect: 'Allow',
    Principal: { AWS: gatewayRole },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    Condition: { StringEquals: { 'sts:ExternalId': `external-id-of-${account}` } },
  })
  for (const name of ['read', 'write', 'admin']) {
    const RoleName = `mcp-gateway-${name}`
    await owner(account, { Action: 'CreateRole', RoleName, AssumeRolePolicyDocument: trust })
    const PolicyDocument = policy(everything)
    await owner(account, { Action: 'PutRolePolicy', RoleName, PolicyName: 'all', PolicyDocument })
  }
}

const role = (accountId: string, name: string) => ({
  roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
  externalId: `external-id-of-${accountId}`,
})
const account = (accountId: string) => ({
  alias: 'main',
  accountId,
  defaultRegion: 'eu-west-1',
  roles: {
    read: role(accountId, 'read'),
    write: role(accountId, 'write'),
    admin: role(accountId, 'admin'),
  },
})

/** All of the index but SQS. */
const allowedServices = [...new Set(api.services().map(({ service }) => service))].filter(
  (service) => service !== 'sqs',
)

const tenancy = ({ acme, globex }: Tenancy) => {
  const much = { perMinute: 1_000_000, burst: 100_000 }
  for (const each of [acme, globex])
    each.limits = {
      tenant: much,
      user: much,
      aws: Object.fromEntries(allowedServices.map((service) => [service, much])),
    }
  acme.accounts = [account(accounts.acme)]
  acme.permissions = {
    allowedServices,
    allowedRegions: ['eu-west-1'],
    permissionBoundary: boundary,
    passRoles: ['role', 'instance-profile'].map((kind) => `arn:aws:iam::${accounts.acme}:${kind}/app-*`),
    policy: {
      Version: '2012-10-17',
      Statement: [{ Sid: 'NoVolumes', Effect: 'Deny', Action: 'ec2:DescribeVolumes', Resource: '*' }],
    },
  }
  globex.accounts = [account(accounts.globex)]
  globex.permissions = { allowedServices, allowedRegions: ['eu-west-1'], readOnlyMode: true }
}

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of-the-gateway')
  aws = await startStrictAws({ upstream: inject('awsUrl'), principals: { gateway: gatewayRole } })
  for (const each of Object.values(accounts)) await makeAccount(each)
  const PolicyDocument = policy(everything, {
    Effect: 'Deny',
    Action: 'ec2:DescribeSnapshots',
    Resource: '*',
  })
  await owner(accounts.acme, { Action: 'CreatePolicy', PolicyName: 'bound', PolicyDocument })
  on = await startGateway({ awsUrl: aws.url, tenancy })
  off = await startGateway({ awsUrl: aws.url, tenancy, localPolicy: 'off' })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await on?.[Symbol.asyncDispose]()
  await off?.[Symbol.asyncDispose]()
  await aws?.[Symbol.asyncDispose]()
})

interface Asked {
  readonly tenant: 'acme' | 'globex'
  readonly service: string
  readonly operation: string
  readonly params?: object
  readonly region?: string
}

const isRead = (operation: Pick<ApiOperation, 'access'> | undefined) =>
  operation?.access === 'read' || operation?.access === 'sensitive-read'

const ask = async (gateway: TestGateway, { tenant, service, operation, params, region }: Asked) => {
  aws.forgetRecords()
  const token = gateway[tenant].token({ scope: 'aws:read aws:write aws:admin' })
  const name = isRead(api.find(service, operation)) ? 'aws_api_read' : 'aws_api_write'
  const args = { service, operation, ...(params && { params }), ...(region && { region }) }
  const answer = await gateway.call(token, 'tools/call', { name, arguments: args })
  const { result } = JSON.parse(answer.body)
  return {
    text: JSON.stringify(result),
    error: result?.structuredContent?.error,
    // The boundary is read by the gateway itself.
    requests: aws.requests.filter(
      ({ permissions }) => !permissions.some(({ action }) => /^iam:GetPolicy/.test(action)),
    ),
    policies: aws.assumed
      .map(({ policy = '' }) => policy)
      .filter((text) => !text.includes('iam:GetPolicyVersion')),
  }
}

const cases: readonly (readonly [rule: string, code: string, asked: Asked])[] = [
  ['the tenant’s policy', 'policy_denied', { tenant: 'acme', service: 'ec2', operation: 'DescribeVolumes' }],
  ['the boundary', 'boundary_denied', { tenant: 'acme', service: 'ec2', operation: 'DescribeSnapshots' }],
  [
    'the regions',
    'region_not_allowed',
    { tenant: 'acme', service: 'ec2', operation: 'DescribeInstances', region: 'us-east-1' },
  ],
  ['the services', 'service_not_allowed', { tenant: 'globex', service: 'sqs', operation: 'ListQueues' }],
  [
    'the roles that may be passed',
    'pass_role_not_allowed',
    {
      tenant: 'acme',
      service: 'ec2',
      operation: 'AssociateIamInstanceProfile',
      params: { InstanceId: 'i-0123456789abcdef0', IamInstanceProfile: { Name: 'mcp-gateway-admin' } },
    },
  ],
  ...(
    [
      ['ec2', 'StopInstances', { InstanceIds: ['i-0123456789abcdef0'] }],
      ['ec2', 'TerminateInstances', { InstanceIds: ['i-0123456789abcdef0'] }],
      ['s3', 'DeleteObject', { Bucket: 'of-somebody', Key: 'k' }],
      ['lambda', 'Invoke', { FunctionName: 'f' }],
      ['iam', 'DeleteRole', { RoleName: 'x' }],
    ] as const
  ).map(
    ([service, operation, params]) =>
      [
        `read-only mode, ${service}:${operation}`,
        'read_only',
        { tenant: 'globex', service, operation, params },
      ] as const,
  ),
]

describe.each(cases)('%s', (_, code, asked) => {
  test('the gateway refuses before it asks AWS', async () => {
    const { error, requests } = await ask(on, asked)
    expect(error).toMatchObject({ code })
    expect(requests).toEqual([])
  })

  test('without the gateway’s policy AWS refuses', async () => {
    const { error, requests, text } = await ask(off, asked)
    expect(error, text).toMatchObject({ code: 'aws_error' })
    expect(error.aws.code).toMatch(/^(AccessDenied|UnauthorizedOperation)/)
    // What is read beside it to judge it is refused as well.
    expect(requests.length).toBeGreaterThan(0)
    for (const each of requests) expect(each).toMatchObject({ refused: 'denied' })
    expect(text).toContain('session policy')
  })
})

test('what is allowed passes both ways, so that it is the policies that refuse', async () => {
  for (const gateway of [on, off]) {
    const read = await ask(gateway, { tenant: 'acme', service: 'ec2', operation: 'DescribeInstances' })
    expect(read.error, read.text).toBeUndefined()
    expect(read.requests).toHaveLength(1)
  }
  const passed = await ask(off, {
    tenant: 'acme',
    service: 'ec2',
    operation: 'AssociateIamInstanceProfile',
    params: { InstanceId: 'i-0123456789abcdef0', IamInstanceProfile: { Name: 'app-web' } },
  })
  // It came as far as the instance that is not there.
  expect(passed.requests).toEqual([expect.not.objectContaining({ refused: expect.anything() })])
})

const credentials = operations.filter(
  ({ secret, iamActions }) => secret === true || iamActions.some(handsOutCredentials),
)

test('there are such operations in the index', () => {
  const names = credentials.map(({ service, operation }) => `${service}:${operation}`)
  expect(names).toEqual(
    expect.arrayContaining([
      'secretsmanager:GetSecretValue',
      'ssm:GetParameter',
      'ec2:GetPasswordData',
      'sts:AssumeRole',
      'ecr:GetAuthorizationToken',
      'iam:CreateAccessKey',
    ]),
  )
})

const denied = new Set<string>()

const denyAll = policy({ Effect: 'Deny', Action: '*', Resource: '*' })

test.each(credentials.map((each) => [`${each.service}:${each.operation}`, each] as const))(
  '%s hands out secrets: no session may do it',
  async (_, { service, operation }) => {
    const schema = (await api.schema(service, operation)) as JsonSchema
    const { params } = sampleInput(schema, { optional: 'none' })
    for (const tenant of ['acme', 'globex'] as const) {
      const asked = { tenant, service, operation, params }
      const refused = await ask(on, asked)
      // Two operations of S3 also take what belongs to S3 Express, which is not allowed here.
      const codes = /^(secret_not_allowed|service_not_allowed|read_only)$/
      expect(refused.error?.code, refused.text).toMatch(codes)
      expect(refused.requests).toEqual([])
      const { error, policies, requests, text } = await ask(off, asked)
      expect(error, text).toBeDefined()
      // One that reads may be open already.
      for (const each of policies) expect(each).toBe(denyAll)
      // With a token of somebody else an operation of STS is not signed, and so has no session.
      for (const each of requests) expect(each.refused).toMatch(/^(denied|unsigned)$/)
      if (requests.some(({ refused: why }) => why === 'denied'))
        denied.add(`${tenant} ${service}:${operation}`)
    }
  },
)

test('all but a few of them came as far as AWS, which refused them by the session', () => {
  expect(denied.size).toBeGreaterThan(2 * credentials.length - 10)
})
