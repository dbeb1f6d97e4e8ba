import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { freePort, startRoundRobinProxy } from '@gateway/backends'
import type { AuditEvent } from '@gateway/domain'
import { vi } from 'vitest'
import { type GatewayProcess, openFolder, startProcess, untilServing } from './gateway-process.ts'
import { openSignIn, type SignIn } from './sign-in.ts'
import { type Tenancy, tenantsText } from './tenancy.ts'

/** Two gateway processes on one Redis, behind a balancer; both tenants are offered the fixtures. */
export interface Service extends AsyncDisposable {
  /** Origin of the balancer, which clients know. */
  readonly url: string
  readonly acme: SignIn
  readonly globex: SignIn
  /** Origins of the replicas. */
  readonly origins: readonly [string, string]
  /** The process that serves at an origin now. */
  replica(n: 0 | 1): GatewayProcess
  /** Starts a replica in the place of one that ended, and waits until it is ready. */
  restart(n: 0 | 1): Promise<void>
  /** Writes the tenants file of both anew, with changes. */
  writeTenants(change?: (tenancy: Tenancy) => void): Promise<void>
  /** Audit events of both replicas, all of their lives, once `has` is true of them. */
  audit(has?: (events: readonly AuditEvent[]) => boolean): Promise<readonly AuditEvent[]>
}

export interface ServiceOptions {
  readonly redisUrl: string
  readonly env?: Readonly<Record<string, string>>
  /** What only one of the processes is told. */
  envOf?(replica: 0 | 1): Readonly<Record<string, string>>
  /** URL that a process answers with 200 once it serves; its `/readyz` unless this is given. */
  readyUrlOf?(replica: 0 | 1): string | undefined
  /** Changes to the two customers of the tenants file. */
  readonly tenancy?: (tenancy: Tenancy) => void
}

/** Starts all of it; tenants get ids of their own, because the Redis is shared, and no limits that would be felt. */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { redisUrl, env = {}, envOf, tenancy: changed } = options
  await using stack = new AsyncDisposableStack()
  const port = await freePort()
  const ports = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const origins = ports.map((each) => `http://127.0.0.1:${each}`) as [string, string]
  const acme = stack.use(await openSignIn({ id: 'acme', resource: `${url}/mcp` }))
  const globex = stack.use(await openSignIn({ id: 'globex', resource: `${url}/mcp` }))
  const run = randomBytes(4).toString('hex')
  const textWith = (change?: (tenancy: Tenancy) => void) =>
    tenantsText({ acme, globex }, (tenancy) => {
      withoutLimits(tenancy, run)
      changed?.(tenancy)
      change?.(tenancy)
    })
  const shared = {
    PUBLIC_URL: url,
    REDIS_URL: redisUrl,
    STATE_KEY: randomBytes(32).toString('base64'),
    FIXTURE_TENANT: `acme-${run},globex-${run}`,
    ...env,
  }
  const folders = [stack.use(await openFolder(textWith())), stack.use(await openFolder(textWith()))] as const
  const processes = stack.use(new AsyncDisposableStack())
  const replicas: GatewayProcess[] = []
  const restart = async (n: 0 | 1): Promise<void> => {
    const replica = processes.use(startProcess(folders[n], { ...shared, PORT: `${ports[n]}`, ...envOf?.(n) }))
    replicas[n] = replica
    await untilServing(replica, options.readyUrlOf?.(n) ?? `${origins[n]}/readyz`)
  }
  await Promise.all([restart(0), restart(1)])
  const proxy = stack.use(await startRoundRobinProxy({ port, targets: origins, readyPath: '/readyz' }))
  const replica = (n: 0 | 1): GatewayProcess => {
    const found = replicas[n]
    if (!found) throw new Error(`replica ${n} was never started`)
    return found
  }
  const held = stack.move()
  return {
    url: proxy.origin,
    acme,
    globex,
    origins,
    replica,
    restart,
    async writeTenants(change) {
      for (const { tenantsFile } of folders) await writeFile(tenantsFile, textWith(change))
    },
    audit: (has = () => true) =>
      vi.waitFor(async () => {
        const events = (await Promise.all([replica(0).audit(), replica(1).audit()])).flat()
        if (!has(events)) throw new Error(`not audited, among ${JSON.stringify(events.slice(-5))}`)
        return events
      }, 5_000),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const withoutLimits = (tenancy: Tenancy, run: string): void => {
  for (const tenant of [tenancy.acme, tenancy.globex]) {
    tenant.id = `${tenant.id}-${run}`
    tenant.limits = {
      tenant: { perMinute: 1_000_000, burst: 100_000 },
      user: { perMinute: 1_000_000, burst: 100_000 },
      streams: { tenant: 1_000, user: 1_000 },
    }
  }
}
