import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { beforeAll, expect, inject, test } from 'vitest'
import { type Installed, installAwsMcp } from './support/installed.ts'
import { nodeEnvironment } from './support/node-environment.ts'
import { root } from './support/sandbox.ts'
import { silentAws } from './support/silent-aws.ts'
import { awsConfiguration, call, initialize, nodesOnPath, spawnStdio } from './support/stdio.ts'

let installed: Installed
beforeAll(async () => {
  installed = await installAwsMcp()
})

const toolNames = ['aws_ec2_describe_instances', 'aws_s3_get_object', 'aws_s3_list_objects', 'aws_whoami']
const instances = { name: 'aws_ec2_describe_instances', arguments: {} }

/** The v1 client over `npx aws-mcp`, as hosts start it. */
const connect = async (env: Record<string, string>, args: readonly string[] = []) => {
  const command = { command: 'npx', args: ['aws-mcp', ...args], env, cwd: installed.folder }
  const client = new Client({ name: 'e2e', version: '1' })
  await client.connect(new StdioClientTransport({ ...command, stderr: 'ignore' }))
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

test('npx aws-mcp serves the v1 client with the profile of the environment', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await aws.signIn()
  await using client = await connect(aws.env)
  expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp', version: '0.1.0' })
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(toolNames))
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true)
  expect(await client.callTool({ name: 'aws_whoami' })).toMatchObject({
    structuredContent: {
      data: {
        tenant: { id: 'local', name: 'AWS profile mine' },
        accounts: [
          { alias: 'own', accountId: '123456789012', defaultRegion: 'eu-central-1', roles: ['read'] },
        ],
        policy: { regions: ['eu-central-1'], readOnly: true },
      },
    },
  })
  expect(await client.callTool(instances)).toMatchObject({
    structuredContent: {
      data: { instances: [] },
      receipt: {
        tenant: 'local',
        accountId: '123456789012',
        region: 'eu-central-1',
        role: 'profile/mine',
      },
    },
  })
})

test('resources and prompts are there too', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await aws.signIn()
  await using client = await connect(aws.env)
  expect((await client.listPrompts()).prompts).not.toEqual([])
  const [read] = (await client.readResource({ uri: 'aws://account-info' })).contents
  expect(JSON.parse(read && 'text' in read ? read.text : '')).toMatchObject({
    tenant: 'local',
    accounts: [{ alias: 'own', accountId: '123456789012' }],
  })
})

test('npx aws-mcp serves the v2 client in its own era', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await aws.signIn()
  const client = new ModernClient(
    { name: 'e2e', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  const command = { command: 'npx', args: ['aws-mcp'], env: aws.env, cwd: installed.folder }
  await client.connect(new ModernTransport({ ...command, stderr: 'ignore' }))
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(toolNames))
  const result = await client.callTool(instances)
  expect(result).toMatchObject({ structuredContent: { receipt: { accountId: '123456789012' } } })
  await client.close()
})

test('a role of the environment is assumed by the profile, and receipts name it', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await aws.signIn()
  const roleArn = 'arn:aws:iam::210987654321:role/developer'
  await using client = await connect({ ...aws.env, AWS_ROLE_ARN: roleArn }, ['--region', 'eu-west-1'])
  expect(await client.callTool(instances)).toMatchObject({
    structuredContent: { receipt: { accountId: '210987654321', region: 'eu-west-1', role: roleArn } },
  })
})

test('signed out, it lists tools and says what to do; signed in again, it goes on', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await using client = await connect(aws.env)
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(expect.arrayContaining(toolNames))
  expect(await client.callTool({ name: 'aws_whoami' })).toMatchObject({
    structuredContent: { data: { accounts: [{ accountId: 'unknown' }] } },
  })
  expect(await client.callTool(instances)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('aws configure sso --profile mine') }],
  })
  await aws.signIn()
  expect(await client.callTool(instances)).toMatchObject({
    structuredContent: { receipt: { accountId: '123456789012' } },
  })
})

test('a wrong configuration ends with 2, all faults and no word of protocol', async () => {
  await using aws = await awsConfiguration('http://127.0.0.1:1')
  const config = join(aws.env.HOME, 'bad.json')
  await writeFile(config, '{"permissions":{"permissionBoundary":"secret-value","readOnly":true}}')
  const env = { ...aws.env, AWS_MAX_CONCURRENCY: 'secret-value' }
  await using server = spawnStdio(installed.program, ['--config', config, '--region', 'moon'], {
    env,
    folder: installed.folder,
  })
  expect(await server.exit()).toBe(2)
  expect(server.stdout()).toBe('')
  expect(server.stderr()).toMatch(/--region: must be an AWS region/)
  expect(server.stderr()).toMatch(/permissions\.permissionBoundary: must be the ARN/)
  expect(server.stderr()).toMatch(/permissions: Unrecognized key: "readOnly"/)
  expect(server.stderr()).toMatch(/AWS_MAX_CONCURRENCY: /)
  expect(server.stderr()).not.toContain('secret-value')
})

test('--version and --help answer on standard output', async () => {
  const options = { env: nodeEnvironment(), folder: installed.folder }
  await using asked = spawnStdio(installed.program, ['--version'], options)
  expect(await asked.exit()).toBe(0)
  expect(asked.stdout()).toBe('0.1.0\n')
  await using help = spawnStdio(installed.program, ['--help'], options)
  expect(await help.exit()).toBe(0)
  expect(help.stdout()).toContain('--profile NAME')
})

test.each(nodesOnPath())('it runs on the Node at %s', async (node) => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  await aws.signIn()
  await using server = spawnStdio(installed.program, [], { env: aws.env, folder: installed.folder, node })
  server.send(initialize)
  server.send(call(2, 'aws_ec2_describe_instances'))
  expect(await server.answer(2)).toMatchObject({
    result: { structuredContent: { receipt: { accountId: '123456789012' } } },
  })
})

test('on a Node that is too old it says so', async () => {
  const old = "Object.defineProperty(process.versions, 'node', { value: '18.20.0' })"
  const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(old)}"` }
  await using server = spawnStdio(installed.program, [], { env, folder: installed.folder })
  expect(await server.exit()).toBe(1)
  expect(server.stderr()).toMatch(/^aws-mcp needs Node 20 or newer, and this is Node 18\.20\.0 /)
})

test('AWS_MAX_CONCURRENCY lets further calls wait', async () => {
  await using aws = await silentAws()
  await using configuration = await awsConfiguration(aws.endpoint)
  await configuration.signIn()
  const env = { ...configuration.env, AWS_MAX_CONCURRENCY: '1' }
  await using server = spawnStdio(installed.program, [], { env, folder: installed.folder })
  server.send(initialize)
  server.send(call(2, 'aws_ec2_describe_instances'))
  await aws.asked()
  server.send(call(3, 'aws_whoami'))
  server.send({ id: 4, method: 'ping' })
  await server.answer(4)
  expect(server.lines().map((line) => JSON.parse(line).id)).toEqual([1, 4])
  server.send({ method: 'notifications/cancelled', params: { requestId: 2 } })
  expect(await server.answer(3)).toMatchObject({ result: { structuredContent: { data: {} } } })
})

test('in a clone, aws-mcp without a command is stdio too', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  const main = join(root, 'apps', 'cli', 'src', 'main.ts')
  await using server = spawnStdio(main, [], { env: aws.env, folder: aws.env.HOME })
  server.send(initialize)
  expect(await server.answer(1)).toMatchObject({ result: { serverInfo: { name: 'aws-mcp' } } })
  server.child.stdin.end()
  expect(await server.exit()).toBe(0)
})

/** A server in the middle of a call that AWS does not answer. */
const inTheMiddle = async () => {
  const stack = new AsyncDisposableStack()
  const aws = stack.use(await silentAws())
  const configuration = stack.use(await awsConfiguration(aws.endpoint))
  await configuration.signIn()
  const audit = join(configuration.env.HOME, 'audit.jsonl')
  const server = stack.use(
    spawnStdio(installed.program, ['--audit', audit], {
      env: configuration.env,
      folder: configuration.env.HOME,
    }),
  )
  server.send(initialize)
  server.send(call(2, 'aws_ec2_describe_instances'))
  await aws.asked()
  const events = async () =>
    (await readFile(audit, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { server, events, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s cancels what runs and ends the process', async (signal) => {
  await using middle = await inTheMiddle()
  middle.server.child.kill(signal)
  expect(await middle.server.exit()).toBe(0)
  expect(await middle.server.answer(2)).toMatchObject({ result: { isError: true } })
  expect(await middle.events()).toMatchObject([{ event: 'tool.call', outcome: 'cancelled' }])
})

test('the end of input cancels what still runs after a moment', async () => {
  await using middle = await inTheMiddle()
  middle.server.child.stdin.end()
  expect(await middle.server.exit()).toBe(0)
  expect(await middle.events()).toMatchObject([{ event: 'tool.call', outcome: 'cancelled' }])
})

test('a client that closes its end of the output ends the process without a crash', async () => {
  await using middle = await inTheMiddle()
  middle.server.child.stdout.destroy()
  middle.server.send(call(3, 'aws_whoami'))
  expect(await middle.server.exit()).toBe(0)
  expect(middle.server.stderr()).not.toMatch(/EPIPE|\n\s+at /)
})

test('what a library writes to standard output does not reach the client', async () => {
  await using aws = await awsConfiguration(inject('awsUrl'))
  const noise = `process.on('SIGUSR2', () => { console.log('stray 1'); process.stdout.write('stray 2\\n') })`
  const env = { ...aws.env, NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(noise)}"` }
  await using server = spawnStdio(installed.program, [], { env, folder: installed.folder })
  server.send(initialize)
  await server.answer(1)
  server.child.kill('SIGUSR2')
  while (!server.stderr().includes('stray 2')) await new Promise((resolve) => setTimeout(resolve, 20))
  server.send({ id: 2, method: 'ping' })
  await server.answer(2)
  expect(server.stderr()).toContain('stray 1')
  expect(server.lines().map((line) => JSON.parse(line).id)).toEqual([1, 2])
})
