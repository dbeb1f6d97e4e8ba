import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPolicyWords } from './policy-arguments.ts'
import { runPolicy } from './run-policy.ts'

const role = (name: string, account: string) =>
  `{ roleArn: 'arn:aws:iam::${account}:role/mcp-gateway-${name}', externalId: ext-of-${account} }`

const tenant = (id: string, account: string, { more = '', connection = '' }) => `
  - id: ${id}
    name: ${id}
    connections:
      - issuer: https://sso.example/${id}
        jwksUri: https://sso.example/${id}/jwks.json
        algorithms: [ES256]
        directTokens: true
        allowedClients: [editor]
        groupToScope: { operators: [aws:read, aws:write], readers: [aws:read] }${connection}
    accounts:
      - alias: prod
        accountId: '${account}'
        defaultRegion: eu-west-1
        roles: { read: ${role('read', account)}, write: ${role('write', account)} }
      - alias: dev
        accountId: '${account.replace(/.$/, '9')}'
        defaultRegion: eu-west-1
        roles: { read: ${role('read', account.replace(/.$/, '9'))} }
    permissions: { allowedServices: [ec2, s3], allowedRegions: [eu-west-1]${more} }`

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-policy-'))
  const deny = `, policy: { Version: '2012-10-17', Statement: [{ Sid: NotThatOne, Effect: Deny, Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:instance/i-1' }] }`
  const signedIn = `\n        clientId: gateway`
  const acme = tenant('acme', '111111111111', { more: deny })
  const globex = tenant('globex', '222222222222', { connection: signedIn })
  const text = `tenants:${acme}${globex}\n`
  await writeFile(join(folder, 'tenants.yaml'), text)
})
afterEach(() => rm(folder, { recursive: true }))

const terminate = (id: string) => [
  ...['--service', 'ec2', '--operation', 'TerminateInstances'],
  ...['--params', JSON.stringify({ InstanceIds: [id] })],
]

const withPages = { AUTHORIZATION_URL: 'https://auth.example' }

const explain = async (words: readonly string[], env: Record<string, string> = {}) => {
  const read = readPolicyWords(['explain', ...words])
  if (!('asked' in read)) throw new Error('the words of the test are wrong')
  const said = { out: '', err: '' }
  const code = await runPolicy({
    asked: read.asked,
    env: { TENANTS_FILE: 'tenants.yaml', ...env },
    folder,
    stdout(text) {
      said.out += text
    },
    stderr(text) {
      said.err += text
    },
    now: Date.now,
  })
  return { ...said, code }
}

test('a call that somebody has to confirm, layer by layer', async () => {
  const { code, out } = await explain(
    ['--tenant', 'globex', ...terminate('i-2'), '--groups', 'operators'],
    withPages,
  )
  expect(out).toMatchInlineSnapshot(`
    "CONFIRM  ec2:TerminateInstances, class destructive, as aws_api_write

    RULE                 VERDICT  REASON
    tenant.status        allow
    stopped              allow
    scope                allow
    service              allow
    region               allow
    read-only            allow
    credentials          allow
    granted-reads        allow
    role.verified        allow
    role                 allow
    tenant.policy        allow
    permission.boundary  allow
    pass-role            allow
    cost                 allow
    confirmation         allow

    ACCOUNT  REGION     ROLE   VERDICT  REASON
    prod     eu-west-1  write  confirm  It changes what is there. It destroys something, and whether that is tagged as production is not known here. The call itself looks up the tags of what it names, and so does simulate in the account that is asked.
    dev      eu-west-1  write  deny     You have no write role in dev. Ask your administrator.

    Confirmation: other-person (confirmation.asked, confirmation.production). It changes what is there. It destroys something, and whether that is tagged as production is not known here. The call itself looks up the tags of what it names, and so does simulate in the account that is asked.
      Another person than who asks (somebody who may have scope aws:admin) agrees on the approval page, by a link that the refusal gives; within 15 minutes, and then the same call passes with its confirmation.
    Cost: nothing that the gateway charges
    "
  `)
  expect(code).toBe(3)
})

test('one that a policy denies, with the statement that does; of another tenant it denies nothing', async () => {
  const asked = [...terminate('i-1'), '--groups', 'operators', '--account', 'prod']
  const ours = await explain(['--tenant', 'acme', ...asked])
  expect(ours.code).toBe(1)
  expect(ours.out).toMatch(/^tenant\.policy +deny +ec2:TerminateInstances is refused .*NotThatOne denies it/m)
  const theirs = await explain(['--tenant', 'globex', ...asked], withPages)
  expect(theirs.code).toBe(3)
  expect(theirs.out).not.toContain('NotThatOne')
})

test('one that is allowed, and the verdict of the account that is named', async () => {
  const read = await explain(['--tenant', 'acme', '--action', 's3:ListAllMyBuckets', '--groups', 'readers'])
  expect(read.code).toBe(1)
  const listed = ['--service', 'ec2', '--operation', 'DescribeInstances', '--groups', 'readers']
  expect((await explain(['--tenant', 'acme', ...listed])).code).toBe(0)
  const asked = ['--tenant', 'globex', ...terminate('i-1'), '--groups', 'operators', '--json']
  const dev = await explain([...asked, '--account', 'dev'], withPages)
  expect(dev.code).toBe(1)
  expect(JSON.parse(dev.out)).toMatchObject({
    tenant: 'globex',
    verdict: 'confirm',
    accounts: [
      { account: 'prod', verdict: 'confirm' },
      { account: 'dev', verdict: 'deny' },
    ],
  })
})

test('pages of approval are there where people of the tenant sign in through the authorization server', async () => {
  const askedIn = (id: string) => ['--tenant', id, ...terminate('i-2'), '--groups', 'operators']
  const without = await explain(askedIn('globex'))
  expect(without.code).toBe(1)
  expect(without.out).toContain('serves none')
  const signedIn = await explain(askedIn('globex'), withPages)
  expect(signedIn.code).toBe(3)
  expect(signedIn.out).toContain('agrees on the approval page')
  const elsewhere = await explain(askedIn('acme'), withPages)
  expect(elsewhere.code).toBe(1)
  expect(elsewhere.out).toContain('nobody of your company signs in')
})

test('rules about tools go by the tool that is named', async () => {
  await tenantsWith(
    ' }\n    confirmation: { rules: [{ name: mine, when: { tools: [aws_ec2_control_instance] }, require: refuse }]',
  )
  const asked = [
    '--tenant',
    'acme',
    '--service',
    'ec2',
    '--operation',
    'StopInstances',
    '--groups',
    'operators',
  ]
  const generic = await explain(asked)
  expect(generic.code).toBe(3)
  expect(generic.out).toContain('as aws_api_write')
  const named = await explain([...asked, '--tool', 'aws_ec2_control_instance'])
  expect(named.code).toBe(1)
  expect(named.out).toContain('as aws_ec2_control_instance')
  expect(named.out).toContain('Rule mine of the tenant refuses it')
  const unknown = await explain([...asked, '--tool', 'aws_ec2_control_instanc'])
  expect(unknown.code).toBe(2)
  expect(unknown.err).toContain('--tool: is no tool of the gateway. Did you mean aws_ec2_control_instance?')
})

test('who may not even ask is told so', async () => {
  const { code, err } = await explain(['--tenant', 'acme', ...terminate('i-2'), '--groups', 'nobodies'])
  expect(code).toBe(1)
  expect(err).toContain('(insufficient_scope)')
})

test.for([
  ['another tenant', ['--tenant', 'initech', ...terminate('i-1'), '--groups', 'a'], 'which has acme, globex'],
  [
    'an operation that is not there',
    ['--tenant', 'acme', '--service', 'ec2', '--operation', 'Nope', '--groups', 'readers'],
    '(unknown_operation)',
  ],
  [
    'params that are not its own',
    [
      '--tenant',
      'acme',
      '--service',
      'ec2',
      '--operation',
      'TerminateInstances',
      '--params',
      '{"Nope":1}',
      '--groups',
      'operators',
    ],
    'Nope',
  ],
  [
    'no file',
    ['--tenant', 'acme', '--tenants-file', 'absent.yaml', ...terminate('i-1'), '--groups', 'a'],
    'ENOENT',
  ],
] as const)('%s', async ([, words, fault]) => {
  const { code, err } = await explain(words)
  expect(code).toBe(2)
  expect(err).toContain(fault)
})

const tenantsWith = (more: string) =>
  writeFile(join(folder, 'tenants.yaml'), `tenants:${tenant('acme', '111111111111', { more })}\n`)
const denied = (element: string) =>
  `, policy: { Version: '2012-10-17', Statement: [{ Effect: Deny, Resource: '*', ${element} }] }`

test.for([
  ['an action that AWS does not have', denied(`Action: 'ec2:Fly'`), 'Statement[0].Action'],
  [
    'a condition key that AWS does not have',
    denied(`Action: '*', Condition: { StringEquals: { 'aws:Foo': x } }`),
    'Statement[0].Condition.StringEquals.aws:Foo',
  ],
  ['a policy that fits no session', denied(`Action: ['ec2:${'*'.repeat(2_100)}']`), '2,048'],
  [
    'a rule about a tool that there is not',
    ' }\n    confirmation: { rules: [{ name: a, when: { tools: [aws_s3_put_objec] }, require: refuse }]',
    'confirmation.rules[0].when.tools[0]: is no tool of the gateway. Did you mean aws_s3_put_object?',
  ],
] as const)('a file that a gateway refuses is not answered from: %s', async ([, more, place]) => {
  await tenantsWith(more)
  const { code, out, err } = await explain(['--tenant', 'acme', ...terminate('i-1'), '--groups', 'operators'])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(place)
})

test('costs go by the table of prices that the gateway is given, and by none where it has faults', async () => {
  const bill = [
    ...['--tenant', 'globex', '--groups', 'readers', '--service', 'ce', '--operation', 'GetCostAndUsage'],
    ...[
      '--params',
      JSON.stringify({
        TimePeriod: { Start: '2026-11-01', End: '2026-11-02' },
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost'],
      }),
    ],
  ]
  const env = { PRICE_TABLE_FILE: 'prices.json' }
  const absent = await explain(bill, env)
  expect(absent.code).toBe(2)
  expect(absent.err).toContain('PRICE_TABLE_FILE: cannot be read (ENOENT)')
  const requests = { 'ce:GetCostAndUsage': 0.5 }
  const table = { version: 1, asOf: '2026-11-20', note: 'From a test.', requests }
  await writeFile(join(folder, 'prices.json'), JSON.stringify({ ...table, regions: { 'eu-west-1': {} } }))
  expect((await explain(bill)).out).toMatch(/^Cost: 0\.01 USD;/m)
  expect((await explain(bill, env)).out).toMatch(/^Cost: 0\.50? USD;/m)
})
