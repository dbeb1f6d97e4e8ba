import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CompanySso, startCompanySso } from './company-sso.ts'
import { freePort } from './loopback-port.ts'
import { waitUntilReady } from './readiness.ts'
import { startRoundRobinProxy } from './round-robin-proxy.ts'
import { startSignIn } from './sign-in.ts'

const tenantId = 'suite'

/** Two gateway processes that are one service: one Redis, one key, one name behind a balancer. */
export interface GatewayService extends AsyncDisposable {
  /** Of `/mcp` behind the balancer. */
  readonly url: string
  /** Issuer of its authorization server behind a balancer of its own, where it has one. */
  readonly authorizationUrl: string | undefined
  readonly replicas: readonly ChildProcess[]
  /** A token of one user of its tenant (`suite` unless said otherwise) that is good for an hour. */
  token(subject?: string): Promise<string>
}

/** How it is started. */
export interface GatewayServiceOptions {
  /** The gateway's `main.ts`. */
  readonly entry: string
  readonly redisUrl: string
  /** Where its tenants file, logs and audit are. */
  readonly folder: string
  /** Options of Node, before the entry. */
  readonly nodeOptions?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The balancer signs every request in, for clients that cannot send a bearer. */
  readonly signsIn?: boolean
  /** Both replicas serve the authorization server too, with an SSO that signs anybody in without a page. */
  readonly authorization?: boolean
}

/** Starts it, with one tenant that is offered the fixtures; rejects with the place of the logs if it does not start. */
export const startGatewayService = async (options: GatewayServiceOptions): Promise<GatewayService> => {
  const { redisUrl, folder } = options
  await using stack = new AsyncDisposableStack()
  const signIn = stack.use(await startSignIn())
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const url = `${publicUrl}/mcp`
  const authorization = options.authorization
    ? { sso: stack.use(await startCompanySso()), port: await freePort() }
    : undefined
  const tenantsFile = join(folder, 'tenants.json')
  await writeFile(tenantsFile, JSON.stringify({ tenants: [tenant(signIn.issuer, authorization?.sso)] }))
  const shared = {
    PATH: '/usr/bin:/bin',
    PUBLIC_URL: publicUrl,
    TENANTS_FILE: tenantsFile,
    FIXTURE_TENANT: tenantId,
    REDIS_URL: redisUrl,
    STATE_KEY: randomBytes(32).toString('base64'),
    EXIT_WITH_PARENT: '1',
    // There is no AWS behind it.
    ROLE_VERIFICATION: '0',
    ...(authorization && {
      AUTHORIZATION_URL: `http://127.0.0.1:${authorization.port}`,
      SSO_SECRET_SUITE: authorization.sso.clientSecret,
    }),
    ...options.env,
  }
  const started = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const own = await freePort()
      const authorizationPort = authorization && String(await freePort())
      const env = {
        ...shared,
        PORT: String(own),
        AUDIT_FILE: join(folder, `${name}.audit.jsonl`),
        ...(authorizationPort && { AUTHORIZATION_PORT: authorizationPort }),
      }
      const child = start(options, env, join(folder, `${name}.log`))
      stack.defer(() => kill(child))
      const origin = `http://127.0.0.1:${own}`
      await untilReady(origin, child).catch((cause) => {
        throw new Error(`the ${name} gateway: ${cause.message}; its log is in ${folder}`, { cause })
      })
      return { origin, child, authorizationOrigin: `http://127.0.0.1:${authorizationPort}` }
    }),
  )
  const targets = started.map(({ origin }) => origin)
  const token = options.signsIn && (await signIn.token(url))
  stack.use(await startRoundRobinProxy({ port, targets, ...(token && { token }) }))
  if (authorization) {
    const origins = started.map(({ authorizationOrigin }) => authorizationOrigin)
    stack.use(await startRoundRobinProxy({ port: authorization.port, targets: origins }))
  }
  const held = stack.move()
  return {
    url,
    authorizationUrl: authorization && `http://127.0.0.1:${authorization.port}`,
    replicas: started.map(({ child }) => child),
    token: (subject) => signIn.token(url, subject),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** Its limits are above what a load sends: they are not what is tested, and it is not one client but dozens. */
const tenant = (issuer: string, sso?: CompanySso) => ({
  id: tenantId,
  name: 'Suite',
  connections: [
    { issuer, jwksUri: issuer, algorithms: ['ES256'], directTokens: true, allowedClients: ['suite'] },
    ...(sso ? [peopleOf(sso)] : []),
  ],
  accounts: [
    {
      alias: 'main',
      accountId: '111111111111',
      defaultRegion: 'eu-west-1',
      roles: { read: { roleArn: 'arn:aws:iam::111111111111:role/read', externalId: 'suite-only' } },
    },
  ],
  permissions: { allowedServices: ['ec2'], allowedRegions: ['eu-west-1'] },
  limits: {
    tenant: { perMinute: 1_000_000, burst: 100_000 },
    user: { perMinute: 1_000_000, burst: 100_000 },
    streams: { tenant: 10_000, user: 1_000 },
  },
})

const peopleOf = ({ issuer, jwksUri, clientId }: CompanySso) => ({
  ...{ issuer, jwksUri, clientId },
  algorithms: ['ES256'],
  clientSecretRef: 'SSO_SECRET_SUITE',
  groupToScope: { staff: ['aws:read'] },
})

const start = (
  { entry, nodeOptions = [] }: GatewayServiceOptions,
  env: Readonly<Record<string, string>>,
  logFile: string,
): ChildProcess => {
  const log = openSync(logFile, 'a')
  // The channel also ends it with this process (EXIT_WITH_PARENT).
  const child = spawn(process.execPath, [...nodeOptions, entry], { env, stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  return child
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

const untilReady = (origin: string, child: ChildProcess): Promise<void> =>
  waitUntilReady(
    async () => {
      const { ok, status } = await fetch(`${origin}/readyz`)
      if (!ok) throw new Error(`/readyz is ${status}`)
    },
    () => hasEnded(child),
  )

const kill = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
