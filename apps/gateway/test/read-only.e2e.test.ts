import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApiIndex, createAwsApi } from '@gateway/aws'
import { startStrictAws } from '@gateway/backends'
import type { ApiOperation } from '@gateway/domain'
import { tools } from '@gateway/tools'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { type OwnedAccount, openAccount } from './support/owned-account.ts'
import type { Tenancy } from './support/tenancy.ts'

// A tenant is filled by its own calls, and then made read-only: what reads goes on, and nothing else.

const root = join(import.meta.dirname, '..', '..', '..')
const gatewayRole = 'arn:aws:iam::123456789012:role/mcp-gateway'
const api = createAwsApi(await createApiIndex())
const services = api.services().map(({ service }) => service)

const stack = new AsyncDisposableStack()
let gateway: TestGateway
let aws: Awaited<ReturnType<typeof startStrictAws>>
let account: OwnedAccount

/** What was seen, as a person reads it. */
const seen: string[] = []

/** What the tenant allows to be read for as long as it is not read-only. */
const granted = ['secretsmanager:GetSecretValue', 'ssm:GetParameter', 'kms:Decrypt']

const tenancyWith =
  (readOnlyMode: boolean) =>
  ({ acme }: Tenancy): void => {
    account.giveTo(acme)
    acme.permissions = {
      // An operation of S3 needs actions of S3 Express.
      allowedServices: [...services, 's3express'],
      allowedRegions: ['eu-west-1'],
      secretReads: granted,
      readOnlyMode,
    }
    acme.confirmation = { rules: [{ name: 'unasked', when: {}, require: 'nobody' }] }
    // What moto cannot do is answered as a fault of AWS, which is worth no retry here.
    acme.operations = { retryCount: 0 }
    const unfelt = { perMinute: 1_000_000, burst: 100_000 }
    acme.limits = { tenant: unfelt, user: unfelt }
  }

/** Of the test's own things. */
const made = { instanceId: '', operationId: '' }
const names = { bucket: '', logGroup: '/read-only/app', stackName: 'read-only' }
const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of the gateway')
  aws = stack.use(await startStrictAws({ upstream: inject('awsUrl'), principals: { gateway: gatewayRole } }))
  account = await openAccount(inject('awsUrl'), gatewayRole)
  names.bucket = `read-only-${account.accountId}`
  gateway = stack.use(await startGateway({ awsUrl: aws.url, tenancy: tenancyWith(false) }))
  made.instanceId = await account.instance('app')
  const write = async (service: string, operation: string, params: object) => {
    const { error, text } = await ask('aws_api_write', { service, operation, params })
    expect(error, text).toBeUndefined()
  }
  const place = { LocationConstraint: 'eu-west-1' }
  await write('s3', 'CreateBucket', { Bucket: names.bucket, CreateBucketConfiguration: place })
  await write('logs', 'CreateLogGroup', { logGroupName: names.logGroup })
  // What a stack costs is for a person to agree to, whatever the rules say.
  await account.query('cloudformation', {
    Action: 'CreateStack',
    Version: '2010-05-15',
    StackName: names.stackName,
    TemplateBody: template,
  })
  const put = await ask('aws_s3_put_object', { bucket: names.bucket, key: 'k', body: 'hello' })
  expect(put.error, put.text).toBeUndefined()
  const started = await ask('aws_ec2_control_instance', { instanceId: made.instanceId, action: 'start' })
  expect(started.error, started.text).toBeUndefined()
  made.operationId = String(started.data?.operationId)

  await gateway.writeTenants(tenancyWith(true))
  await vi.waitFor(
    async () => expect((await ask('aws_whoami', {})).data).toMatchObject({ policy: { readOnly: true } }),
    { timeout: 10_000, interval: 100 },
  )
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await stack.disposeAsync()
  await mkdir(join(root, '.artifacts'), { recursive: true })
  await writeFile(join(root, '.artifacts', 'read-only.txt'), `${seen.join('\n')}\n`)
})

interface Came {
  readonly text: string
  readonly error?: { readonly code: string } | undefined
  readonly data?: Readonly<Record<string, unknown>>
  /** What AWS was asked meanwhile, sessions among it. */
  readonly requests: readonly unknown[]
}

/** A call by an administrator, who is refused for nothing else than the mode of the tenant. */
const ask = async (name: string, args: object): Promise<Came> => {
  aws.forgetRecords()
  const token = gateway.acme.token({ scope: 'aws:read aws:write aws:admin' })
  const answer = await gateway.call(token, 'tools/call', { name, arguments: args })
  const { result, error } = JSON.parse(answer.body)
  return {
    text: answer.body,
    ...(error ? { error: error.data } : result.structuredContent),
    requests: [...aws.assumed, ...aws.requests],
  }
}

const say = (name: string, { error, requests }: Pick<Came, 'error' | 'requests'>, otherwise: string) =>
  seen.push(`${name}: ${error?.code ?? otherwise}, ${requests.length} requests at AWS`)

const isReading = ({ access }: (typeof tools)[number]) => access === 'read'

/** The least that each tool that reads can be called with. */
const reads = (): Readonly<Record<string, object>> => ({
  aws_analyze_costs: {},
  aws_analyze_ec2_utilization: {},
  aws_analyze_inventory: {},
  aws_analyze_logs: { logGroups: [names.logGroup] },
  aws_api_read: { service: 's3', operation: 'ListBuckets' },
  aws_api_search: { query: 'list buckets' },
  aws_audit_query: {},
  aws_check_access: { service: 'ec2', operation: 'TerminateInstances' },
  aws_cloudformation_describe_stacks: { stackName: names.stackName },
  aws_cloudformation_validate_template: { templateBody: template },
  aws_cloudwatch_describe_alarm_history: {},
  aws_cloudwatch_describe_alarms: {},
  aws_cloudwatch_get_metrics: { startTime: '-3h', endTime: 'now', period: 300, statistics: ['Average'] },
  aws_cost_and_quotas: { view: 'cost' },
  aws_ec2_describe_instances: {},
  aws_lambda_list_functions: {},
  aws_logs_query: { logGroups: [names.logGroup], query: 'fields @message', start: '-1h', end: 'now' },
  aws_operation_status: { operationId: made.operationId },
  aws_s3_get_object: { bucket: names.bucket, key: 'k' },
  aws_s3_list_buckets: {},
  aws_s3_list_objects: { bucket: names.bucket },
  aws_whoami: {},
})

/** Of every tool that changes something a call whose arguments are right. */
const writes = (): Readonly<Record<string, object>> => ({
  aws_api_write: { service: 'ec2', operation: 'StopInstances', params: { InstanceIds: [made.instanceId] } },
  aws_cloudformation_create_stack: { stackName: 'another', templateBody: template, mode: 'apply' },
  aws_cloudformation_delete_stack: { stackName: names.stackName, mode: 'apply' },
  aws_cloudformation_update_stack: { stackName: names.stackName, templateBody: template, mode: 'apply' },
  aws_ec2_control_instance: { instanceId: made.instanceId, action: 'stop' },
  aws_ec2_launch_instances: { imageId: 'ami-12345678', instanceType: 't3.micro', count: 1 },
  aws_ec2_modify_instance: { instanceId: made.instanceId, instanceType: 't3.small' },
  aws_lambda_invoke: { functionName: 'f' },
  aws_operation_cancel: { operationId: made.operationId },
  aws_s3_delete_object: { bucket: names.bucket, key: 'k' },
  aws_s3_put_object: { bucket: names.bucket, key: 'k2', body: 'hello' },
})

test('every tool is called', () => {
  const sorted = (wanted: boolean) =>
    tools
      .filter((tool) => isReading(tool) === wanted)
      .map(({ name }) => name)
      .sort()
  expect(Object.keys(reads())).toEqual(sorted(true))
  expect(Object.keys(writes())).toEqual(sorted(false))
})

/** Tools whose operations moto does not have: what comes from it is no refusal. */
const notInMoto = ['aws_cloudwatch_describe_alarm_history', 'aws_logs_query']

test('every tool that reads works', async () => {
  for (const [name, args] of Object.entries(reads())) {
    const { error, text, requests } = await ask(name, args)
    if (notInMoto.includes(name)) {
      expect(error, text).toMatchObject({ code: 'aws_unreachable' })
      expect(requests.length).toBeGreaterThan(0)
    } else expect(error, `${name} ${text}`).toBeUndefined()
    say(name, { error, requests }, 'works')
  }
})

test('every tool that changes something is refused, and AWS is not asked', async () => {
  for (const [name, args] of Object.entries(writes())) {
    const { error, text, requests } = await ask(name, args)
    expect(error, `${name} ${text}`).toMatchObject({ code: 'read_only' })
    expect(requests).toEqual([])
    say(name, { error, requests }, 'done')
  }
})

test('the list has what reads, and nothing else', async () => {
  const token = gateway.acme.token({ scope: 'aws:read aws:write aws:admin' })
  const { result } = JSON.parse((await gateway.call(token, 'tools/list')).body)
  expect(result.tools.map(({ name }: { name: string }) => name)).toEqual(Object.keys(reads()))
})

/** What hands out credentials or ways to sign in, beside what the index says; of other services nothing can be called. */
const credentials = [
  /^secretsmanager:(Batch)?GetSecretValue$/,
  /^ssm:GetParameter/,
  /^acm:ExportCertificate$/,
  /^ec2:(GetPasswordData|GetConsoleOutput|DescribeInstanceAttribute)$/,
  /^(ecr|codeartifact):GetAuthorizationToken$/,
  /^sts:(GetSessionToken|GetFederationToken|Assume)/,
  /^cognito-identity:Get(CredentialsForIdentity|OpenIdToken)/,
  /^sso:GetRoleCredentials$/,
  /^eks-auth:AssumeRoleForPodIdentity$/,
  /^lakeformation:GetTemporary/,
  /^cognito-idp:ListUserPoolClientSecrets$/,
  /^lightsail:Get(KeyPair|InstanceAccessDetails|RelationalDatabaseMasterUserPassword)$/,
  /^states:RevealSecrets$/,
  /^appsync:ListApiKeys$/,
  /^redshift:GetClusterCredentials/,
  /^redshift-serverless:GetCredentials$/,
  /^(emr|elasticmapreduce)[a-z-]*:Get\w*SessionCredentials$/,
  /^datazone:GetIamPortalLoginUrl$/,
  /^deadline:Assume/,
  /^lambda:GetFunction$/,
  /^kms:Decrypt$/,
]

/** All of the operation index. */
const allOperations = async (): Promise<readonly ApiOperation[]> => {
  const folder = join(root, 'packages', 'aws', 'api-index')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.flatMap((text) => {
    const { service, operations = {} } = JSON.parse(text)
    return Object.keys(operations).flatMap((operation) => api.find(service, operation) ?? [])
  })
}

test('everything that hands out credentials is refused, granted or not, and AWS is not asked', async () => {
  const all = await allOperations()
  const nameOf = ({ service, operation }: ApiOperation) => `${service}:${operation}`
  const handedOut = all.filter(
    (each) => each.secret === true || credentials.some((pattern) => pattern.test(nameOf(each))),
  )
  expect(handedOut.map(nameOf)).toEqual(expect.arrayContaining(granted))
  expect(handedOut.length).toBeGreaterThan(90)
  const codes: Record<string, number> = {}
  for (const each of handedOut) {
    const { service, operation, access } = each
    const name = access === 'sensitive-read' ? 'aws_api_read' : 'aws_api_write'
    const { error, text, requests } = await ask(name, { service, operation })
    // Before anybody looks at the arguments, of which there are none.
    expect(error, `${nameOf(each)} ${text}`).toMatchObject({ code: 'read_only' })
    expect(requests, nameOf(each)).toEqual([])
    const by = `${name}, ${access}`
    codes[by] = (codes[by] ?? 0) + 1
  }
  seen.push(
    `${handedOut.length} of ${all.length} operations hand out credentials; read_only and 0 requests at AWS for all: ${JSON.stringify(codes)}`,
  )
})
