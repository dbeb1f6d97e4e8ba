import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { freePort } from '@gateway/backends'
import { describe, expect, test } from 'vitest'
import { openFolder, startProcess } from './support/gateway-process.ts'
import { openSignIn } from './support/sign-in.ts'
import { type Tenancy, tenantsText } from './support/tenancy.ts'

const tenantsOf = async (change?: (tenancy: Tenancy) => void): Promise<string> => {
  const resource = 'http://127.0.0.1:1/mcp'
  await using acme = await openSignIn({ id: 'acme', resource })
  await using globex = await openSignIn({ id: 'globex', resource })
  return tenantsText({ acme, globex }, change)
}

/** Exit code and output of a start that is expected to fail. */
const failedStart = async (tenants: string, env: Readonly<Record<string, string>>) => {
  await using folder = await openFolder(tenants)
  await using gateway = startProcess(folder, env)
  const code = await gateway.ended
  return { code, output: gateway.output() }
}

// They wait for processes, not for this one.
describe.concurrent('a start that fails', () => {
  test('every fault of the environment is named, and no value', async () => {
    const { code, output } = await failedStart(await tenantsOf(), {
      HOST: '0.0.0.0',
      PORT: 'canary-port',
      ALLOWED_ORIGINS: 'https://canary-origin.example/path',
      REDIS_URL: 'canary-redis://user:canary-password@redis',
      STATE_KEY: 'canary+short+key',
      LOG_LEVEL: 'canary-level',
      AWS_ENDPOINT_URL: 'canary-endpoint',
    })
    expect(code).toBe(2)
    for (const name of [
      'PORT',
      'ALLOWED_ORIGINS',
      'REDIS_URL',
      'STATE_KEY',
      'LOG_LEVEL',
      'AWS_ENDPOINT_URL',
    ]) {
      expect(output).toMatch(new RegExp(`^ {2}- ${name}\\b.*: .+$`, 'm'))
    }
    expect(output).toContain('PUBLIC_URL: is needed')
    expect(output).not.toContain('canary')
    expect(output).not.toMatch(/^ +at /m)
  })

  test('faults of the environment do not hide those of the tenants file', async () => {
    const tenants = await tenantsOf(({ acme }) => {
      acme.id = 'canary tenant'
    })
    const { code, output } = await failedStart(tenants, { PORT: '99999' })
    expect(code).toBe(2)
    expect(output).toMatch(/^ {2}- PORT: .+$/m)
    expect(output).toMatch(/^ {2}- tenants\[0\]\.id: .+$/m)
    expect(output).not.toContain('canary')
  })

  test('a missing tenants file', async () => {
    const { code, output } = await failedStart('', { TENANTS_FILE: '/nowhere/tenants.yaml' })
    expect(code).toBe(2)
    expect(output).toContain('cannot be read (ENOENT)')
  })

  test('every fault of the tenants file is named, and no value', async () => {
    const tenants = await tenantsOf(({ acme, globex }) => {
      acme.id = 'canary tenant'
      acme.accounts = [
        {
          alias: 'prod',
          accountId: 'canary-account',
          defaultRegion: 'eu-west-1',
          roles: { read: { roleArn: 'canary-arn', externalId: 'canary external id !' } },
        },
      ]
      globex.connections[0] = { ...globex.connections[0], jwksUri: 'canary-url', algorithms: ['HS256'] }
      globex.canary = 'canary-secret'
    })
    const { code, output } = await failedStart(tenants, {})
    expect(code).toBe(2)
    for (const path of [
      'tenants[0].id',
      'tenants[0].accounts[0].accountId',
      'tenants[0].accounts[0].roles.read.roleArn',
      'tenants[0].accounts[0].roles.read.externalId',
      'tenants[1].connections[0].jwksUri',
      'tenants[1].connections[0].algorithms[0]',
    ]) {
      expect(output).toContain(`  - ${path}: `)
    }
    // The name of a member may be told; a value may not.
    expect(output.replaceAll('"canary"', '')).not.toContain('canary')
    expect(output).not.toMatch(/^ +at /m)
  })

  test('a tenants file that is no YAML, and one with names that nobody set', async () => {
    const broken = await failedStart('tenants: [canary: {', {})
    expect([broken.code, broken.output]).toEqual([2, expect.stringMatching(/line 1: not valid YAML/)])
    expect(broken.output).not.toContain('canary')
    const tenants = await tenantsOf(({ acme }) => {
      acme.name = '${NOBODY_SET_THIS} and ${NOR_THIS}'
    })
    const unset = await failedStart(tenants, {})
    expect(unset.code).toBe(2)
    expect(unset.output).toContain('${NOBODY_SET_THIS}: is not set')
    expect(unset.output).toContain('${NOR_THIS}: is not set')
  })

  test("the operator's own AWS profile is served on loopback only", async () => {
    const tenants = await tenantsOf(({ acme }) => {
      acme.authentication = { profile: 'own' }
    })
    const env = { HOST: '0.0.0.0', PORT: '0', PUBLIC_URL: 'https://gateway.example' }
    const { code, output } = await failedStart(tenants, env)
    expect([code, output]).toEqual([2, expect.stringContaining('authentication.profile')])
  })

  test('a taken port is told in one sentence', async () => {
    const owner = createServer()
    await once(owner.listen(0, '127.0.0.1'), 'listening')
    const { port } = owner.address() as AddressInfo
    const { code, output } = await failedStart(await tenantsOf(), { PORT: String(port) })
    await once(owner.close(), 'close')
    expect(code).toBe(1)
    expect(output).toContain(
      `aws-mcp-gateway did not start. listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    )
    expect(output).not.toMatch(/^ +at /m)
  })

  test('an audit file that cannot be opened stops the start', async () => {
    const { code, output } = await failedStart(await tenantsOf(), { AUDIT_FILE: '/dev/null/audit.jsonl' })
    expect([code, output]).toEqual([2, expect.stringContaining('AUDIT_FILE: cannot be opened')])
  })

  test('a Redis that is away stops the start, and its password is not told', async () => {
    const { code, output } = await failedStart(await tenantsOf(), {
      PORT: String(await freePort()),
      REDIS_URL: `redis://gateway:canary-password@127.0.0.1:${await freePort()}`,
      STATE_KEY: Buffer.alloc(32, 1).toString('base64'),
    })
    expect([code, output]).toEqual([1, expect.stringContaining('Redis could not be reached')])
    expect(output).not.toContain('canary')
  })
})
