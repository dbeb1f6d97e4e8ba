import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '@gateway/backends'
import type { AuditEvent } from '@gateway/domain'
import { pino } from 'pino'
import { type AppDependencies, buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createDependencies } from '../../src/dependencies.ts'
import { loggerOptions } from '../../src/logging.ts'
import { decidedIn } from './audit-events.ts'
import { type Authorization, openAuthorization } from './authorization.ts'
import { openSignIn, type SignIn } from './sign-in.ts'
import { type Tenancy, tenantsText } from './tenancy.ts'
import { send, type WireAnswer, type WireRequest } from './wire.ts'

/** The gateway in this process, with two customers, reached over loopback. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string
  readonly resource: string
  readonly acme: SignIn
  readonly globex: SignIn
  /** The gateway's own authorization server; used where `authorization` says so. */
  authorization(): Promise<Authorization>
  /** The sign-in of those who operate the gateway; used where `admin` says so. */
  readonly operators: SignIn
  readonly tenantsFile: string
  /** Writes the tenants file anew, with other changes to the two customers. */
  writeTenants(change?: (tenancy: Tenancy) => void): Promise<void>
  /** What the process told of what no request is to blame for. */
  readonly processLogs: readonly string[]
  /** Every log line of requests so far. */
  readonly logs: readonly string[]
  send(request: WireRequest): Promise<WireAnswer>
  /** POST of a JSON-RPC request to `/mcp`. */
  call(token: string, method: string, params?: object, request?: Partial<WireRequest>): Promise<WireAnswer>
  /** Every audit event so far, once there are `atLeast` many of this request. */
  auditOf(answer: WireAnswer, atLeast?: number): Promise<AuditEvent[]>
  audit(): Promise<AuditEvent[]>
}

export interface TestGatewayOptions {
  /** Changes to the two customers of the tenants file. */
  readonly tenancy?: (tenancy: Tenancy) => void
  /** All of AWS; without it a port where nothing listens. */
  readonly awsUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** Whether the admin API is served. */
  readonly admin?: boolean
  /** Whether people of both customers sign in through the gateway's own authorization server. */
  readonly authorization?: boolean
  /** `off` where nothing but AWS refuses. */
  readonly localPolicy?: 'off'
  /** Replaces parts of what the app is built from. */
  readonly dependencies?: (dependencies: AppDependencies) => Partial<AppDependencies>
}

/** Starts the real line on a free port, with stores in memory unless `env` names a Redis. */
export const startGateway = async (options: TestGatewayOptions = {}): Promise<TestGateway> => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gateway-e2e-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const tenantsFile = join(folder, 'tenants.yaml')
  const auditFile = join(folder, 'audit.jsonl')
  // Their resource follows from the name that clients use, which may be that of another replica.
  const publicUrl = options.env?.PUBLIC_URL ?? url
  const operators = stack.use(await openSignIn({ id: 'operators', resource: `${publicUrl}/admin` }))
  const config = readConfig({
    PORT: String(port),
    TENANTS_FILE: tenantsFile,
    AUDIT_FILE: auditFile,
    LOG_LEVEL: 'silent',
    // They send more bad tokens from one address than anybody may.
    FAILED_SIGN_INS_PER_MINUTE: '100000',
    AWS_ENDPOINT_URL: options.awsUrl ?? 'http://127.0.0.1:1',
    ...(options.admin && adminEnvironment(operators)),
    ...(options.authorization && { AUTHORIZATION_URL: 'https://auth.example', AUTHORIZATION_PORT: '1' }),
    ...options.env,
  })
  const { resource } = config
  const [acme, globex] = [
    stack.use(await openSignIn({ id: 'acme', resource })),
    stack.use(await openSignIn({ id: 'globex', resource })),
  ]
  let acmeId = 'acme'
  const writeTenants = (change = options.tenancy) =>
    writeFile(
      tenantsFile,
      tenantsText({ acme, globex }, (tenancy) => {
        if (options.authorization) {
          for (const each of [tenancy.acme, tenancy.globex]) Object.assign(each.connections[0] ?? {}, signIn)
        }
        change?.(tenancy)
        acmeId = String(tenancy.acme.id)
      }),
    )
  await writeTenants()
  const processLogs: string[] = []
  const log = pino(loggerOptions('info'), { write: (line: string) => void processLogs.push(line) })
  const dependencies = await createDependencies(config, {
    env: {},
    log,
    ...(options.localPolicy && { localPolicy: options.localPolicy }),
  })
  stack.defer(() => dependencies.close())
  const logs: string[] = []
  const logger = pino(loggerOptions('trace'), { write: (line: string) => void logs.push(line) })
  const app = await buildApp({ ...dependencies, logger, ...options.dependencies?.(dependencies) })
  stack.defer(() => app.close())
  await app.listen({ host: config.host, port })

  const audit = () => decidedIn(auditFile)
  const held = stack.move()
  return {
    url,
    resource,
    acme,
    globex,
    operators,
    authorization() {
      if (!dependencies.authorization) throw new Error('this gateway has no authorization server')
      return openAuthorization(dependencies.authorization, { tenant: acmeId, idp: acme.issuer })
    },
    tenantsFile,
    writeTenants,
    processLogs,
    logs,
    audit,
    send: (request) => send(url, request),
    call: (token, method, params = {}, request = {}) =>
      send(url, {
        method: 'POST',
        path: '/mcp',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        ...request,
        headers: [['authorization', `Bearer ${token}`], ...jsonHeaders, ...(request.headers ?? [])],
      }),
    async auditOf({ headers }, atLeast = 1) {
      // The file is written behind the answer.
      const patience = performance.now() + 3000
      for (;;) {
        const events = (await audit()).filter((event) => event.request_id === headers['x-request-id'])
        if (events.length >= atLeast || performance.now() > patience) return events
        await setTimeout(5)
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** What lets people sign in by a connection. */
const signIn = { clientId: 'gateway' }

/** Settings that serve the admin API to the operators of a sign-in. */
export const adminEnvironment = ({ issuer, jwks }: SignIn): Readonly<Record<string, string>> => ({
  ADMIN_ISSUER: issuer,
  ADMIN_JWKS_URI: jwks.url,
  ADMIN_GROUP: 'gateway-operators',
  ADMIN_CLIENTS: 'editor,aws-mcp',
  GATEWAY_ROLE_ARN: 'arn:aws:iam::999999999999:role/mcp-gateway',
})

/** Headers that MCP clients send with a JSON-RPC body. */
export const jsonHeaders = [
  ['content-type', 'application/json'],
  ['accept', 'application/json, text/event-stream'],
] as const
