import { type EventLog, type LoggedEvent, tenantKey } from '@gateway/domain'
import { appendScript, bytesKey } from './append-script.ts'
import { bytesOf, type EventLogBounds, eventLogBounds } from './event-log-bounds.ts'
import { eventLogKey, knownEntry, newEventLogKey } from './event-log-key.ts'
import type { RedisConnection } from './open-redis.ts'
import { redisScript } from './redis-script.ts'
import { removeScript } from './remove-script.ts'

/**
 * Event logs in Redis, for any number of replicas: a log is a stream, and a channel of the same name wakes those who
 * follow it. Nothing ever waits inside of Redis.
 */
export const redisEventLog = (
  { client, run, subscriber }: RedisConnection,
  given: Partial<EventLogBounds> = {},
): EventLog => {
  const bounds = eventLogBounds(given)
  const { maxEvents, maxBytes, ttlSeconds, maxLogsPerTenant } = bounds
  return {
    async append(log, text) {
      const key = newEventLogKey(log)
      bytesOf(text, bounds)
      const args = [text, maxEvents, maxBytes, ttlSeconds, maxLogsPerTenant]
      return String(await run(appendScript, [key, bytesKey(key), indexKey(log)], args))
    },
    async readAfter(log, entry, count) {
      const start = entry === undefined ? '-' : `(${knownEntry(entry)}`
      const key = eventLogKey(log)
      if (key === undefined || count < 1) return []
      return (await client.xrange(key, start, '+', 'COUNT', count)).map(eventOf)
    },
    async lastEntry(log) {
      const key = eventLogKey(log)
      return key === undefined ? '0-0' : String(await run(lastEntryScript, [key], []))
    },
    async follow(log, wake) {
      const key = eventLogKey(log)
      return key === undefined ? () => {} : subscriber.listen(key, () => wake())
    },
    async remove(log) {
      const key = eventLogKey(log)
      if (key !== undefined) await run(removeScript, [indexKey(log), key, bytesKey(key)], [key])
    },
  }
}

const indexKey = ({ tenantId }: { readonly tenantId: string }): string => tenantKey(tenantId, 'evs')

const eventOf = ([entry, [, text = '']]: [entry: string, fields: string[]]): LoggedEvent => ({ entry, text })

/** A script, so that the text of the newest event stays where it is. KEYS: the log. */
const lastEntryScript = redisScript(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return newest and newest[1] or '0-0'
`)
