import type { Change, EventLog } from '@gateway/domain'
import { isObject } from '../rpc.ts'
import { isAfter } from '../streams/event-frames.ts'

/** A change of a tenant, with its place in the tenant's log. */
export interface LoggedChange {
  readonly entry: string
  readonly change: Change
}

/** What clients of a tenant may want to hear, on whichever replica it happened. */
export interface ChangeFeed {
  publish(tenantId: string, change: Change): Promise<void>
  /**
   * Calls `heard` for every change after `after`, or from now on without it, in order and once each. Resolves, when it
   * listens, to where it began and how to end it.
   */
  listen(
    tenantId: string,
    heard: (change: LoggedChange) => void,
    after?: string,
  ): Promise<{ readonly from: string; stop(): void }>
}

const pageSize = 100

/** The feed over an event log: one follower for each tenant that somebody here listens to, however many listen. */
export const createChangeFeed = (events: EventLog): ChangeFeed => {
  const tenants = new Map<string, { readonly feed: Promise<TenantFeed>; users: number }>()

  /** Joins the feed of a tenant, which ends when the last one has left. */
  const join = (tenantId: string): { readonly feed: Promise<TenantFeed>; leave(): void } => {
    const shared = tenants.get(tenantId) ?? { feed: openFeed(events, tenantId), users: 0 }
    tenants.set(tenantId, shared)
    shared.users++
    let left = false
    return {
      feed: shared.feed,
      leave() {
        if (left) return
        left = true
        shared.users--
        if (shared.users > 0) return
        tenants.delete(tenantId)
        shared.feed.then(
          ({ stop }) => stop(),
          () => undefined,
        )
      },
    }
  }

  return {
    async publish(tenantId, change) {
      await events.append(keyOf(tenantId), JSON.stringify(change))
    },
    async listen(tenantId, heard, after) {
      const { feed, leave } = join(tenantId)
      let stop = leave
      try {
        const { listeners, position } = await feed
        const from = after ?? position()
        let last = from
        const tell = (change: LoggedChange): void => {
          if (!isAfter(change.entry, last)) return
          last = change.entry
          heard(change)
        }
        // Listening begins before the past is read, so that nothing falls between the two.
        let waiting: LoggedChange[] | undefined = []
        const listener = (change: LoggedChange): void => {
          if (waiting) waiting.push(change)
          else tell(change)
        }
        listeners.add(listener)
        stop = () => {
          listeners.delete(listener)
          leave()
        }
        if (after !== undefined) await readChanges(events, tenantId, after, tell)
        for (const change of waiting) tell(change)
        waiting = undefined
        return { from, stop }
      } catch (thrown) {
        stop()
        throw thrown
      }
    },
  }
}

interface TenantFeed {
  readonly listeners: Set<(change: LoggedChange) => void>
  position(): string
  stop(): void
}

const openFeed = async (events: EventLog, tenantId: string): Promise<TenantFeed> => {
  const listeners = new Set<(change: LoggedChange) => void>()
  let position: string | undefined
  let reading = false
  let again = false
  const read = async (): Promise<void> => {
    again = true
    if (reading || position === undefined) return
    reading = true
    try {
      while (again) {
        again = false
        await readChanges(events, tenantId, position, (change) => {
          position = change.entry
          for (const listener of listeners) listener(change)
        })
      }
    } catch {
      // The store is away; its followers are woken when it is back.
    } finally {
      reading = false
    }
  }
  // Before the position is read, so that what comes meanwhile wakes it.
  const stop = await events.follow(keyOf(tenantId), () => void read())
  try {
    const start = await events.lastEntry(keyOf(tenantId))
    position = start
    if (again) void read()
    return { listeners, position: () => position ?? start, stop }
  } catch (thrown) {
    stop()
    throw thrown
  }
}

/** Calls `heard` for all changes after `after`, in order. */
const readChanges = async (
  events: EventLog,
  tenantId: string,
  after: string,
  heard: (change: LoggedChange) => void,
): Promise<void> => {
  let page: Awaited<ReturnType<EventLog['readAfter']>>
  let last = after
  do {
    page = await events.readAfter(keyOf(tenantId), last, pageSize)
    for (const { entry, text } of page) {
      last = entry
      const change: unknown = JSON.parse(text)
      if (isObject(change)) heard({ entry, change: change as unknown as Change })
    }
  } while (page.length === pageSize)
}

const keyOf = (tenantId: string) => ({ tenantId, name: 'changes' })
