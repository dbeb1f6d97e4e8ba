import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adminApi, operatorToken } from '../../test/support/admin-api.ts'
import { runTenant } from './run-tenant.ts'
import { readTenantWords } from './tenant-arguments.ts'

let api: Awaited<ReturnType<typeof adminApi>>
let folder = ''
beforeEach(async () => {
  api = await adminApi()
  folder = await mkdtemp(join(tmpdir(), 'tenant-'))
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Extra {
  readonly env?: Record<string, string>
  readonly input?: string
  readonly sandboxFolder?: string
}

/** Runs `aws-mcp tenant` with these words. */
const tenant = async (words: readonly string[], { env, input = '', sandboxFolder }: Extra = {}) => {
  const read = readTenantWords(words)
  if (!('asked' in read)) throw new Error(read.command === 'fault' ? read.fault : 'help')
  let stdout = ''
  let stderr = ''
  const code = await runTenant({
    asked: read.asked,
    env: env ?? { AWS_MCP_ADMIN_URL: api.url, AWS_MCP_ADMIN_TOKEN: operatorToken },
    folder,
    input: async () => input,
    ...(sandboxFolder !== undefined && { sandboxFolder }),
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
  })
  return { code, stdout, stderr }
}

const initech = [
  'create',
  'initech',
  '--name=Initech',
  '--issuer=https://login.example.com/',
  '--jwks-uri=https://login.example.com/keys',
  '--direct-tokens',
  '--client=web',
  '--services=ec2,s3',
  '--regions=eu-west-1',
]
const main = ['add-account', 'initech', 'main', '--account=333333333333', '--region=eu-west-1']
const last = () => api.requests.at(-1)

const probes = [
  { probe: 'P1', outcome: 'passed', message: 'The role can be assumed.' },
  { probe: 'P2', outcome: 'failed', message: 'The role was assumed without an external id.' },
]
const verification = (status: string) => ({
  status,
  roleName: 'read',
  roleArn: 'arn:aws:iam::333333333333:role/mcp-gateway-initech-read',
  externalIdDigest: 'd',
  at: '2026-01-01T00:00:00.000Z',
  probes,
})

test('from nothing to a verified account', async () => {
  expect((await tenant(initech)).stdout).toMatchInlineSnapshot(`
    "Tenant     initech (Initech)
    Status     active, version 1
    Sign-in    https://login.example.com/ (tokens of the clients web)
    Services   ec2, s3
    Regions    eu-west-1
    Read-only  no
    Calls      50 at once
    No AWS account yet.

    Next:
      aws-mcp tenant add-account initech main --account ACCOUNT_ID --region eu-west-1
    "
  `)
  expect(last()?.body).toEqual({
    id: 'initech',
    name: 'Initech',
    connections: [
      {
        algorithms: ['RS256'],
        issuer: 'https://login.example.com/',
        jwksUri: 'https://login.example.com/keys',
        directTokens: true,
        allowedClients: ['web'],
      },
    ],
    permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'] },
  })
  expect((await tenant([...main, '--write-groups=ops,dev'])).stdout).toMatchInlineSnapshot(`
    "Account main: 333333333333, eu-west-1
      read   arn:aws:iam::333333333333:role/mcp-gateway-initech-read   everybody with the scope
        Blocked: The role is not verified yet.
      write  arn:aws:iam::333333333333:role/mcp-gateway-initech-write  groups ops, dev
        Blocked: The role is not verified yet.
    Gateway       arn:aws:iam::999999999999:role/mcp-gateway
    External id   external-id-1
    Quick create  https://console.aws.amazon.com/cloudformation/home?region=eu-west-1#/stacks/quickcreate

    Next: apply the template in the AWS account (or open the quick-create link), then verify.
      aws-mcp tenant template initech main --format cloudformation --out mcp-gateway-initech-main.json
      aws-mcp tenant template initech main --format terraform --out mcp-gateway-initech-main.tf
      aws-mcp tenant verify initech main
    "
  `)
  expect(last()?.body).toEqual({
    alias: 'main',
    accountId: '333333333333',
    defaultRegion: 'eu-west-1',
    roles: { read: {}, write: { groups: ['ops', 'dev'] } },
  })
  expect((await tenant(['show', 'initech'])).stdout).toContain(
    'Next:\n  aws-mcp tenant verify initech main\n',
  )
  api.find([verification('accepted')])
  const verified = await tenant(['verify', 'initech', 'main'])
  expect(verified).toMatchObject({ code: 0, stderr: '' })
  expect(verified.stdout).toMatchInlineSnapshot(`
    "read role arn:aws:iam::333333333333:role/mcp-gateway-initech-read: ACCEPTED (2026-01-01T00:00:00.000Z)
      P1  passed  The role can be assumed.
      P2  failed  The role was assumed without an external id.

    Every role of the account is accepted and can be used.
    "
  `)
})

test.each([[['rejected']], [['unknown']], [['accepted', 'rejected']], [[]]])(
  'a verification of %j ends with 3',
  async (found) => {
    await tenant(initech)
    await tenant(main)
    api.find(found.map(verification))
    const { code, stdout } = await tenant(['verify', 'initech', 'main'])
    expect(code).toBe(3)
    if (found.length > 0)
      expect(stdout).toMatch(/P2\s+failed\s+The role was assumed without an external id\./)
  },
)

test('the list is all pages, and with --limit one', async () => {
  for (let i = 100; i < 350; i++) {
    api.tenants.set(`t${i}`, {
      version: 1,
      status: 'active',
      document: { name: `Tenant ${i}` },
      accounts: [],
    })
  }
  const all = await tenant(['list', '--json'])
  expect(JSON.parse(all.stdout).tenants).toHaveLength(250)
  expect(api.requests).toHaveLength(3)
  const page = await tenant(['list', '--limit=2', '--after=t200'])
  expect(page.stdout).toMatchInlineSnapshot(`
    "ID    STATUS  SOURCE  VERSION  NAME
    t201  active  store   1        Tenant 201
    t202  active  store   1        Tenant 202

    There are more: --after t202
    "
  `)
  expect((await tenant(['list', '--limit=101'])).code).toBe(2)
})

test('pages that do not go on end the list', async () => {
  api.answerWith((_, response) => response.end('{"tenants":[],"next":"a"}'))
  expect(await tenant(['list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('do not go on') })
})

test('an update changes what is named, in the version that was read', async () => {
  await tenant(initech)
  await tenant(['update', 'initech', '--read-only', '--daily-usd=2.5', '--client=web,cli'])
  expect(last()).toMatchObject({ method: 'PATCH', headers: { 'if-match': '"1"' } })
  expect(last()?.body).toEqual({
    permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'], readOnlyMode: true },
    budget: { dailyUsd: 2.5 },
    connections: [
      {
        algorithms: ['RS256'],
        issuer: 'https://login.example.com/',
        jwksUri: 'https://login.example.com/keys',
        directTokens: true,
        allowedClients: ['web', 'cli'],
      },
    ],
  })
  expect((await tenant(['show', 'initech'])).stdout).toMatch(/Read-only +yes\n.*Budget +2\.5 USD a day/s)
  await writeFile(join(folder, 'changes.yaml'), 'permissions:\n  readOnlyMode: false\nbudget: null\n')
  await tenant(['update', 'initech', '--file=changes.yaml', '--regions=eu-west-1,us-east-1'])
  expect(last()).toMatchObject({ headers: { 'if-match': '"2"' } })
  expect(last()?.body).toEqual({
    permissions: {
      allowedServices: ['ec2', 's3'],
      allowedRegions: ['eu-west-1', 'us-east-1'],
      readOnlyMode: false,
    },
    budget: null,
  })
  expect(await tenant(['update', 'initech'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('what to change'),
  })
})

test('a change of somebody else meanwhile is told, and nothing is overwritten', async () => {
  await tenant(initech)
  const [created] = api.tenants.values()
  const input = async () => {
    if (created) created.version = 7
    return '{"name":"Other"}'
  }
  const read = readTenantWords(['update', 'initech', '--file=-'])
  if (!('asked' in read)) throw new Error('not read')
  let stderr = ''
  const code = await runTenant({
    asked: read.asked,
    env: { AWS_MCP_ADMIN_URL: api.url, AWS_MCP_ADMIN_TOKEN: operatorToken },
    folder,
    input,
    stdout: () => expect.unreachable(),
    stderr: (text) => {
      stderr += text
    },
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/Somebody else has changed the tenant meanwhile/)
  expect(created?.document.name).toBe('Initech')
})

test.each([
  ['update-account', ['--write-groups=ops']],
  ['remove-account', []],
])(
  '%s after a change of somebody else meanwhile is refused, and changes nothing',
  async (command, options) => {
    await tenant(initech)
    await tenant([...main, '--read-groups=staff'])
    const [found] = api.tenants.values()
    api.afterNext(() => {
      const [account] = found?.accounts ?? []
      if (!found || !account) throw new Error('there is no account')
      found.version = 7
      account.roles.read = { ...account.roles.read, groups: ['narrowed'] }
    })
    expect(await tenant([command, 'initech', 'main', ...options])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'aws-mcp: The tenant has another version. Somebody else has changed the tenant meanwhile. Look at it again, then repeat your change.\n',
    })
    expect(last()?.headers['if-match']).toBe('"2"')
    expect(found?.accounts).toMatchObject([{ alias: 'main', roles: { read: { groups: ['narrowed'] } } }])
    expect(Object.keys(found?.accounts[0]?.roles ?? {})).toEqual(['read'])
  },
)

test('roles of an account are changed one by one, and never get an external id from here', async () => {
  await tenant(initech)
  await tenant([...main, '--write-groups=ops'])
  await tenant(['update-account', 'initech', 'main', '--admin-groups=root', '--read-groups=all'])
  expect(last()).toMatchObject({ method: 'PATCH', headers: { 'if-match': '"2"' } })
  expect(last()?.body).toEqual({
    roles: { read: { groups: ['all'] }, write: { groups: ['ops'] }, admin: { groups: ['root'] } },
  })
  await tenant(['update-account', 'initech', 'main', '--no-write', '--region=us-east-1'])
  expect(last()?.body).toEqual({
    defaultRegion: 'us-east-1',
    roles: { read: { groups: ['all'] }, admin: { groups: ['root'] } },
  })
  const file = { input: '{"roles":{"read":{"groups":null}}}' }
  await tenant(['update-account', 'initech', 'main', '--file=-'], file)
  expect(last()?.body).toEqual({ roles: { read: {}, admin: { groups: ['root'] } } })
  expect((await tenant(['update-account', 'initech', 'main'])).code).toBe(2)
  expect(await tenant(['update-account', 'initech', 'other', '--write'])).toMatchObject({ code: 1 })
})

test('suspend, resume, remove an account, and offboard only with its id again', async () => {
  await tenant(initech)
  await tenant(main)
  expect((await tenant(['suspend', 'initech'])).stdout).toMatch(/Status +suspended/)
  expect((await tenant(['resume', 'initech'])).stdout).toMatch(/Status +active/)
  expect((await tenant(['remove-account', 'initech', 'main'])).stdout).toContain('No AWS account yet.')
  expect(last()).toMatchObject({ method: 'DELETE', headers: { 'if-match': '"4"' } })
  expect(await tenant(['remove-account', 'initech', 'main'])).toMatchObject({
    code: 1,
    stderr: 'aws-mcp: Tenant initech has no account main.\n',
  })
  const asked = api.requests.length
  expect((await tenant(['offboard', 'initech'])).code).toBe(2)
  expect((await tenant(['offboard', 'initech', '--confirm', 'acme'])).code).toBe(2)
  expect(api.requests).toHaveLength(asked)
  expect(await tenant(['offboard', 'initech', '--confirm', 'initech'])).toMatchObject({ code: 0 })
  expect(last()?.url).toBe('/admin/v1/tenants/initech?confirm=initech')
  expect(await tenant(['show', 'initech'])).toMatchObject({
    code: 1,
    stderr: 'aws-mcp: There is no such tenant.\n',
  })
})

test('a template is printed, or written for its owner only', async () => {
  await tenant(initech)
  await tenant(main)
  expect((await tenant(['template', 'initech', 'main'])).stdout).toBe('{"Resources":{}}\n')
  const { stdout } = await tenant(['template', 'initech', 'main', '--format=terraform', '--out=a b.tf'])
  expect(stdout).toContain('terraform apply')
  const file = join(folder, 'a b.tf')
  expect(await readFile(file, 'utf8')).toBe('resource "aws_iam_role" "read" {}')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const written = await tenant(['template', 'initech', 'main', '--out=a b.json'])
  expect(written.stdout).toContain("--template-file 'a b.json' --capabilities CAPABILITY_NAMED_IAM")
  expect((await tenant(['template', 'initech', 'main', '--format=yaml'])).code).toBe(2)
  expect(await tenant(['template', 'initech', 'main', '--out=no/such/f'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENOENT'),
  })
  expect((await readdir(folder)).sort()).toEqual(['a b.json', 'a b.tf'])
})

test('a template that replaces a file is never open to others, and never half of one', async () => {
  await tenant(initech)
  await tenant(main)
  const file = join(folder, 'main.json')
  await writeFile(file, 'of before', { mode: 0o644 })
  // Whoever has the file open has not the new one.
  await using before = await open(file, 'r')
  expect(await tenant(['template', 'initech', 'main', '--out=main.json'])).toMatchObject({ code: 0 })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toBe('{"Resources":{}}')
  expect(await before.readFile('utf8')).toBe('of before')
  expect(await readdir(folder)).toEqual(['main.json'])
})

test.each([
  ['a folder', (path: string) => mkdir(path)],
  ['a link', (path: string) => symlink(join(folder, 'elsewhere'), path)],
  ['a link to a device', (path: string) => symlink('/dev/null', path)],
])('a template is not written over %s', async (_, make) => {
  await tenant(initech)
  await tenant(main)
  await make(join(folder, 'main.json'))
  const before = await lstat(join(folder, 'main.json'))
  expect(await tenant(['template', 'initech', 'main', '--out=main.json'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'aws-mcp: main.json is there already and is no plain file. Name another file.\n',
  })
  expect((await lstat(join(folder, 'main.json'))).ino).toBe(before.ino)
  expect(await readdir(folder)).toEqual(['main.json'])
})

test('a rotation says to bring the trust policies up to date', async () => {
  await tenant(initech)
  await tenant(main)
  const { stdout } = await tenant(['rotate-external-id', 'initech', 'main'])
  expect(stdout).toMatch(/External id +external-id-1\nNext external id +external-id-2\n/)
  expect(stdout).toContain('bring the trust policies up to date')
})

test('the issues of a refusal are one per line', async () => {
  const { code, stderr } = await tenant(['create', 'initech', '--file=-'], { input: 'name: Initech' })
  expect(code).toBe(1)
  expect(stderr).toBe(
    'aws-mcp: The request cannot be used.\n  connections: Invalid input\n  permissions: Invalid input\n',
  )
})

test.each([
  [['create', 'initech', '--name=I'], '', 'create needs --issuer, --jwks-uri, --services, --regions'],
  [initech.filter((word) => word !== '--direct-tokens'), '', 'create needs a way to sign in: --client-id'],
  [['create', 'initech', '--file=-'], 'id: acme', 'of another tenant than initech'],
  [['create', 'initech', '--file=-'], '[1]', 'no object'],
  [['create', 'initech', '--file=-'], 'a: [', 'neither JSON nor YAML'],
  [['create', 'initech', '--file=none.yaml'], '', 'none.yaml cannot be read (ENOENT)'],
  [['create', 'initech', '--file=-', '--daily-usd=many'], '{}', '--daily-usd needs a number'],
  [['create', 'initech', '--file=-', '--group-scopes=aws:read'], '{}', '--group-scopes needs pairs'],
  [['create', 'initech', '--file=-', '--pin==x'], '{}', '--pin needs pairs'],
  [['create', 'initech', '--file=-', '--client=a'], 'connections: [{}, {}]', 'several connections'],
  [['add-account', 'initech', 'main'], '', 'add-account needs --account, --region'],
  [['add-account', 'initech', 'main', '--file=-'], 'alias: other', 'of another account'],
] as const)('%j with %j ends with 2 and asks nobody', async (words, input, told) => {
  const { code, stderr } = await tenant(words, { input })
  expect(code).toBe(2)
  expect(stderr).toContain(told)
  expect(api.requests).toEqual([])
})

test('people of a company sign in in the browser, and machines no more with tokens of their own', async () => {
  await tenant(initech)
  const people = ['--client-id=gateway', '--secret-ref=SSO_SECRET_INITECH', '--subject-claim=oid']
  const found = ['--email-domains=initech.example,initech.test', '--sign-in-scopes=openid,email', '--id-jag']
  const at = '--metadata-url=https://login.example.com/metadata'
  const { stdout } = await tenant(['update', 'initech', ...people, ...found, at, '--no-direct-tokens'])
  expect(last()?.body).toEqual({
    connections: [
      {
        algorithms: ['RS256'],
        issuer: 'https://login.example.com/',
        jwksUri: 'https://login.example.com/keys',
        clientId: 'gateway',
        clientSecretRef: 'SSO_SECRET_INITECH',
        metadataUrl: 'https://login.example.com/metadata',
        signInScopes: ['openid', 'email'],
        emailDomains: ['initech.example', 'initech.test'],
        subjectClaim: 'oid',
        idJag: true,
        directTokens: false,
      },
    ],
  })
  expect(stdout).toContain(
    'https://login.example.com/ (browser, as client gateway; secret in SSO_SECRET_INITECH; people of initech.example, initech.test; ID-JAG)\n',
  )
})

test.each([
  [['--client-id=gateway'], { clientId: 'gateway' }],
  [['--id-jag'], { idJag: true }],
])('a tenant whose people sign in by %j alone', async (words, made) => {
  const rest = initech.filter((word) => !/--(direct-tokens|client)/.test(word))
  expect(await tenant([...rest, ...words])).toMatchObject({ code: 0, stderr: '' })
  expect(last()?.body).toMatchObject({ connections: [made] })
  expect(JSON.stringify(last()?.body)).not.toMatch(/allowedClients|directTokens/)
})

test('groups and pins of a connection', async () => {
  const groups = '--group-scopes=readers=aws:read,cn=ops=aws:read,cn=ops=aws:write'
  await tenant([...initech, groups, '--pin=tid=a=b', '--token-types=JWT', '--algorithms=ES256'])
  expect(last()?.body).toMatchObject({
    connections: [
      {
        algorithms: ['ES256'],
        typ: ['JWT'],
        groupToScope: { readers: ['aws:read'], 'cn=ops': ['aws:read', 'aws:write'] },
        pins: { tid: 'a=b' },
      },
    ],
  })
})

test('bad answers are told and never taken for good ones', async () => {
  const told = async (handler: Parameters<typeof api.answerWith>[0], words = ['show', 'initech']) => {
    api.answerWith(handler)
    const { code, stdout, stderr } = await tenant(words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    return stderr
  }
  const html = { 'content-type': 'text/html; charset=utf-8' }
  const page = '<html>Sign in</html>'
  expect(await told((_, response) => response.writeHead(200, html).end(page))).toContain('sign-in page')
  expect(await told((_, response) => response.writeHead(502, html).end(page))).toContain(
    'HTTP 502, text/html',
  )
  expect(await told((_, response) => response.writeHead(404).end('no'))).toContain('ADMIN_ISSUER')
  expect(await told((_, response) => response.writeHead(500).end())).toContain('HTTP 500')
  expect(await told((_, response) => response.end('not json'))).toContain('not JSON')
  expect(await told((_, response) => response.end('{"id":1}'))).toMatch(/same version.*\n {2}id\n/s)
  expect(await told((_, response) => response.destroy())).toContain('cannot be reached')
  expect(await told((_, response) => response.end('x'.repeat(8_000_001)))).toContain('more than 8 MB')
  const template = ['template', 'initech', 'main']
  expect(await told((_, response) => response.end('hello'), template)).toContain('no template')
  const refusal = (code: string) => JSON.stringify({ error: { code, message: 'Refused.' }, requestId: 'r-7' })
  const status = (code: number, name: string) =>
    told((_, response) => response.writeHead(code).end(refusal(name)))
  expect(await status(401, 'invalid_token')).toContain(`the audience ${api.url}/admin;`)
  expect(await status(403, 'insufficient_scope')).toContain('ADMIN_GROUP')
  expect(await status(409, 'conflict')).toBe('aws-mcp: Refused.\n')
  expect(await status(412, 'precondition_failed')).toContain('Look at it again')
  expect(await status(503, 'unavailable')).toBe('aws-mcp: Refused. (request r-7) Try again in a moment.\n')
})

test('a redirect is not followed, so the token goes nowhere else', async () => {
  await using other = await adminApi()
  api.answerWith((_, response) =>
    response.writeHead(307, { location: `${other.url}/admin/v1/tenants` }).end(),
  )
  expect(await tenant(['list'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answers with a redirect'),
  })
  expect(other.requests).toEqual([])
})

test('what others have written controls no terminal', async () => {
  const name = 'Ini\u001b[2J\u001b]0;owned\u0007tech\u202e\u009b31m\r\nNext: rm -rf'
  await tenant(initech)
  const [created] = api.tenants.values()
  if (created) created.document.name = name
  const { stdout } = await tenant(['show', 'initech'])
  expect(stdout).toContain('initech (Initech Next: rm -rf)')
  const json = await tenant(['show', 'initech', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ name })
  api.answerWith((_, response) =>
    response.writeHead(409).end(JSON.stringify({ error: { code: 'x', message: name, issues: [name] } })),
  )
  const { stderr } = await tenant(['show', 'initech'])
  // Every character that is not a line break is one that is drawn.
  for (const text of [stdout, json.stdout, stderr]) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
})

test('the token goes as it is in the file, and a wrong one says how to get another', async () => {
  await writeFile(join(folder, 'token'), `${operatorToken}\n`)
  const env = { AWS_MCP_ADMIN_URL: `${api.url}/admin/` }
  expect(await tenant(['list', '--token-file=token'], { env })).toMatchObject({ code: 0 })
  expect(last()?.url).toBe('/admin/v1/tenants?limit=100')
  const wrong = { ...env, AWS_MCP_ADMIN_TOKEN: 'secret-of-mine' }
  const { code, stderr } = await tenant(['list'], { env: wrong })
  expect(code).toBe(1)
  expect(stderr).toContain('Get a new access token')
  expect(stderr).not.toContain('secret-of-mine')
})

test('in a clone the sandbox is the default, and its token goes nowhere else', async () => {
  const ready = { operator: { token: operatorToken, adminUrl: `${api.url}/admin/v1` } }
  await writeFile(join(folder, 'ready.json'), JSON.stringify(ready))
  const sandboxFolder = folder
  expect(await tenant(['list'], { env: {}, sandboxFolder })).toMatchObject({ code: 0 })
  expect(await tenant(['list', `--url=${api.url}`], { env: {}, sandboxFolder })).toMatchObject({ code: 0 })
  const asked = api.requests.length
  await using other = await adminApi()
  for (const [words, env] of [
    [['list', `--url=${other.url}`], {}],
    [['list'], { AWS_MCP_ADMIN_TOKEN: 'token-of-production' }],
  ] as const) {
    expect((await tenant(words, { env, sandboxFolder })).code).toBe(2)
  }
  expect([api.requests.length, other.requests.length]).toEqual([asked, 0])
})

const person = 'a'.repeat(43)
test.each<[string[], object, string]>([
  [[`--user=${person}`], { user: person }, `user ${person}`],
  [
    ['--issuer=https://login.example.com/', '--subject=ann'],
    { issuer: 'https://login.example.com/', subject: 'ann' },
    'user id-of-ann',
  ],
  [
    ['--client', 'https://app.example/c.json'],
    { client: 'https://app.example/c.json' },
    'client https://app.',
  ],
  [['--grant=g-1'], { grant: 'g-1' }, 'grant g-1'],
  [['--token=t.1'], { token: 't.1' }, 'token t.1'],
  [['--everybody'], { everybody: true }, 'everybody.'],
])('revoke %j asks for it and says when it holds', async (words, body, told) => {
  await tenant(initech)
  const done = await tenant(['revoke', 'initech', ...words])
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(last()).toMatchObject({ method: 'POST', url: '/admin/v1/tenants/initech/revocations', body })
  expect(last()?.headers).not.toHaveProperty('if-match')
  expect(done.stdout).toContain(`Revoked at initech: ${told}`)
  expect(done.stdout).toContain('within 5 s')
  expect(done.stdout.includes('sign in')).toBe(!/grant|token/.test(told))
  const { stdout } = await tenant(['revoke', 'initech', ...words, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ effectiveWithinSeconds: 5 })
})

test.each<[string[], string]>([
  [[], 'Name one'],
  [['--user=a', '--everybody'], 'Name one'],
  [['--user=a', '--issuer=b', '--subject=c'], 'Name one'],
  [['--client=a', '--grant=b'], 'Name one'],
  [['--issuer=a'], '--issuer and --subject together'],
  [['--subject=a'], '--issuer and --subject together'],
  [['--token=eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln'], 'not the token'],
])('revoke %j is not sent', async (words, fault) => {
  const refused = await tenant(['revoke', 'initech', ...words])
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(fault) })
  expect(refused.stderr).not.toContain('eyJ')
  expect(api.requests).toEqual([])
})

test('to revoke at a tenant that there is not fails', async () => {
  expect(await tenant(['revoke', 'globex', '--everybody'])).toMatchObject({
    code: 1,
    stderr: 'aws-mcp: There is no such tenant.\n',
  })
})

test('a name that would move the cursor does not', async () => {
  api.answerWith((_, response) =>
    response.end(JSON.stringify({ revoked: { client: 'a\u001b[2Jb' }, effectiveWithinSeconds: 5 })),
  )
  const { stdout } = await tenant(['revoke', 'initech', '--client=x'])
  expect(stdout).toContain('client ab.')
})
