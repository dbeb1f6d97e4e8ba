import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminApi, operatorToken } from './support/admin-api.ts'
import { type Installed, installAwsMcp } from './support/installed.ts'
import { nodeEnvironment } from './support/node-environment.ts'
import { root } from './support/sandbox.ts'
import { nodesOnPath, spawnStdio } from './support/stdio.ts'

let installed: Installed
let folder = ''
beforeAll(async () => {
  installed = await installAwsMcp()
  folder = await mkdtemp(join(tmpdir(), 'tenant-'))
})
afterAll(() => rm(folder, { recursive: true }))

const clone = join(root, 'apps', 'cli', 'src', 'main.ts')

interface Running {
  readonly env?: Record<string, string>
  readonly input?: string
  readonly node?: string
  readonly command?: 'tenant' | 'keys'
}

/** Runs a program to its end. */
const run = async (
  program: string,
  words: readonly string[],
  { env = {}, input = '', node, command = 'tenant' }: Running = {},
) => {
  await using child = spawnStdio(program, [command, ...words], {
    env: { ...nodeEnvironment(), ...env },
    folder,
    ...(node !== undefined && { node }),
  })
  child.child.stdin.end(input)
  const code = await child.exit()
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

const yaml = `
name: Initech
connections:
  - issuer: https://login.example.com/
    jwksUri: https://login.example.com/keys
    algorithms: [RS256]
    directTokens: true
    allowedClients: [web]
permissions:
  allowedServices: [ec2]
  allowedRegions: [eu-west-1]
`

test.each(nodesOnPath())('npx aws-mcp tenant, on the Node at %s', async (node) => {
  await using api = await adminApi()
  const env = { AWS_MCP_ADMIN_URL: api.url, AWS_MCP_ADMIN_TOKEN: operatorToken }
  const created = await run(installed.program, ['create', 'initech', '--file=-'], { env, input: yaml, node })
  expect(created).toMatchObject({ code: 0, stderr: '' })
  expect(created.stdout).toContain('initech (Initech)')
  const added = ['add-account', 'initech', 'main', '--account=333333333333', '--region=eu-west-1', '--json']
  const { stdout } = await run(installed.program, added, { env, node })
  expect(JSON.parse(stdout)).toMatchObject({ tenantId: 'initech', account: { alias: 'main' } })
  expect((await run(installed.program, ['verify', 'initech', 'main'], { env, node })).code).toBe(3)
  expect((await run(installed.program, ['show', 'acme'], { env, node })).code).toBe(1)
  expect((await run(installed.program, ['show'], { env, node })).code).toBe(2)
  const revoked = await run(installed.program, ['revoke', 'initech', '--everybody'], { env, node })
  expect(revoked).toMatchObject({ code: 0, stderr: '' })
  const keys = await run(installed.program, ['list', '--json'], { env, node, command: 'keys' })
  expect(JSON.parse(keys.stdout)).toMatchObject({ keys: [{ kid: 'key-1' }] })
})

test('a long answer reaches a pipe whole', async () => {
  await using api = await adminApi()
  for (let i = 0; i < 5_000; i++) {
    const document = { name: `Tenant ${i} ${'x'.repeat(100)}` }
    api.tenants.set(`t${i}`, { version: 1, status: 'active', document, accounts: [] })
  }
  const env = { AWS_MCP_ADMIN_URL: api.url, AWS_MCP_ADMIN_TOKEN: operatorToken }
  const { stdout } = await run(installed.program, ['list', '--json'], { env })
  expect(JSON.parse(stdout).tenants).toHaveLength(5_000)
})

test('in a clone the running sandbox is the default', async () => {
  await using api = await adminApi()
  const operator = { token: operatorToken, adminUrl: `${api.url}/admin` }
  await writeFile(join(folder, 'ready.json'), JSON.stringify({ operator }))
  const env = { SANDBOX_DIR: folder }
  expect(await run(clone, ['list'], { env })).toEqual({
    code: 0,
    stdout: 'There are no tenants.\n',
    stderr: '',
  })
  await api[Symbol.asyncDispose]()
  const gone = await run(clone, ['list'], { env })
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('Start it: npm start') })
  expect(await run(clone, ['list'], { env: { SANDBOX_DIR: join(folder, 'none') } })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--url'),
  })
})
