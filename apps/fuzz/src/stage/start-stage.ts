import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, startCompanySso } from '@gateway/backends'
import type { Door, Material } from '../inputs/input.ts'
import type { Secrets } from '../judge-exchange.ts'
import { startFuzzSignIn } from './fuzz-sign-in.ts'
import { gatherMaterial } from './gather-material.ts'
import { awsSecrets, type NonsenseAws, startNonsenseAws } from './nonsense-aws.ts'
import { tenantsText } from './tenants.ts'

/** A gateway process with all of its doors open, and what stands around it. */
export interface Stage extends AsyncDisposable {
  readonly gateway: ChildProcess
  readonly ports: Readonly<Record<Door, number>>
  readonly aws: NonsenseAws
  readonly material: Material
  readonly auditFile: string
  readonly logFile: string
  /** What no answer may tell. */
  readonly secrets: Secrets
}

/** Starts it in `folder`, with stores in memory or in the Redis at `redisUrl`; rejects with the place of its log. */
export const startStage = async (folder: string, redisUrl: string | undefined): Promise<Stage> => {
  await using stack = new AsyncDisposableStack()
  const [acme, globex, operators] = [
    stack.use(await startFuzzSignIn()),
    stack.use(await startFuzzSignIn()),
    stack.use(await startFuzzSignIn()),
  ]
  const sso = stack.use(await startCompanySso())
  const aws = stack.use(await startNonsenseAws())
  const ports = { gateway: await freePort(), authorization: await freePort(), metrics: await freePort() }
  const publicUrl = `http://127.0.0.1:${ports.gateway}`
  const [tenantsFile, auditFile, logFile] = ['tenants.json', 'audit.jsonl', 'gateway.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  await writeFile(tenantsFile, tenantsText({ issuers: { acme: acme.issuer, globex: globex.issuer }, sso }))
  const stateKey = randomBytes(32).toString('base64')
  const log = openSync(logFile, 'a')
  const gateway = spawn(
    process.execPath,
    ['--expose-gc', '--import', join(import.meta.dirname, '../probe.ts'), entry],
    {
      stdio: ['ignore', log, log, 'ipc'],
      env: {
        PATH: '/usr/bin:/bin',
        PORT: String(ports.gateway),
        TENANTS_FILE: tenantsFile,
        AUDIT_FILE: auditFile,
        STATE_KEY: stateKey,
        SSE_TRANSPORT: '1',
        LOG_LEVEL: 'warn',
        ROLE_VERIFICATION: '0',
        EXIT_WITH_PARENT: '1',
        AWS_ENDPOINT_URL: aws.origin,
        AWS_ACCESS_KEY_ID: 'gateway',
        AWS_SECRET_ACCESS_KEY: gatewayKey,
        AWS_EC2_METADATA_DISABLED: 'true',
        AUTHORIZATION_URL: `http://127.0.0.1:${ports.authorization}`,
        AUTHORIZATION_PORT: String(ports.authorization),
        // Documents of clients are asked of nobody: there is no internet here.
        EGRESS_PROXY_URL: 'http://127.0.0.1:1',
        SSO_SECRET_ACME: sso.clientSecret,
        METRICS_PORT: String(ports.metrics),
        // Each input is a client of its own, or the limits of one would end the run.
        TRUSTED_PROXIES: '127.0.0.1',
        ADMIN_ISSUER: operators.issuer,
        ADMIN_JWKS_URI: operators.issuer,
        ADMIN_GROUP: 'operators',
        ADMIN_CLIENTS: 'editor',
        GATEWAY_ROLE_ARN: 'arn:aws:iam::999999999999:role/gateway',
        ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      },
    },
  )
  closeSync(log)
  stack.defer(() => kill(gateway))
  await untilReady(`${publicUrl}/readyz`, gateway).catch((cause: Error) => {
    throw new Error(`the gateway did not start: ${cause.message}; its log is ${logFile}`, { cause })
  })
  const material = await gatherMaterial({
    hosts: {
      gateway: `127.0.0.1:${ports.gateway}`,
      authorization: `127.0.0.1:${ports.authorization}`,
      metrics: `127.0.0.1:${ports.metrics}`,
    },
    ...{ acme, globex, operators },
  })
  const held = stack.move()
  return {
    ...{ gateway, ports, aws, material, auditFile, logFile },
    secrets: {
      nobody: [stateKey, gatewayKey, sso.clientSecret, ...awsSecrets],
      operators: ['external-id-of-', 'The globex company'],
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const entry = join(import.meta.dirname, '../../../gateway/src/main.ts')

const gatewayKey = 'canary-secret-key-of-the-gateway'

const untilReady = async (url: string, gateway: ChildProcess): Promise<void> => {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    if (hasEnded(gateway)) throw new Error(`it ended with ${gateway.exitCode ?? gateway.signalCode}`)
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) return
  }
  throw new Error('it is not ready after 60 s')
}

/** Whether a process is gone. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

const kill = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
