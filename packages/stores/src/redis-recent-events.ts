import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AuditEvent, type RecentEventStore, tenantKey } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { decodeEvents, encodeEvent } from './recent-event.ts'
import { redisScript } from './redis-script.ts'
import { StoreAwayError } from './store-away.ts'

/** Bounds of recent events in Redis. */
export interface RedisRecentEventsOptions {
  readonly maxEventsPerTenant: number
  /** A longer event is kept in short, or not at all. */
  readonly maxEventBytes: number
  /** How long those of a tenant that does nothing are kept. */
  readonly ttlSeconds: number
  /** Events that one command looks at: what it takes of Redis, and of this process, is over before anybody else notices. */
  readonly pageSize?: number
}

/** Milliseconds that all pages of one read may take. */
const longestReadMs = 2_000

/** Recent events in Redis, of all replicas together. */
export const redisRecentEvents = (
  { run, runLong }: Pick<RedisConnection, 'run' | 'runLong'>,
  { maxEventsPerTenant, maxEventBytes, ttlSeconds, pageSize = 50 }: RedisRecentEventsOptions,
): RecentEventStore => {
  // Events of one turn of the event loop, by tenant: nobody waits for them, so they need no command each.
  const turns = new Map<string, { readonly texts: string[]; readonly written: Promise<void> }>()

  const write = async (tenantId: string, texts: readonly string[]): Promise<void> => {
    await nextTurn()
    turns.delete(tenantId)
    await run(addScript, [keyOf(tenantId)], [maxEventsPerTenant, ttlSeconds, ...texts])
  }

  return {
    async add(event) {
      const { tenant_id: tenantId } = event
      const text = tenantId === undefined ? undefined : encodeEvent(event, maxEventBytes)
      if (tenantId === undefined || text === undefined) return
      const turn = turns.get(tenantId)
      if (turn) {
        turn.texts.push(text)
        return turn.written
      }
      const texts = [text]
      const written = write(tenantId, texts)
      turns.set(tenantId, { texts, written })
      return written
    },
    async newest(of) {
      const { tenantId, principalId, limit } = of
      const part = principalId === undefined ? '' : partOf(principalId)
      const found: AuditEvent[] = []
      const seen = new Set<string>()
      const until = performance.now() + longestReadMs
      for (let from = 0; from < maxEventsPerTenant && found.length < limit; from += pageSize) {
        if (performance.now() > until) throw new StoreAwayError('recent events are answered too slowly')
        const count = Math.min(pageSize, maxEventsPerTenant - from)
        const page = pageOf(await runLong(pageScript, [keyOf(tenantId)], [from, count, part]))
        // What came since the last page has moved the end of that one into this one.
        const fresh = page.texts.filter((text) => !seen.has(text))
        for (const text of fresh) seen.add(text)
        found.push(...decodeEvents(fresh, { ...of, limit: limit - found.length }))
        if (page.looked < count) break
      }
      return found
    },
  }
}

const keyOf = (tenantId: string): string => tenantKey(tenantId, 'recent')

/** What the text of every event of a principal has in it; that of a few others may have it too. */
const partOf = (principalId: string): string => `"id":${JSON.stringify(principalId)}`

const pageOf = (reply: unknown): { readonly looked: number; readonly texts: readonly string[] } => {
  const [looked, ...texts]: readonly unknown[] = Array.isArray(reply) ? reply : []
  if (typeof looked !== 'number') throw new Error('the script that reads events gave an unknown answer')
  return { looked, texts: texts.filter((text) => typeof text === 'string') }
}

/** KEYS: the events of a tenant. ARGV: how many are kept, seconds to live, and events, the oldest first. */
const addScript = redisScript(`
for i = 3, #ARGV do redis.call('LPUSH', KEYS[1], ARGV[i]) end
redis.call('LTRIM', KEYS[1], 0, ARGV[1] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
`)

/**
 * KEYS: the events of a tenant. ARGV: the first to look at, how many, and what a text must have in it. Answers how many there
 * were, and those texts: what nobody asked for stays in Redis.
 */
const pageScript = redisScript(`
local texts = redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1)
local answer = { #texts }
for _, text in ipairs(texts) do
  if ARGV[3] == '' or string.find(text, ARGV[3], 1, true) then answer[#answer + 1] = text end
end
return answer
`)
