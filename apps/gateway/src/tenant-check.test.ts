import { createActionCatalogue, createApiIndex } from '@gateway/aws'
import { parseTenants, type Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { type CheckedAgainst, operations, tenantCheckOf } from './tenant-check.ts'

const actions = await createActionCatalogue(await createApiIndex())
const checkOf = (against: CheckedAgainst) => tenantCheckOf(against, actions)

const signIn = (issuer: string) => ({ issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } })

const tenantWith = (changes: object): Tenant => {
  const text = tenantsText(
    { acme: signIn('https://sso.example/acme'), globex: signIn('https://sso.example/globex') },
    ({ acme }) => void Object.assign(acme, changes),
  )
  const [tenant] = parseTenants(JSON.parse(text), 'tenants.yaml')
  if (!tenant) throw new Error('the tenant of the tests is missing')
  return tenant
}

test('a good tenant has no faults, wherever the gateway listens', () => {
  expect(operations.length).toBeGreaterThan(4)
  for (const host of ['127.0.0.1', '0.0.0.0']) expect(checkOf({ host })(tenantWith({}))).toEqual([])
})

test("a profile of the operator's own is for loopback alone", () => {
  const tenant = tenantWith({ authentication: { profile: 'default' } })
  expect(checkOf({ host: '::1' })(tenant)).toEqual([])
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gw.example'])
    expect(checkOf({ host })(tenant)).toEqual([expect.stringMatching(/^authentication\.profile: /)])
})

test('a policy that no session could be narrowed by is a fault', () => {
  const Statement = Array.from({ length: 60 }, (_, n) => ({
    Effect: 'Deny',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::secret-bucket-number-${n}/*`,
  }))
  const permissions = {
    allowedServices: ['s3'],
    allowedRegions: ['eu-west-1', 'us-east-1'],
    policy: { Version: '2012-10-17', Statement },
  }
  expect(checkOf({ host: '127.0.0.1' })(tenantWith({ permissions }))).toEqual([
    expect.stringMatching(/^permissions\S*: .*2,048/),
  ])
})

const operated = {
  host: '0.0.0.0',
  publicUrl: 'https://gw.example',
  admin: { issuer: 'https://sso.example/operators' },
}

test('no tenant signs in with the issuer of the operators, nor for their audience', () => {
  const [connection] = tenantWith({}).connections
  const faultsWith = (...changes: object[]) =>
    checkOf(operated)(tenantWith({ connections: changes.map((change) => ({ ...connection, ...change })) }))
  const others = { issuer: 'https://sso.example/operators/', allowedAudiences: ['https://gw.example/mcp'] }
  expect(faultsWith({}, others)).toEqual([])
  expect(faultsWith({}, { issuer: 'https://sso.example/operators' })).toEqual([
    "connections[1].issuer: is that of the gateway's operators (ADMIN_ISSUER)",
  ])
  expect(faultsWith({ allowedAudiences: ['https://gw.example/mcp', 'https://gw.example/admin'] })).toEqual([
    'connections[0].allowedAudiences[1]: is that of the admin API',
  ])
})

test('without an admin API its audience is kept free all the same', () => {
  const { admin: _, ...without } = operated
  const [connection] = tenantWith({}).connections
  const connections = [{ ...connection, allowedAudiences: ['https://gw.example/admin'] }]
  expect(checkOf(without)(tenantWith({ connections }))).toHaveLength(1)
})

test("no company signs in by the gateway's own authorization server", () => {
  const authorization = { issuer: 'https://sso.example/acme' }
  expect(checkOf({ host: '0.0.0.0', authorization })(tenantWith({}))).toEqual([
    "connections[0].issuer: is that of the gateway's own authorization server (AUTHORIZATION_URL)",
  ])
  const other = { issuer: 'https://sso.example/acme/' }
  expect(checkOf({ host: '0.0.0.0', authorization: other })(tenantWith({}))).toEqual([])
})

const deny = (more: object) => ({ Effect: 'Deny', Resource: '*', ...more })
const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
const withPolicy = (...Statement: object[]) => ({
  permissions: {
    allowedServices: ['s3', 'ec2'],
    allowedRegions: ['eu-west-1'],
    policy: { Version: '2012-10-17', Statement },
  },
})
const faultsOf = (changes: object) => checkOf({ host: '127.0.0.1' })(tenantWith(changes))

test('a policy may name all that AWS has', () => {
  const Condition = {
    StringEquals: { 'aws:PrincipalTag/mcp:user': 'ada', 's3:RequestObjectTag/a': 'b' },
    StringNotLike: { 'AWS:requestedregion': 'eu-*', 'kms:EncryptionContext:app': 'x' },
  }
  const Action = [
    's3:GetObject',
    's3:getobject',
    'ec2:*',
    'iam:Create*Role',
    'personalize:Get*',
    'ec2:RunInstance?',
  ]
  expect(faultsOf(withPolicy(allow, deny({ Action, Condition })))).toEqual([])
})

test('a policy that names what AWS does not have is refused with the place', () => {
  const policy = withPolicy(
    allow,
    deny({ NotAction: ['s3:*', 's3:GetObjct'] }),
    deny({ Action: ['ec2:Terminate*', 's33:GetObject', 'ec2:Zap*'] }),
    deny({
      Action: 'ec2:RunInstances',
      Condition: { StringEquals: { 'ec2:InstanceTyp': 't3.micro', 'aws:PrincipalTag': 'x' } },
    }),
  )
  expect(faultsOf(policy)).toEqual([
    expect.stringMatching(
      /^permissions\.policy\.Statement\[1\]\.NotAction\[1\]: s3:GetObjct is no action of IAM\. Did you mean s3:GetObject\b/,
    ),
    expect.stringMatching(
      /^permissions\.policy\.Statement\[2\]\.Action\[1\]: s33:GetObject is no action of IAM\. Did you mean s3:GetObject\b/,
    ),
    expect.stringMatching(
      /^permissions\.policy\.Statement\[2\]\.Action\[2\]: ec2:Zap\* stands for no action of IAM\./,
    ),
    'permissions.policy.Statement[3].Condition.StringEquals.ec2:InstanceTyp: ec2:InstanceTyp is no condition key of AWS',
    'permissions.policy.Statement[3].Condition.StringEquals.aws:PrincipalTag: aws:PrincipalTag is no condition key of AWS',
  ])
})

test('a rule about a tool that there is not is refused', () => {
  const rules = [
    { name: 'stop', when: { tools: ['aws_ec2_control_instance'] }, require: 'approval' },
    {
      name: 'typo',
      when: { tools: ['aws_ec2_control_instance', 'aws_ec2_control_instanc'] },
      require: 'refuse',
    },
  ]
  expect(faultsOf({ confirmation: { rules } })).toEqual([
    'confirmation.rules[1].when.tools[1]: is no tool of the gateway. Did you mean aws_ec2_control_instance?',
  ])
})
