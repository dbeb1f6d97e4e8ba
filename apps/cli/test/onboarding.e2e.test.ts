import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsMcp, type Ran } from './support/aws-mcp.ts'
import { connect, npmStart, type Ready, type RunningSandbox } from './support/sandbox.ts'

// A third company comes in from nothing, by the commands that the sandbox prints, and its administrator makes every
// mistake that a probe is there to find.

const account = '333333333333'
const folder = mkdtempSync(join(tmpdir(), 'onboarding-'))
const file = join(folder, 'initech.json')

let sandbox: RunningSandbox
let ready: Ready
let run: (...words: string[]) => Promise<Ran>
let sso: string

beforeAll(async () => {
  sandbox = npmStart(['--json'], { PORT: String(await freePort()) })
  ready = await sandbox.ready()
  run = awsMcp(sandbox.folder)
  const [first] = ready.tenants
  const token = first?.users[0]?.token ?? ''
  const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  sso = String(iss).replace(/\/[^/]+$/, '/initech')
})
afterAll(() => sandbox?.[Symbol.asyncDispose]())

const tenant = (...words: string[]) => run('tenant', ...words)
const apply = (template: string) => run('sandbox-customer', 'apply', template, '--account', account)

type Json = Record<string, unknown>
interface Template {
  readonly Resources: {
    readonly ReadRole: {
      readonly Properties: {
        AssumeRolePolicyDocument: { Statement: { Sid: string; Principal: Json; Condition?: Json }[] }
        Policies: { PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] } }[]
      }
    }
  }
}

/** The role of the template that was printed, after the administrator has changed it. */
const changed = (change: (role: Template['Resources']['ReadRole']['Properties']) => void): string => {
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template
  change(template.Resources.ReadRole.Properties)
  const path = join(folder, 'changed.json')
  writeFileSync(path, JSON.stringify(template))
  return path
}

const token = async (): Promise<string> => {
  const answer = await fetch(`${sso}/token`, {
    method: 'POST',
    headers: { accept: 'text/plain', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'user=reader',
  })
  return (await answer.text()).trim()
}

const client = async () => connect(ready, await token())

const signedIn = async () => ({
  authorization: `Bearer ${await token()}`,
  'content-type': 'application/json',
})

/** `allowed`, or the code with which a call was refused. */
const outcomeOf = async (name: string, args: Json = {}): Promise<string> => {
  await using mcp = await client()
  const { isError, structuredContent } = await mcp.call(name, args)
  if (!isError) return 'allowed'
  const { error } = structuredContent as { error: { code: string; aws?: { code: string } } }
  return error.aws?.code ?? error.code
}

test('a company that is not known is not let in', async () => {
  await expect(client()).rejects.toThrow()
  expect((await tenant('show', 'initech')).stderr).toContain('There is no such tenant')
})

test('created, and given an account whose role is not there yet: nothing of it may be used', async () => {
  const words = ['--name', 'Initech', '--issuer', sso, '--jwks-uri', `${sso}/jwks.json`]
  const more = ['--algorithms', 'ES256', '--direct-tokens', '--client', 'sandbox', '--services', 'sts,ec2,s3']
  expect(await tenant('create', 'initech', ...words, ...more, '--regions', 'eu-west-1')).toMatchObject({
    code: 0,
  })
  const added = await tenant('add-account', 'initech', 'main', '--account', account, '--region', 'eu-west-1')
  expect(added).toMatchObject({ code: 0 })
  expect(added.stdout).toContain('aws-mcp tenant verify initech main')
  expect(await outcomeOf('aws_whoami')).toBe('allowed')
  expect(await outcomeOf('aws_ec2_describe_instances')).toBe('role_not_verified')

  const verified = await tenant('verify', 'initech', 'main')
  expect(verified.code).toBe(3)
  expect(verified.stdout).toMatch(/^ *P1 +failed .*trust policy/m)
  expect(await outcomeOf('aws_ec2_describe_instances')).toBe('role_not_verified')
})

test('the template of that account makes the role, verify accepts it, and the first call is served', async () => {
  expect(await tenant('template', 'initech', 'main', '--out', file)).toMatchObject({ code: 0 })
  expect(await apply(file)).toMatchObject({ code: 0 })
  const verified = await tenant('verify', 'initech', 'main')
  expect(verified.stdout).toMatch(/ACCEPTED/)
  expect(verified.code).toBe(0)

  await using mcp = await client()
  const { structuredContent, isError } = await mcp.call('aws_ec2_describe_instances')
  expect(isError).toBeFalsy()
  expect(structuredContent).toMatchObject({
    data: { instances: [] },
    receipt: {
      tenant: 'initech',
      accountId: account,
      role: `arn:aws:iam::${account}:role/mcp-gateway-initech-read`,
    },
  })
})

const otherGateway = 'arn:aws:iam::999999999999:role/mcp-gateway'
const trustOf = (
  role: Template['Resources']['ReadRole']['Properties'],
  sid: string,
): { Principal: Json; Condition?: Json } => {
  const found = role.AssumeRolePolicyDocument.Statement.find(({ Sid }) => Sid === sid)
  if (!found) throw new Error(`no statement ${sid}`)
  return found
}

const mistakes: [string, (role: Template['Resources']['ReadRole']['Properties']) => void, RegExp][] = [
  [
    'P1: the trust policy names another gateway',
    (role) => {
      for (const statement of role.AssumeRolePolicyDocument.Statement)
        statement.Principal = { AWS: otherGateway }
    },
    /^ *P1 +failed .*trust policy/m,
  ],
  [
    'P2: the trust policy has no condition',
    (role) => {
      delete trustOf(role, 'GatewayWithExternalId').Condition
    },
    /^ *P2 +failed .*without/m,
  ],
  [
    'P3: the condition is a wildcard',
    (role) => {
      trustOf(role, 'GatewayWithExternalId').Condition = { StringLike: { 'sts:ExternalId': '*' } }
    },
    /^ *P3 +failed /m,
  ],
  [
    'P4: sessions may not be tagged',
    (role) => {
      const { Statement } = role.AssumeRolePolicyDocument
      role.AssumeRolePolicyDocument.Statement = Statement.filter(({ Sid }) => Sid !== 'TagsItsSession')
    },
    /^ *P4 +failed .*sts:TagSession/m,
  ],
]

test.for(mistakes)(
  '%s: the role is rejected with what to do, and blocked while it lets others in',
  async (row) => {
    const [, change, told] = row
    expect(await apply(changed(change))).toMatchObject({ code: 0 })
    const rejected = await tenant('verify', 'initech', 'main')
    expect(rejected.code).toBe(3)
    expect(rejected.stdout).toMatch(/REJECTED/)
    expect(rejected.stdout).toMatch(told)
    // One that only refuses the gateway is refused by AWS itself, once the session that is open has ended.
    const blocked = /^P[23]/.test(row[0])
    expect(await outcomeOf('aws_ec2_describe_instances')).toBe(blocked ? 'role_not_verified' : 'allowed')

    expect(await apply(file)).toMatchObject({ code: 0 })
    expect((await tenant('verify', 'initech', 'main')).code).toBe(0)
    expect(await outcomeOf('aws_ec2_describe_instances')).toBe('allowed')
  },
)

test('P6: a read role that may write is warned of', async () => {
  const path = changed((role) => {
    role.Policies[0]?.PolicyDocument.Statement.push({
      Action: 'ec2:*',
      Resource: '*',
      ...{ Effect: 'Allow' },
    })
  })
  expect(await apply(path)).toMatchObject({ code: 0 })
  const verified = await tenant('verify', 'initech', 'main')
  expect(verified.stdout).toMatch(/^ *P6 +warning /m)
  expect(verified.code).toBe(0)
  expect(await apply(file)).toMatchObject({ code: 0 })
})

test('the external id is rotated, and no call that is made meanwhile fails', async () => {
  const outcomes: string[] = []
  let rotating = true
  const calls = (async () => {
    while (rotating) {
      outcomes.push(await outcomeOf('aws_ec2_describe_instances').catch(String))
      // Below the limit of a user.
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })()
  try {
    expect(await tenant('rotate-external-id', 'initech', 'main')).toMatchObject({ code: 0 })
    const both = await renewed()
    expect(await apply(file)).toMatchObject({ code: 0 })
    const moved = await tenant('verify', 'initech', 'main')
    expect(moved.code).toBe(0)
    expect(moved.stdout).toMatch(/^ *P7 +warning /m)
    expect(moved.stdout).toContain('aws-mcp tenant template initech main')
    // Now the template names the new one alone.
    const alone = await renewed()
    expect([both.length, alone.length, both.includes(alone[0] ?? '')]).toEqual([2, 1, true])
    expect(await apply(file)).toMatchObject({ code: 0 })
    const verified = await tenant('verify', 'initech', 'main')
    expect(verified.stdout).toMatch(/^ *P7 +passed /m)
    expect(verified.code).toBe(0)
  } finally {
    rotating = false
    await calls
  }
  expect(new Set(outcomes)).toEqual(new Set(['allowed']))
})

/** Prints the template again; the external ids that it trusts. */
const renewed = async (): Promise<string[]> => {
  expect(await tenant('template', 'initech', 'main', '--out', file)).toMatchObject({ code: 0 })
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template
  const { Condition } = trustOf(Resources.ReadRole.Properties, 'GatewayWithExternalId')
  const { 'sts:ExternalId': ids } = Object(Condition).StringEquals as Record<string, string | string[]>
  return [ids ?? []].flat()
}

test('the role may do what the tools need: without one action exactly one tool is broken', async () => {
  const bucket = `initech-${Date.now()}`
  const owner = (path: string, body: string) =>
    fetch(`${ready.aws.endpoint}${path}`, {
      method: 'PUT',
      body,
      headers: {
        'x-moto-account-id': account,
        authorization:
          'AWS4-HMAC-SHA256 Credential=owner/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=x',
      },
    })
  const place =
    '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
  expect((await owner(`/${bucket}`, place)).ok).toBe(true)
  expect((await owner(`/${bucket}/key`, 'content')).ok).toBe(true)

  const tools: [string, Json][] = [
    ['aws_whoami', {}],
    ['aws_ec2_describe_instances', {}],
    ['aws_s3_list_objects', { bucket }],
    ['aws_s3_get_object', { bucket, key: 'key' }],
  ]
  const broken = async () => {
    const outcomes = await Promise.all(
      tools.map(async ([name, args]) => [name, await outcomeOf(name, args)] as const),
    )
    return outcomes.filter(([, outcome]) => outcome !== 'allowed')
  }
  expect(await broken()).toEqual([])
  const needs: [string, string, string][] = [
    ['ec2:DescribeInstances', 'aws_ec2_describe_instances', 'UnauthorizedOperation'],
    ['s3:ListBucket', 'aws_s3_list_objects', 'AccessDenied'],
    ['s3:GetObject', 'aws_s3_get_object', 'AccessDenied'],
  ]
  for (const [action, tool, code] of needs) {
    const without = changed((role) => {
      for (const { PolicyDocument } of role.Policies) {
        for (const statement of PolicyDocument.Statement) {
          statement.Action = [statement.Action].flat().filter((each) => each !== action)
        }
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action.length > 0)
      }
    })
    expect(await apply(without)).toMatchObject({ code: 0 })
    expect([action, await broken()]).toEqual([action, [[tool, code]]])
  }
  expect(await apply(file)).toMatchObject({ code: 0 })
  expect(await broken()).toEqual([])
})

test('suspended, its people are told so; offboarded, nobody of it is known; its id is gone for good', async () => {
  expect(await tenant('suspend', 'initech')).toMatchObject({ code: 0 })
  const refused = await fetch(ready.url, { method: 'POST', headers: await signedIn(), body: '{}' })
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { error: { data: { code: 'tenant_suspended' } } },
  ])
  expect(await tenant('resume', 'initech')).toMatchObject({ code: 0 })
  expect(await outcomeOf('aws_ec2_describe_instances')).toBe('allowed')
  expect((await tenant('offboard', 'initech')).code).not.toBe(0)
  expect(await tenant('offboard', 'initech', '--confirm', 'initech')).toMatchObject({ code: 0 })
  await expect(client()).rejects.toThrow()
  const words = [
    '--name',
    'Initech',
    '--issuer',
    sso,
    '--jwks-uri',
    `${sso}/jwks.json`,
    '--direct-tokens',
    '--client',
    'sandbox',
  ]
  const again = await tenant('create', 'initech', ...words, '--services', 's3', '--regions', 'eu-west-1')
  expect(again.code).toBe(1)
})

test('the companies of the file are as before, and are changed in the file', async () => {
  const suspended = await tenant('suspend', 'acme')
  expect(suspended.code).toBe(1)
  expect(suspended.stderr).toMatch(/file/)
  expect((await tenant('verify', 'acme', 'prod')).code).toBe(0)
})
