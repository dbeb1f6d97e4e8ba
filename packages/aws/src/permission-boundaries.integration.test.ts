import { beforeAll, expect, inject, test } from 'vitest'
import { gatewayCredentials } from './gateway-credentials.ts'
import { createPermissionBoundaries } from './permission-boundaries.ts'
import { accessTo } from './testing/access-to.ts'
import { never, targetOf } from './testing/targets.ts'

// Of this file alone: the stand-in behind is shared.
const account = '520000000007'
const arn = (name: string) => `arn:aws:iam::${account}:policy/${name}`

const owner = async (form: Record<string, string>) => {
  const answer = await fetch(inject('strictAwsUrl'), {
    method: 'POST',
    headers: {
      'x-moto-account-id': account,
      authorization: 'AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/iam/aws4_request',
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...form }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

const allowing = (Action: string | readonly string[], Resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] })

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/mcp-gateway' },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: { StringEquals: { 'sts:ExternalId': 'ext-acme' } },
    },
  ],
})

const reading = ['iam:GetPolicy', 'iam:GetPolicyVersion']

const makeRole = async (name: string, policy: string, boundary?: string) => {
  await owner({
    Action: 'CreateRole',
    RoleName: name,
    AssumeRolePolicyDocument: trust,
    ...(boundary !== undefined && { PermissionsBoundary: boundary }),
  })
  await owner({ Action: 'PutRolePolicy', RoleName: name, PolicyName: 'own', PolicyDocument: policy })
}

beforeAll(async () => {
  await owner({ Action: 'CreatePolicy', PolicyName: 'bound', PolicyDocument: allowing('s3:*') })
  await owner({
    Action: 'CreatePolicy',
    PolicyName: 'shown',
    PolicyDocument: allowing(['s3:*', ...reading], '*'),
  })
  await makeRole('mcp-gateway-read', allowing(reading, arn('bound')))
  await makeRole('mcp-gateway-blind', allowing('ec2:Describe*'))
  await makeRole('mcp-gateway-bounded', allowing(reading), arn('bound'))
  await makeRole('mcp-gateway-shown', allowing(reading), arn('shown'))
})

const read = async (role: string, permissionBoundary: string) => {
  using access = accessTo(inject('strictAwsUrl'), {
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'gateway', secretAccessKey: 'x' }),
  })
  const roleArn = `arn:aws:iam::${account}:role/${role}`
  const target = targetOf({ accountId: account, roleArn })
  const permissions = { ...target.tenant.permissions, permissionBoundary }
  const boundaries = createPermissionBoundaries({ aws: access, now: Date.now })
  return await boundaries.of({ ...target, tenant: { ...target.tenant, permissions } }, never)
}

test('the read role reads it, though the boundary allows nothing of the kind', async () => {
  expect(await read('mcp-gateway-read', arn('bound'))).toEqual(JSON.parse(allowing('s3:*')))
})

test('its changes are seen once it is read again', async () => {
  await owner({
    Action: 'CreatePolicyVersion',
    PolicyArn: arn('bound'),
    PolicyDocument: allowing('s3:Get*'),
    SetAsDefault: 'true',
  })
  expect(await read('mcp-gateway-read', arn('bound'))).toEqual(JSON.parse(allowing('s3:Get*')))
})

test('the role of the customer has the last word', async () => {
  await expect(read('mcp-gateway-blind', arn('bound'))).rejects.toThrow(/must allow iam:GetPolicy/)
  // The role reads nothing but the one policy.
  await expect(read('mcp-gateway-read', arn('shown'))).rejects.toMatchObject({ code: 'boundary_unknown' })
})

test('one that bounds the role as well must allow that it is read', async () => {
  await expect(read('mcp-gateway-bounded', arn('bound'))).rejects.toThrow(/the boundary itself/)
  expect(await read('mcp-gateway-shown', arn('shown'))).toMatchObject({ Version: '2012-10-17' })
})

test('one that is not there', async () => {
  await expect(read('mcp-gateway-shown', arn('absent'))).rejects.toThrow(/is not in account 520000000007/)
})
