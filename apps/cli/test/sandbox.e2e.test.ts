import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  alive,
  connect,
  npmStart,
  type Ready,
  type RunningSandbox,
  root,
  tokenOf,
} from './support/sandbox.ts'

interface Instances {
  readonly data: { readonly instances: readonly { readonly id: string }[] }
}

interface Objects {
  readonly data: { readonly objects: readonly { readonly key: string }[] }
  readonly nextCursor?: string
}

let sandbox: RunningSandbox
let ready: Ready
const readyFile = () => join(sandbox.folder, 'ready.json')

beforeAll(async () => {
  sandbox = npmStart(['--json'], { PORT: String(await freePort()) })
  ready = await sandbox.ready()
})

afterAll(() => sandbox[Symbol.asyncDispose]())

test('the JSON line has the promised shape, and the same stands in ready.json', () => {
  expect(sandbox.output().stdout.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(readFileSync(readyFile(), 'utf8'))).toEqual(ready)
  expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
  expect(ready.authorization.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(ready.authorization.issuer).not.toBe(new URL(ready.url).origin)
  expect(ready.aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(ready.operator?.adminUrl).toBe(ready.url.replace(/mcp$/, 'admin/v1'))
  const operatorFile = join(sandbox.folder, 'operator.token')
  expect(readFileSync(operatorFile, 'utf8')).toBe(`${ready.operator?.token}\n`)
  expect(statSync(operatorFile).mode & 0o777).toBe(0o600)
  expect(alive(ready.pid)).toBe(true)
  expect(ready.tenants.map(({ id, users }) => [id, users.map((user) => [user.id, user.scopes])])).toEqual(
    ['acme', 'globex'].map((id) => [
      id,
      [
        ['reader', ['aws:read']],
        ['operator', ['aws:read', 'aws:write']],
        ['admin', ['aws:read', 'aws:write', 'aws:admin']],
      ],
    ]),
  )
})

test.each(['legacy', 'auto'] as const)(
  'two tenants see their own instances and accounts, %s client',
  async (mode) => {
    const seen: Set<string>[] = []
    for (const [tenant, accountId] of [
      ['acme', '111111111111'],
      ['globex', '222222222222'],
    ] as const) {
      await using client = await connect(ready, tokenOf(ready, tenant, 'reader'), mode)
      const result = await client.call('aws_ec2_describe_instances')
      expect(result.isError).toBeFalsy()
      expect(result.structuredContent).toMatchObject({ receipt: { tenant, accountId } })
      const { instances } = (result.structuredContent as unknown as Instances).data
      expect(instances.length).toBeGreaterThan(2)
      seen.push(new Set(instances.map(({ id }) => id)))
    }
    expect(seen[0]?.isDisjointFrom(seen[1] ?? new Set())).toBe(true)
  },
)

test('acme pages through its own buckets, and those of globex stay closed to it', async () => {
  await using client = await connect(ready, tokenOf(ready, 'acme', 'reader'))
  const keys = new Set<string>()
  for (const bucket of await bucketNames('acme')) {
    let continuationToken: string | undefined
    do {
      const page = await client.call('aws_s3_list_objects', {
        bucket,
        ...(continuationToken && { continuationToken }),
      })
      const { data, nextCursor } = page.structuredContent as unknown as Objects
      for (const { key } of data.objects) keys.add(`${bucket}/${key}`)
      continuationToken = nextCursor
    } while (continuationToken)
  }
  expect(keys.size).toBeGreaterThan(200)
  for (const bucket of await bucketNames('globex')) {
    const refused = await client.call('aws_s3_list_objects', { bucket })
    expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'aws_error' } } })
  }
})

/** Names of the buckets of a tenant's first account, asked of the stand-in past the gateway. */
const bucketNames = async (tenant: 'acme' | 'globex'): Promise<string[]> => {
  const account = tenant === 'acme' ? '111111111111' : '222222222222'
  const headers = {
    'x-moto-account-id': account,
    authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request',
  }
  const text = await (await fetch(`${ready.aws.endpoint}/`, { headers })).text()
  const names = [...text.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(name).toContain(tenant)
  return names
}

test('the stand-in refuses what AWS would refuse, and its owner may prepare any account', async () => {
  const sts = (key: string, form: Record<string, string>) =>
    fetch(ready.aws.endpoint ?? '', {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request` },
      body: new URLSearchParams({ Version: '2011-06-15', RoleSessionName: 'somebody', ...form }),
    })
  const RoleArn = 'arn:aws:iam::111111111111:role/mcp-gateway-read'
  const answer = await sts('sandbox', { Action: 'AssumeRole', RoleArn, ExternalId: 'guessed' })
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('AccessDenied')])
  expect((await sts('AKIASOMEBODY', { Action: 'GetCallerIdentity' })).status).toBe(403)
  const customer = spawn(process.execPath, customerWords('333333333333'), {
    cwd: root,
    env: { ...process.env, SANDBOX_DIR: sandbox.folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = await Array.fromAsync(customer.stdout.setEncoding('utf8'))
  expect(said.join('')).toContain('arn:aws:iam::333333333333:role/mcp-gateway-read\n')
})

/** Words that play a customer who applies a template of one role. */
const customerWords = (account: string): string[] => {
  const template = join(mkdtempSync(join(tmpdir(), 'template-')), 'template.json')
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
  }
  const Properties = { RoleName: 'mcp-gateway-read', AssumeRolePolicyDocument }
  const Resources = { ReadRole: { Type: 'AWS::IAM::Role', Properties } }
  writeFileSync(template, JSON.stringify({ Resources }))
  const entry = join(root, 'apps', 'cli', 'src', 'main.ts')
  return [entry, 'sandbox-customer', 'apply', template, '--account', account]
}

test('a second start on the same port says which port and how to choose another', async () => {
  const { port } = new URL(ready.url)
  await using second = npmStart(['--json'], { PORT: port, SANDBOX_DIR: sandbox.folder })
  expect(await second.exit()).toBe(1)
  expect(second.output().stdout).toBe('')
  expect(second.output().stderr).toContain(port)
  expect(second.output().stderr).toMatch(/PORT=\d+ npm start/)
  expect(existsSync(readyFile())).toBe(true)
})

test('SIGTERM stops everything it started, and nothing is left', async () => {
  sandbox.kill('SIGTERM')
  expect(await sandbox.exit()).toBe(0)
  expect(alive(ready.pid)).toBe(false)
  expect(existsSync(readyFile())).toBe(false)
  for (const url of [ready.url, `${ready.aws.endpoint}/moto-api/`]) {
    await expect(fetch(url), url).rejects.toThrow('fetch failed')
  }
})

test('without Docker and Python it still serves MCP, and says in one line what to install', async () => {
  await using bare = npmStart(['--json'], {
    PORT: String(await freePort()),
    PATH: '/nonexistent',
    CACHE_DIR: mkdtempSync(join(tmpdir(), 'no-stand-in-')),
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  })
  const without = await bare.ready()
  expect(without.aws.endpoint).toBeNull()
  const { stderr } = bare.output()
  expect(stderr.split('\n').filter((line) => /install Docker, or Python/.test(line))).toHaveLength(1)
  await using client = await connect(without, tokenOf(without, 'globex', 'admin'))
  expect((await client.call('aws_whoami')).isError).toBeFalsy()
  expect(await client.call('aws_ec2_describe_instances')).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'aws_unreachable' } },
  })
})

test('npm itself, told to stop, stops all of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'npm-start-'))
  const env = { ...process.env, PORT: String(await freePort()), SANDBOX_DIR: folder }
  const npm = spawn('npm', ['start', '--silent', '--', '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(npm.stdout, 'data')
  const { pid, url } = JSON.parse(String(line)) as Ready
  npm.kill('SIGTERM')
  await once(npm, 'exit')
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('an option that npm took for itself is refused, and the right way is told', async () => {
  await using sandbox = npmStart([], { PORT: String(await freePort()), npm_config_json: 'true' })
  expect(await sandbox.exit()).toBe(2)
  expect(sandbox.output().stderr).toContain('npm start -- --json')
})
