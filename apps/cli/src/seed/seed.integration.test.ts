import { join } from 'node:path'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import { type Backend, startAwsStandIn, startStrictAws } from '@gateway/backends'
import type { AwsTarget, RoleName, Tenant } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownerSession } from './owner-session.ts'
import { gatewayPrincipalArn } from './role-policies.ts'
import { type Seeded, seed } from './seed.ts'
import { seedAccess } from './seed-access.ts'

// A stand-in of its own: names of buckets are global, and other tests count what is in these accounts.
const root = join(import.meta.dirname, '..', '..', '..', '..')
const now = new Date()
let aws: Backend
let access: ReturnType<typeof seedAccess>
let tenants: Tenant[]
let seeded: Seeded

beforeAll(async () => {
  aws = await startAwsStandIn({ cacheDir: join(root, '.cache'), mayInstall: true, env: process.env })
  const sso = 'http://127.0.0.1:3001'
  const variables = { SANDBOX_SSO_URL: sso, SANDBOX_SSO_INTERNAL_URL: sso }
  tenants = await readTenants(join(root, 'deploy', 'local', 'tenants.yaml'), variables)
  access = seedAccess(aws.url)
  seeded = await seed({ access, tenants, signal: new AbortController().signal, now })
})

afterAll(async () => {
  access.close()
  await aws.stop()
})

/** Asks the stand-in as the owner of an account, written `acme/prod`. */
const ask = async <Output>(
  where: string,
  service: string,
  operation: string,
  input = {},
  region?: string,
) => {
  const [tenantId, alias] = where.split('/')
  const tenant = tenants.find(({ id }) => id === tenantId)
  const account = tenant?.accounts.find((each) => each.alias === alias)
  if (!tenant || !account) throw new Error(`no ${where}`)
  const { send } = ownerSession(access, tenant, account, new AbortController().signal)
  return (await send(service, operation, input, region)) as Output
}

interface Reservations {
  readonly Reservations: readonly { readonly Instances: readonly Instance[] }[]
}
interface Instance {
  readonly InstanceId: string
  readonly InstanceType: string
  readonly State: { readonly Name: string }
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[]
}

const instancesOf = async (where: string, region?: string) => {
  const answer = await ask<Reservations>(where, 'ec2', 'DescribeInstances', {}, region)
  return answer.Reservations.flatMap(({ Instances }) => Instances)
}

const summary = async (where: string, region?: string) =>
  (await instancesOf(where, region)).map(({ InstanceType, State, Tags }) => {
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))
    return `${tags.Name} ${tags.Environment} ${InstanceType} ${State.Name}`
  })

test('each account has its own machines, in its own regions', async () => {
  expect({
    'acme/prod': await summary('acme/prod'),
    'acme/prod us-east-1': await summary('acme/prod', 'us-east-1'),
    'acme/dev': await summary('acme/dev'),
    'globex/main': await summary('globex/main'),
    'globex/main eu-west-1': await summary('globex/main', 'eu-west-1'),
  }).toMatchInlineSnapshot(`
    {
      "acme/dev": [
        "acme-dev-box development t3.medium running",
        "acme-ci-runner-1 development m5.large running",
        "acme-ci-runner-2 development m5.large stopped",
        "acme-load-test development c5.4xlarge stopped",
      ],
      "acme/prod": [
        "acme-web-1 production t3.large running",
        "acme-web-2 production t3.large running",
        "acme-api-1 production c6i.xlarge running",
        "acme-checkout-worker production c6i.2xlarge running",
        "acme-orders-db production r6i.2xlarge running",
        "acme-bastion production t3.micro stopped",
        "acme-reports-2019 production m5.xlarge stopped",
      ],
      "acme/prod us-east-1": [
        "acme-edge-us production t3.medium running",
      ],
      "globex/main": [
        "globex-render-1 studio g4dn.2xlarge running",
        "globex-render-2 studio g4dn.2xlarge running",
        "globex-render-3 studio g4dn.2xlarge stopped",
        "globex-scheduler studio m5.2xlarge running",
        "globex-asset-store studio i3.xlarge running",
        "globex-vpn office t3.nano running",
      ],
      "globex/main eu-west-1": [],
    }
  `)
})

test('buckets hold text, JSON and bytes, in more than one page', async () => {
  interface Page {
    readonly Contents: readonly { readonly Key: string }[]
    readonly NextContinuationToken?: string
  }
  const logs = { Bucket: 'acme-prod-access-logs', MaxKeys: 200 }
  const first = await ask<Page>('acme/prod', 's3', 'ListObjectsV2', logs)
  const rest = await ask<Page>('acme/prod', 's3', 'ListObjectsV2', {
    ...logs,
    ContinuationToken: first.NextContinuationToken,
  })
  expect([first.Contents.length, rest.Contents.length]).toEqual([200, 51])
  const head = (where: string, Bucket: string, Key: string) =>
    ask<{ ContentType: string }>(where, 's3', 'HeadObject', { Bucket, Key })
  expect([
    (await head('acme/prod', 'acme-prod-website', 'config/site.json')).ContentType,
    (await head('globex/main', 'globex-finance', 'README.txt')).ContentType,
    (await head('globex/main', 'globex-renders', 'films/volcano/scene-1/frame-0001.png')).ContentType,
  ]).toEqual(['application/json', 'text/plain', 'image/png'])
})

test('the CPU of the hot machine is known for the whole day', async () => {
  const hot = (await instancesOf('acme/prod')).find(({ Tags }) =>
    Tags.some(({ Value }) => Value === 'acme-checkout-worker'),
  )
  const { Datapoints } = await ask<{ Datapoints: readonly { Average: number }[] }>(
    'acme/prod',
    'cloudwatch',
    'GetMetricStatistics',
    {
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Dimensions: [{ Name: 'InstanceId', Value: hot?.InstanceId }],
      StartTime: new Date(now.getTime() - 24 * 3_600_000),
      EndTime: now,
      Period: 3600,
      Statistics: ['Average'],
    },
  )
  expect(Datapoints.length).toBeGreaterThanOrEqual(24)
  for (const { Average } of Datapoints) expect(Average).toBeGreaterThan(85)
})

test.each(['acme/prod', 'globex/main'])('%s has alarms in all three states', async (where) => {
  const { MetricAlarms } = await ask<{ MetricAlarms: readonly { StateValue: string }[] }>(
    where,
    'cloudwatch',
    'DescribeAlarms',
  )
  expect(MetricAlarms.map(({ StateValue }) => StateValue).sort()).toEqual([
    'ALARM',
    'INSUFFICIENT_DATA',
    'OK',
  ])
})

test('functions, log events and the stack are there', async () => {
  const { Functions } = await ask<{ Functions: readonly { FunctionName: string; Runtime: string }[] }>(
    'globex/main',
    'lambda',
    'ListFunctions',
  )
  expect(Functions.map(({ FunctionName }) => FunctionName).sort()).toEqual([
    'globex-bill-studio',
    'globex-submit-frame',
  ])
  const { events } = await ask<{ events: readonly { timestamp: number; message: string }[] }>(
    'acme/prod',
    'logs',
    'FilterLogEvents',
    { logGroupName: '/aws/lambda/acme-checkout' },
  )
  expect(events).toHaveLength(120)
  for (const { timestamp } of events) {
    expect(timestamp).toBeGreaterThan(now.getTime() - 24 * 3_600_000)
    expect(timestamp).toBeLessThanOrEqual(now.getTime())
  }
  const { Stacks } = await ask<{ Stacks: readonly { StackName: string; StackStatus: string }[] }>(
    'acme/dev',
    'cloudformation',
    'DescribeStacks',
  )
  expect(Stacks).toMatchObject([{ StackName: 'acme-dev-playground', StackStatus: 'CREATE_COMPLETE' }])
})

test('the roles of the tenants file demand its ExternalIds', async () => {
  for (const { id, accounts } of tenants) {
    for (const { alias, roles } of accounts) {
      for (const role of Object.values(roles)) {
        const RoleName = role?.roleArn.split('/').at(-1)
        const { Role } = await ask<{ Role: { Arn: string; AssumeRolePolicyDocument: string } }>(
          `${id}/${alias}`,
          'iam',
          'GetRole',
          { RoleName },
        )
        expect(Role.Arn).toBe(role?.roleArn)
        expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toContain(
          `"StringEquals":{"sts:ExternalId":"${role?.externalId}"}`,
        )
      }
    }
  }
})

test('the gateway passes the judge with all of these roles, and each allows what it is for', async () => {
  await using strict = await startStrictAws({ upstream: aws.url, principals: { gw: gatewayPrincipalArn } })
  const gateway = createAwsAccess({
    now: Date.now,
    userAgent: 'test',
    endpoint: strict.url,
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'gw', secretAccessKey: 'gw' }),
  })
  const calls = [
    ['sts', 'GetCallerIdentity', {}],
    ['ec2', 'DescribeInstances', {}],
    ['s3', 'ListBuckets', {}],
    ['lambda', 'ListFunctions', {}],
    ['cloudwatch', 'DescribeAlarms', {}],
    ['logs', 'DescribeLogGroups', {}],
    ['cloudformation', 'DescribeStacks', {}],
    ['ec2', 'StopInstances', { InstanceIds: ['i-0123456789abcdef0'] }],
    ['s3', 'PutObject', { Bucket: 'of-nobody', Key: 'k' }],
    ['iam', 'DeleteRole', { RoleName: 'of-nobody' }],
    ['lambda', 'DeleteFunction', { FunctionName: 'of-nobody' }],
    ['cloudwatch', 'DeleteAlarms', { AlarmNames: ['of-nobody'] }],
  ] as const
  const outcomes = async (tenant: Tenant, roleName: RoleName): Promise<string[]> => {
    const account = tenant.accounts[0]
    const role = account?.roles[roleName]
    if (!account || !role) throw new Error('no role')
    const target: AwsTarget = {
      tenant,
      principal: {
        id: 'p',
        issuer: 'i',
        subject: 'alice',
        tenantId: tenant.id,
        client: 'c',
        scopes: ['aws:read'],
        groups: [],
      },
      account,
      roleName,
      role,
      region: account.defaultRegion,
    }
    return Promise.all(
      calls.map(([service, operation, input]) =>
        gateway.send(target, { service, operation, input }, AbortSignal.timeout(10_000)).then(
          () => 'ok',
          (thrown) => thrown.details?.aws?.code ?? thrown.code,
        ),
      ),
    )
  }
  const never = ['AccessDenied', 'AccessDeniedException', 'AccessDeniedException']
  const reads = Array.from({ length: 7 }, () => 'ok')
  for (const tenant of tenants) {
    expect([await outcomes(tenant, 'read'), await outcomes(tenant, 'write')]).toEqual([
      [...reads, 'UnauthorizedOperation', 'AccessDenied', ...never],
      // What is allowed reaches the stand-in, which has no such instance and bucket.
      [...reads, 'InvalidInstanceID.NotFound', 'NoSuchBucket', ...never],
    ])
  }
  gateway.close()
})

test('a second run leaves everything as it is', async () => {
  expect(seeded.skipped).toEqual([])
  const again = await seed({ access, tenants, signal: new AbortController().signal })
  expect([...again.skipped].sort()).toEqual(['acme/dev', 'acme/prod', 'globex/main'])
  expect(await instancesOf('acme/prod')).toHaveLength(7)
})

test('a stop ends it at once', async () => {
  const signal = AbortSignal.abort()
  await expect(seed({ access, tenants, signal })).rejects.toThrow()
})
