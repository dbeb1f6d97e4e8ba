import { startStrictAws } from '@gateway/backends'
import { expect, inject, test } from 'vitest'
import { gatewayCredentials } from './gateway-credentials.ts'
import { accessTo } from './testing/access-to.ts'
import { never, targetOf } from './testing/targets.ts'

// Of this file alone: the stand-in behind is shared.
const [own, other] = ['540000000001', '540000000002']
const gateway = 'arn:aws:iam::540000000009:role/mcp-gateway'
const roleArn = (account: string) => `arn:aws:iam::${account}:role/mcp-gateway-read`

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const start = async () => {
  const aws = await startStrictAws({ upstream: inject('awsUrl'), principals: { gateway } })
  const owner = async (account: string, form: Record<string, string>) => {
    const headers = {
      'x-moto-account-id': account,
      authorization: 'AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/iam/aws4_request',
    }
    const body = new URLSearchParams({ Version: '2010-05-08', RoleName: 'mcp-gateway-read', ...form })
    await fetch(aws.url, { method: 'POST', headers, body })
  }
  for (const [tenant, account] of [
    ['acme', own],
    ['globex', other],
  ] as const) {
    const AssumeRolePolicyDocument = document({
      Effect: 'Allow',
      Principal: { AWS: gateway },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: { StringEquals: { 'sts:ExternalId': `ext-${tenant}` } },
    })
    await owner(account, { Action: 'CreateRole', AssumeRolePolicyDocument })
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } }
    const PolicyDocument = document(
      { Effect: 'Allow', Action: ['ec2:Describe*', 'iam:SimulatePrincipalPolicy'], Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:DescribeVolumes', Resource: '*' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition },
    )
    await owner(account, { Action: 'PutRolePolicy', PolicyName: 'own', PolicyDocument })
  }
  return aws
}

test('what IAM says of a role is remembered for an hour, by tenant and question', async () => {
  await using aws = await start()
  const clock = { now: Date.now() }
  using access = accessTo(aws.url, {
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'gateway', secretAccessKey: 'x' }),
    now: () => clock.now,
  })
  const targets = {
    acme: targetOf({ accountId: own, roleArn: roleArn(own) }),
    globex: targetOf({ tenant: 'globex', accountId: other, roleArn: roleArn(other) }),
  }
  const ask = async (tenant: 'acme' | 'globex', ...ActionNames: string[]) => {
    const PolicySourceArn = roleArn(tenant === 'acme' ? own : other)
    const input = { PolicySourceArn, ActionNames }
    const request = { service: 'iam', operation: 'SimulatePrincipalPolicy', input }
    const { output } = await access.send(targets[tenant], request, never)
    return (output as { EvaluationResults: { EvalDecision: string; MissingContextValues: string[] }[] })
      .EvaluationResults
  }
  const results = await ask(
    'acme',
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:RunInstances',
    's3:GetObject',
  )
  expect(results.map(({ EvalDecision }) => EvalDecision)).toEqual([
    'allowed',
    'explicitDeny',
    'implicitDeny',
    'implicitDeny',
  ])
  expect(results[3]?.MissingContextValues).toEqual(['aws:PrincipalTag/team'])

  const asked = () => aws.requests.length
  expect(asked()).toBe(1)
  await Promise.all(Array.from({ length: 5 }, () => ask('acme', 'ec2:RunInstances')))
  expect(asked()).toBe(2)
  clock.now += 3_599_000
  await ask('acme', 'ec2:RunInstances')
  expect(asked()).toBe(2)
  // The other tenant asks as itself.
  await ask('globex', 'ec2:RunInstances')
  expect(aws.requests.at(-1)).toMatchObject({ account: other })
  expect(asked()).toBe(3)
  clock.now += 2_000
  await ask('acme', 'ec2:RunInstances')
  expect(asked()).toBe(4)
  access.forget('acme')
  await ask('acme', 'ec2:RunInstances')
  expect(asked()).toBe(5)
})

test('a refusal is not remembered', async () => {
  await using aws = await start()
  using access = accessTo(aws.url, {
    gatewayCredentials: gatewayCredentials({ accessKeyId: 'gateway', secretAccessKey: 'x' }),
  })
  const input = { PolicySourceArn: `${roleArn(own)}-absent`, ActionNames: ['ec2:RunInstances'] }
  const request = { service: 'iam', operation: 'SimulatePrincipalPolicy', input }
  const target = targetOf({ accountId: own, roleArn: roleArn(own) })
  for (let n = 1; n <= 2; n++) {
    await expect(access.send(target, request, never)).rejects.toMatchObject({
      details: { aws: { code: expect.stringContaining('NoSuchEntity') } },
    })
    expect(aws.requests).toHaveLength(n)
  }
})
