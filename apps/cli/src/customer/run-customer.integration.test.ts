import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import type { Tenant } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { gatewayPrincipalArn } from '../seed/role-policies.ts'
import { runCustomer } from './run-customer.ts'

// Of this file alone: the stand-in is shared.
const account = '520000000001'
const other = '520000000002'
const externalId = 'initech-main-0123456789'
// The path begins as the roles of gateways must: the strict front lets the gateway assume no others.
const roleArn = (of = account) => `arn:aws:iam::${of}:role/mcp-gateway-roles/mcp-gateway-read`

const allows = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})

const Principal = { AWS: { Ref: 'GatewayPrincipalArn' } }
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } },
    },
    { Effect: 'Allow', Principal, Action: ['sts:SetSourceIdentity', 'sts:TagSession'] },
  ],
}

const template = (
  PolicyDocument: object,
  { id = externalId, policyName = 'mcp-gateway-read', more = {} } = {},
) =>
  JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: {
      ExternalId: { Type: 'String', Default: id },
      GatewayPrincipalArn: { Type: 'String', Default: gatewayPrincipalArn },
    },
    Resources: {
      ReadRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'mcp-gateway-read',
          Path: '/mcp-gateway-roles/',
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: trust,
          Policies: [{ PolicyName: policyName, PolicyDocument }],
          ...more,
        },
      },
    },
    Outputs: { ReadRoleArn: { Value: { 'Fn::GetAtt': ['ReadRole', 'Arn'] } } },
  })

let folder: string
const access = () =>
  createAwsAccess({
    now: Date.now,
    userAgent: 'test',
    endpoint: inject('strictAwsUrl'),
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }),
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'customer-'))
})

afterEach(() => rm(folder, { recursive: true }))

const run = async (asked: object = {}) => {
  let [stdout, stderr] = ['', '']
  const code = await runCustomer({
    asked: {
      template: join(folder, 'template.json'),
      account,
      endpoint: inject('strictAwsUrl'),
      ...asked,
    },
    sandboxFolder: folder,
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
  })
  return { code, stdout, stderr }
}

const apply = async (text: string, asked = {}) => {
  await writeFile(join(folder, 'template.json'), text)
  return run(asked)
}

let tenant: Tenant

beforeEach(async () => {
  const file = join(folder, 'tenants.json')
  const connection = {
    issuer: 'https://i.example',
    jwksUri: 'https://i.example/keys',
    algorithms: ['ES256'],
    directTokens: true,
    allowedClients: ['c'],
  }
  const read = { roleArn: roleArn(), externalId }
  const accounts = [{ alias: 'main', accountId: account, defaultRegion: 'eu-west-1', roles: { read } }]
  const tenants = [
    {
      id: 'initech',
      name: 'Initech',
      connections: [connection],
      accounts,
      permissions: { allowedServices: ['ec2', 'logs'], allowedRegions: ['eu-west-1'] },
    },
  ]
  await writeFile(file, JSON.stringify({ tenants }))
  const [read1] = await readTenants(file, {})
  if (!read1) throw new Error('no tenant')
  tenant = read1
})

/** What the gateway, with nothing remembered, is told by the stand-in. */
const ask = async (service: string, operation: string, input = {}): Promise<string> => {
  const [aws, [main]] = [access(), tenant.accounts]
  const role = main?.roles.read
  if (!main || !role) throw new Error('no role')
  try {
    const principal = {
      id: 'p',
      issuer: 'https://i.example',
      subject: 'peter',
      tenantId: 'initech',
      client: 'c',
      scopes: ['aws:read' as const],
      groups: [],
    }
    const target = { tenant, principal, account: main, roleName: 'read' as const, role, region: 'eu-west-1' }
    await aws.send(target, { service, operation, input }, new AbortController().signal)
    return 'ok'
  } catch (thrown) {
    return (thrown as { code: string }).code
  } finally {
    aws.close()
  }
}

test('a stack is created, and an edited template is in force at once: policies, trust, session', async () => {
  expect(await apply(template(allows('ec2:DescribeInstances', 'ec2:DescribeVpcs')))).toEqual({
    code: 0,
    stdout: `Stack mcp-gateway of account ${account} created. Its roles:\n  ${roleArn()}\n`,
    stderr: '',
  })
  expect(await ask('ec2', 'DescribeInstances')).toBe('ok')
  expect(await ask('logs', 'DescribeLogGroups')).toBe('aws_error')

  const edited = template(allows('ec2:DescribeVpcs'), { policyName: 'another-name' })
  expect(await apply(edited)).toMatchObject({ code: 0, stdout: expect.stringContaining('updated') })
  expect(await ask('ec2', 'DescribeInstances')).toBe('aws_error')
  expect(await ask('ec2', 'DescribeVpcs')).toBe('ok')
  expect(await apply(edited)).toMatchObject({ code: 0, stderr: '' })

  await apply(template(allows('ec2:*'), { id: 'another-external-id' }))
  expect(await ask('ec2', 'DescribeVpcs')).toBe('credentials_refused')
  await apply(template(allows('ec2:*')))
  expect(await ask('ec2', 'DescribeVpcs')).toBe('ok')
})

test('a boundary comes and goes with the template', async () => {
  const missing = { PermissionsBoundary: `arn:aws:iam::${account}:policy/missing` }
  await apply(template(allows('ec2:*')))
  expect(await apply(template(allows('ec2:*'), { more: missing }))).toMatchObject({ code: 0 })
  // moto takes a policy that does not exist, which AWS would not; the judge lets it allow nothing.
  expect(await ask('ec2', 'DescribeVpcs')).toBe('aws_error')
  await apply(template(allows('ec2:*')))
  expect(await ask('ec2', 'DescribeVpcs')).toBe('ok')
})

test("an account's stack is nobody else's", async () => {
  const made = await apply(template(allows('ec2:DescribeInstances')), { account: other })
  expect(made.stdout).toContain(roleArn(other))
  expect(made.stdout).not.toContain(account)
})

test('the running sandbox says where its stand-in is', async () => {
  await writeFile(join(folder, 'ready.json'), JSON.stringify({ aws: { endpoint: inject('strictAwsUrl') } }))
  expect(await apply(template(allows('ec2:*')), { endpoint: undefined })).toMatchObject({ code: 0 })
})

test.each([
  ['https://cloudformation.eu-west-1.amazonaws.com', 'must be http on loopback'],
  ['http://192.0.2.1:5000', 'must be http on loopback'],
  ['http://127.0.0.1.example.com', 'must be http on loopback'],
  ['http://localhost@192.0.2.1', 'must be http on loopback'],
  ['no url', 'must be http on loopback'],
  ['http://127.0.0.1:1', 'nothing answers'],
  [undefined, 'no sandbox'],
])('endpoint %s is refused', async (endpoint, fault) => {
  const { code, stdout, stderr } = await apply(template(allows('ec2:*')), { endpoint })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(fault)
})

test('a template that is not there or is none', async () => {
  expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read') })
  expect(await apply('Resources: {}')).toMatchObject({ code: 1, stderr: expect.stringContaining('in JSON') })
})
