import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import type { SignIn } from './sign-in.ts'

/** A server under load, in a process of its own. */
export interface Contender extends AsyncDisposable {
  readonly url: string
  readonly token: string
}

/** Starts the ceiling; with `redisUrl` it runs one Redis script per request. */
export const startCeilingServer = async (signIn: SignIn, redisUrl?: string): Promise<Contender> => {
  const port = await freePort()
  const child = start('ceiling-main.ts', {})
  const ready = new Promise<void>((resolve) => child.once('message', () => resolve()))
  child.send({ port, publicKeyPem: signIn.publicKeyPem, ...(redisUrl !== undefined && { redisUrl }) })
  await ready
  const url = `http://127.0.0.1:${port}/mcp`
  return { url, token: await signIn.token(url), [Symbol.asyncDispose]: () => stop(child) }
}

/** Starts the real gateway, all of its line, with limits that the load does not reach. */
export const startGateway = async (signIn: SignIn, redisUrl?: string): Promise<Contender> => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
  const tenantsFile = join(folder, 'tenants.json')
  writeFileSync(tenantsFile, JSON.stringify({ tenants: [tenant(signIn)] }))
  const child = start('../../gateway/src/main.ts', {
    PORT: String(port),
    PUBLIC_URL: origin,
    TENANTS_FILE: tenantsFile,
    AUDIT_FILE: join(folder, 'audit.jsonl'),
    EXIT_WITH_PARENT: '1',
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl, STATE_KEY: Buffer.alloc(32, 7).toString('base64') }),
  })
  await untilReady(`${origin}/readyz`, child)
  const url = `${origin}/mcp`
  return { url, token: await signIn.token(url), [Symbol.asyncDispose]: () => stop(child) }
}

const tenant = (signIn: SignIn) => ({
  id: 'bench',
  name: 'Bench',
  connections: [
    { issuer: signIn.url, jwksUri: signIn.url, algorithms: ['ES256'], allowedClients: ['bench'] },
  ],
  accounts: [
    {
      alias: 'main',
      accountId: '111111111111',
      defaultRegion: 'eu-west-1',
      roles: {
        read: { roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-read', externalId: 'bench-only' },
      },
    },
  ],
  permissions: { allowedServices: ['ec2', 's3'], allowedRegions: ['eu-west-1'] },
  limits: {
    tenant: { perMinute: 1_000_000, burst: 100_000 },
    user: { perMinute: 1_000_000, burst: 100_000 },
  },
})

const start = (file: string, env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, file)], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const untilReady = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error('the gateway did not start')
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the gateway was not ready in 10 s')
}
