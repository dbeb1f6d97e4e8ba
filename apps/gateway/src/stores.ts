import {
  type AwsBudget,
  type BudgetLedger,
  type ConcurrencyLimiter,
  type EventLog,
  GatewayError,
  type Measured,
  type OAuthStore,
  type RateLimiter,
  type RecentEventStore,
  type RecordStore,
  type ReplicaBus,
  type RevocationStore,
  type SessionStore,
  type StopStore,
  type TenantStore,
} from '@gateway/domain'
import {
  countReplicas,
  insuredAwsBudget,
  insuredConcurrencyLimiter,
  insuredRateLimiter,
  memoryAwsBudget,
  memoryBudgetLedger,
  memoryConcurrencyLimiter,
  memoryEventLog,
  memoryOAuthStore,
  memoryRateLimiter,
  memoryRecentEvents,
  memoryRecordStore,
  memoryReplicaBus,
  memoryRevocationStore,
  memorySessionStore,
  memoryStopStore,
  memoryTenantStore,
  openRedis,
  recentReadsTogether,
  redisAwsBudget,
  redisBudgetLedger,
  redisConcurrencyLimiter,
  redisEventLog,
  redisOAuthStore,
  redisRateLimiter,
  redisRecentEvents,
  redisRecordStore,
  redisReplicaBus,
  redisRevocationStore,
  redisSessionStore,
  redisStopStore,
  redisTenantStore,
} from '@gateway/stores'
import type { Config } from './config.ts'
import { rememberedSessions } from './remembered-sessions.ts'

/** Limits remembered in memory: far more than users, because a forgotten key gets its burst back. */
export const maxKeys = 200_000

/** Seconds that an idle MCP session lives: longer than any deploy. */
const sessionTtlSeconds = 24 * 3600

/** Audit events of a tenant that its people can look at: 2 MiB of each tenant at most. */
const recentEvents = { maxEventsPerTenant: 1_000, maxEventBytes: 2_048 }

/** Where state lives: in this process, or in the Redis of all replicas. */
export interface Stores {
  readonly limiter: RateLimiter
  readonly sessions: SessionStore
  readonly events: EventLog
  readonly records: RecordStore
  readonly bus: ReplicaBus
  readonly tenants: TenantStore
  /** As `limiter` and `concurrency`, rejects as it is where its store is away, or goes on in this process alone where it may. */
  readonly budget: AwsBudget
  readonly concurrency: ConcurrencyLimiter
  /** What tenants spend in a day. */
  readonly ledger: BudgetLedger
  readonly recent: RecentEventStore
  readonly revocations: RevocationStore
  /** Rejects as it is where its store is away. */
  readonly stops: StopStore
  /** What the authorization server keeps. */
  readonly oauth: OAuthStore
  /** Whether all of them can be reached; rejects where not. */
  ready(): Promise<boolean>
  close(): Promise<void>
}

interface StoresOptions {
  now(): number
  onError(error: Error): void
  measured?: Measured | undefined
}

/** Opens the stores that the configuration asks for. */
export const openStores = async (
  { redisUrl, redisSentinels: sentinels }: Pick<Config, 'redisUrl' | 'redisSentinels'>,
  { now, onError, measured }: StoresOptions,
): Promise<Stores> => {
  if (redisUrl === undefined) {
    const budget = memoryAwsBudget({ now, maxKeys })
    return {
      limiter: memoryRateLimiter({ now, maxKeys, budget }),
      sessions: memorySessionStore({ now, ttlSeconds: sessionTtlSeconds, maxSessionsPerTenant: 10_000 }),
      events: memoryEventLog({ now, onError, maxBytes: 1024 * 1024, maxLogsPerTenant: 1_000 }),
      records: memoryRecordStore({ now }),
      bus: memoryReplicaBus({ onError }),
      tenants: memoryTenantStore({ onError }),
      budget,
      concurrency: memoryConcurrencyLimiter({ now }),
      ledger: memoryBudgetLedger({ now }),
      recent: memoryRecentEvents({ ...recentEvents, maxTenants: 200, maxBytes: 64 * 1024 * 1024 }),
      revocations: memoryRevocationStore({ now }),
      stops: memoryStopStore(),
      oauth: memoryOAuthStore({ now }),
      ready: async () => true,
      close: async () => undefined,
    }
  }
  const redis = await openRedis(redisUrl, { onError, sentinels, measured })
  const bus = await redisReplicaBus(redis, { onError })
  const replicas = await countReplicas(redis)
  const whileAway = { now, replicas: replicas.count, measured }
  const budget = insuredAwsBudget({ shared: redisAwsBudget(redis), maxKeys, ...whileAway })
  return {
    limiter: insuredRateLimiter({ shared: redisRateLimiter(redis), budget, maxKeys, ...whileAway }),
    sessions: rememberedSessions(
      unavailableAtFault(redisSessionStore(redis, { ttlSeconds: sessionTtlSeconds })),
      { now },
    ),
    events: unavailableAtFault(redisEventLog(redis)),
    records: unavailableAtFault(redisRecordStore(redis)),
    bus,
    // Whoever asks it tells an outage from a fault.
    tenants: redisTenantStore(redis),
    budget,
    concurrency: insuredConcurrencyLimiter({ shared: redisConcurrencyLimiter(redis), ...whileAway }),
    ledger: unavailableAtFault(redisBudgetLedger(redis, { onError })),
    recent: recentReadsTogether(
      unavailableAtFault(redisRecentEvents(redis, { ...recentEvents, ttlSeconds: 7 * 24 * 3600 })),
    ),
    revocations: unavailableAtFault(redisRevocationStore(redis)),
    stops: redisStopStore(redis, { onError }),
    oauth: unavailableAtFault(redisOAuthStore(redis)),
    ready: async () => (await redis.client.ping()) === 'PONG',
    async close() {
      await Promise.all([bus.close(), replicas.close()])
      await redis.close()
    },
  }
}

/** A store that cannot be reached is no fault of the request, nor of ours: 503, so that clients try again. */
const unavailableAtFault = <Store extends object>(store: Store): Store =>
  Object.fromEntries(
    Object.entries(store).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
      name,
      (...args: unknown[]) => method(...args).catch(unavailable),
    ]),
  ) as Store

const unavailable = (cause: unknown): never => {
  // What we got wrong ourselves is no outage.
  if (cause instanceof RangeError || cause instanceof TypeError) throw cause
  throw new GatewayError(
    'unavailable',
    'What sessions and sign-ins are kept in cannot be reached just now.',
    {
      cause,
      details: { retryAfterSeconds: 2 },
    },
  )
}
