import type { EventLog, LoggedEvent } from '@gateway/domain'
import { bytesOf, type EventLogBounds, eventLogBounds } from './event-log-bounds.ts'
import { eventLogKey, knownEntry, newEventLogKey } from './event-log-key.ts'
import { type Listener, listenIn, tellAll } from './listeners.ts'

/** What event logs in memory need: milliseconds since the epoch, and who hears of what a follower throws. */
export interface MemoryEventLogOptions extends Partial<EventLogBounds> {
  now(): number
  onError(error: Error): void
}

/** Event logs of one process. */
export const memoryEventLog = ({ now, onError, ...given }: MemoryEventLogOptions): EventLog => {
  const bounds = eventLogBounds(given)
  // Every event moves its log to the end, and all live equally long: a tenant's first one is the next to expire.
  const tenants = new Map<string, Map<string, Log>>()
  const followers = new Map<string, Set<Listener<void>>>()
  const nextEntry = entries(now)

  const eventsOf = (tenantId: string, key: string | undefined): readonly KeptEvent[] => {
    const log = key === undefined ? undefined : tenants.get(tenantId)?.get(key)
    return log && log.expires > now() ? log.events : []
  }

  const forgetExpired = (): void => {
    for (const [tenantId, logs] of tenants) {
      for (const [key, { expires }] of logs) {
        if (expires > now()) break
        logs.delete(key)
      }
      if (logs.size === 0) tenants.delete(tenantId)
    }
  }

  const keep = (tenantId: string, key: string, event: KeptEvent): void => {
    forgetExpired()
    const logs = tenants.get(tenantId) ?? new Map<string, Log>()
    tenants.set(tenantId, logs)
    const { events, bytes } = logs.get(key) ?? { events: [], bytes: 0 }
    logs.delete(key)
    logs.set(key, {
      ...bounded([...events, event], bytes + event.bytes, bounds),
      expires: now() + bounds.ttlSeconds * 1000,
    })
    for (const oldest of logs.keys()) {
      if (logs.size <= bounds.maxLogsPerTenant) break
      logs.delete(oldest)
    }
  }

  return {
    async append(log, text) {
      const key = newEventLogKey(log)
      const event = { entry: nextEntry(), text, bytes: bytesOf(text, bounds) }
      keep(log.tenantId, key, event)
      // Not now: whoever follows may append as well.
      queueMicrotask(() => tellAll(followers.get(key) ?? [], undefined, onError))
      return event.entry
    },
    async readAfter(log, entry, count) {
      const after = entry === undefined ? '' : orderOf(knownEntry(entry))
      const events = eventsOf(log.tenantId, eventLogKey(log))
      const from = events.findLastIndex((each) => orderOf(each.entry) <= after) + 1
      return events.slice(from, from + Math.max(count, 0)).map(({ entry, text }) => ({ entry, text }))
    },
    async lastEntry(log) {
      return eventsOf(log.tenantId, eventLogKey(log)).at(-1)?.entry ?? '0-0'
    },
    async follow(log, wake) {
      const key = eventLogKey(log)
      if (key === undefined) return () => {}
      const those = followers.get(key) ?? new Set()
      followers.set(key, those)
      const leave = listenIn(those, wake)
      return () => {
        leave()
        if (those.size === 0 && followers.get(key) === those) followers.delete(key)
      }
    },
    async remove(log) {
      const key = eventLogKey(log)
      if (key !== undefined) tenants.get(log.tenantId)?.delete(key)
    },
  }
}

interface KeptEvent extends LoggedEvent {
  readonly bytes: number
}

interface Log {
  readonly events: readonly KeptEvent[]
  readonly bytes: number
  readonly expires: number
}

/** The newest of `events` that a log may hold, and their bytes. */
const bounded = (
  events: KeptEvent[],
  bytes: number,
  { maxEvents, maxBytes }: EventLogBounds,
): Omit<Log, 'expires'> => {
  let left = bytes
  let first = 0
  while (events.length - first > maxEvents || left > maxBytes) {
    left -= events[first]?.bytes ?? left
    first++
  }
  return { events: events.slice(first), bytes: left }
}

/** Makes entries as Redis does: milliseconds, and a number for those of one millisecond; never a smaller one again. */
const entries = (now: () => number) => {
  let [ms, sequence] = [0, -1]
  return (): string => {
    const at = Math.floor(now())
    if (at > ms) [ms, sequence] = [at, 0]
    else sequence++
    return `${ms}-${sequence}`
  }
}

/** An entry as text that sorts as Redis orders entries. */
const orderOf = (entry: string): string =>
  entry
    .split('-')
    .map((part) => part.padStart(16, '0'))
    .join('-')
