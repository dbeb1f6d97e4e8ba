import {
  type AwsBudget,
  type BudgetLedger,
  type ConcurrencyLimiter,
  type EventLog,
  GatewayError,
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

/** Limits remembered in memory: far more than users, because a forgotten key gets its burst back. */
export const maxKeys = 200_000

/** Seconds that an idle MCP session lives: longer than any deploy. */
const sessionTtlSeconds = 24 * 3600

/** Audit events of a tenant that its people can look at. */
const recentEvents = 200

/** Where state lives: in this process, or in the Redis of all replicas. */
export interface Stores {
  readonly limiter: RateLimiter
  readonly sessions: SessionStore
  readonly events: EventLog
  readonly records: RecordStore
  readonly bus: ReplicaBus
  readonly tenants: TenantStore
  /** Rejects as it is where its store is away; whoever asks it decides. */
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
  ready(): Promise<boolean>
  close(): Promise<void>
}

/** Opens the stores that the configuration asks for. */
export const openStores = async (
  { redisUrl }: Pick<Config, 'redisUrl'>,
  { now, onError }: { now(): number; onError(error: Error): void },
): Promise<Stores> => {
  if (redisUrl === undefined) {
    return {
      limiter: memoryRateLimiter({ now, maxKeys }),
      sessions: memorySessionStore({ now, ttlSeconds: sessionTtlSeconds, maxSessionsPerTenant: 10_000 }),
      events: memoryEventLog({ now, onError, maxBytes: 1024 * 1024, maxLogsPerTenant: 1_000 }),
      records: memoryRecordStore({ now }),
      bus: memoryReplicaBus({ onError }),
      tenants: memoryTenantStore({ onError }),
      budget: memoryAwsBudget({ now, maxKeys }),
      concurrency: memoryConcurrencyLimiter({ now }),
      ledger: memoryBudgetLedger({ now }),
      recent: memoryRecentEvents({ maxEventsPerTenant: recentEvents, maxTenants: 200 }),
      revocations: memoryRevocationStore({ now }),
      stops: memoryStopStore(),
      oauth: memoryOAuthStore({ now }),
      ready: async () => true,
      close: async () => undefined,
    }
  }
  const redis = await openRedis(redisUrl, { onError })
  const bus = await redisReplicaBus(redis, { onError })
  return {
    limiter: redisRateLimiter(redis),
    sessions: unavailableAtFault(redisSessionStore(redis, { ttlSeconds: sessionTtlSeconds })),
    events: unavailableAtFault(redisEventLog(redis)),
    records: unavailableAtFault(redisRecordStore(redis)),
    bus,
    // Whoever asks it tells an outage from a fault.
    tenants: redisTenantStore(redis),
    budget: redisAwsBudget(redis),
    concurrency: redisConcurrencyLimiter(redis),
    ledger: unavailableAtFault(redisBudgetLedger(redis, { onError })),
    recent: unavailableAtFault(
      redisRecentEvents(redis, { maxEventsPerTenant: recentEvents, ttlSeconds: 7 * 24 * 3600 }),
    ),
    revocations: unavailableAtFault(redisRevocationStore(redis)),
    stops: redisStopStore(redis, { onError }),
    oauth: unavailableAtFault(redisOAuthStore(redis)),
    ready: async () => (await redis.client.ping()) === 'PONG',
    async close() {
      await bus.close()
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
