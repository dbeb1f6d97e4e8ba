import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { nodeEnvironment } from './support/node-environment.ts'
import { type Service, startService } from './support/service.ts'

let service: Service
/** Home of the programs: what they keep goes nowhere else. */
let home: string

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
  home = await mkdtemp(join(tmpdir(), 'gateway-clients-'))
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

/** The file of a program in a package that exports none. */
const programOf = (name: string, file: string): string =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)

const environment = () => ({ ...nodeEnvironment(), HOME: home, NO_COLOR: '1' })
const authorization = () => `Bearer ${service.acme.token()}`
const url = () => `${service.url}/mcp`

describe('mcp-remote', () => {
  test.for([
    ['legacy', []],
    ['auto', ['--protocol', 'auto']],
  ] as const)('%s: lists and calls', async ([, more]) => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [
        programOf('mcp-remote', 'dist/proxy.js'),
        url(),
        '--allow-http',
        '--header',
        `Authorization: ${authorization()}`,
        ...more,
      ],
      env: environment(),
      stderr: 'ignore',
    })
    const client = new Client({ name: 'test client', version: '1.0.0' })
    await client.connect(transport as never)
    expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp-gateway' })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('aws_whoami')
    expect(await client.callTool({ name: 'aws_whoami' })).toMatchObject({
      structuredContent: { data: { user: { subject: 'acme-ann' } } },
    })
    const steps: number[] = []
    await client.callTool({ name: 'test_tool_with_progress' }, undefined, {
      onprogress: ({ progress }) => void steps.push(progress),
    })
    // The client drops what it reads together with the answer.
    expect(steps).toEqual([0, 50, 100].slice(0, steps.length))
    expect(steps.length).toBeGreaterThan(0)
    await client.close()
  })
})

describe('Inspector CLI', () => {
  const inspect = async (era: string, ...args: string[]): Promise<unknown> => {
    const config = join(home, `${era}.json`)
    const gateway = {
      type: 'streamable-http',
      url: url(),
      protocolEra: era,
      headers: { Authorization: authorization() },
    }
    await writeFile(config, JSON.stringify({ mcpServers: { gateway } }))
    const program = programOf('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js')
    const whole = [program, '--cli', '--config', config, '--server', 'gateway', ...args, '--format', 'json']
    const { stdout } = await promisify(execFile)(process.execPath, whole, { env: environment() })
    return JSON.parse(stdout)
  }

  test.for(['legacy', 'modern'])('%s: lists and calls', async (era) => {
    const listed = await inspect(era, '--method', 'tools/list')
    expect(JSON.stringify(listed)).toContain('"aws_whoami"')
    const called = await inspect(era, '--method', 'tools/call', '--tool-name', 'aws_whoami')
    expect(JSON.stringify(called)).toContain('"acme-ann"')
    const eras = (await service.audit()).flatMap(({ mcp }) => (mcp?.tool === 'aws_whoami' ? mcp.era : []))
    expect(eras.at(-1) ?? eras).toBeTypeOf('string')
    expect(eras).toContain(era)
  })
})
