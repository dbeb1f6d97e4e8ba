import type { Grant, Tenant } from '@gateway/domain'
import { type Follower, type LookDependencies, look, type Watch } from './watch.ts'

/**
 * Resources that change in AWS by themselves (`watched`), read again and again while streams are open whose clients
 * subscribed to them. Each look is a read like any other, with an audit event whose request id starts with `watch-`.
 * The streams of one user share the looks of this process where their rights are the same; users and tenants share none.
 */
export interface Watches {
  /**
   * Joins a stream, for which nothing is watched yet; `heard` is called with the URI of what has changed, is gone, or will
   * never change again.
   */
  join(stream: Pick<Follower, 'era' | 'heard'>): Watching
}

/** What is watched for one stream. */
export interface Watching {
  /**
   * Says what the client wants to hear of, and with which rights. What does not change by itself is left out, and so is what
   * is beyond the bounds.
   */
  set(grant: Grant, uris: readonly string[]): void
  /** Ends all of it; a look that nobody else waits for is aborted. */
  stop(): void
}

/** How much is watched, and how often. */
export interface WatchBounds {
  /** Milliseconds from one look to see what is due to the next. */
  readonly tickMs: number
  /** Milliseconds between two looks at a resource that just changed; every one that finds it the same, or fails, doubles them. */
  readonly everyMs: number
  /** Most milliseconds between two looks at a resource. */
  readonly mostMs: number
  /** Most resources that are watched here for one user, and for one tenant. */
  readonly user: number
  readonly tenant: number
  /** Most looks for one tenant at once: its users have calls of their own to make. */
  readonly atOnce: number
  /** From 0 to 1. */
  random(): number
}

const defaults: WatchBounds = {
  tickMs: 1_000,
  // A look at a stack takes two requests or more of the AWS budget that all replicas share, and one of the user's calls.
  everyMs: 30_000,
  mostMs: 120_000,
  user: 10,
  tenant: 40,
  atOnce: 4,
  random: Math.random,
}

/** What the watches need of the server. */
export interface WatchDependencies extends LookDependencies {
  /** Whether the resource under `uri` is watched, and the caller may know of it. */
  isWatched(grant: Grant, uri: string): boolean
}

/** The watches of one process; one timer serves all of them, while there are any. */
export const createWatches = (deps: WatchDependencies, given: Partial<WatchBounds> = {}): Watches => {
  const bounds = { ...defaults, ...given }
  // By the tenant itself and not its id: where its rules change it is another object, and the streams of before end.
  const tenants = new Map<Tenant, Map<string, Watch>>()
  let timer: NodeJS.Timeout | undefined

  const end = (tenant: Tenant, key: string, watch: Watch): void => {
    if (watch.ended.signal.aborted) return
    watch.ended.abort(new DOMException('there is nothing to follow any more', 'AbortError'))
    const watches = tenants.get(tenant)
    watches?.delete(key)
    if (watches?.size === 0) tenants.delete(tenant)
    if (tenants.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const lookAgain = async (tenant: Tenant, key: string, watch: Watch): Promise<void> => {
    const isFirst = watch.digest === undefined
    const found = await look(deps, watch)
    if (watch.ended.signal.aborted) return
    const isNews = found === 'changed' || (found === 'same' && isFirst)
    watch.pauseMs = isNews ? bounds.everyMs : Math.min(2 * watch.pauseMs, bounds.mostMs)
    // Apart from the others that began with it.
    watch.due = deps.now() + watch.pauseMs * (0.9 + 0.2 * bounds.random())
    // Told of even at the first look: the client may have read it before that.
    const isOver = found === 'gone' || found === 'final'
    if (isOver) end(tenant, key, watch)
    if (found === 'changed' || isOver) for (const { heard } of [...watch.followers]) heard(watch.uri)
  }

  const tick = (): void => {
    const now = deps.now()
    for (const [tenant, watches] of [...tenants]) {
      let room = bounds.atOnce - countOf(watches, ({ looking }) => looking)
      for (const [key, watch] of [...watches]) {
        if (room <= 0) break
        if (watch.looking || watch.due > now) continue
        room--
        // Behind those that are still to come: where there is never room for all, each has its turn.
        watches.delete(key)
        watches.set(key, watch)
        lookAgain(tenant, key, watch).catch((err: unknown) =>
          deps.logOf('watch').error({ err }, 'a stream cannot be told of a change'),
        )
      }
    }
  }

  /** What ends it; undefined where it is not watched. */
  const follow = (follower: Follower, uri: string): (() => void) | undefined => {
    const { tenant, principal, catalogueKey } = follower.grant
    if (!deps.isWatched(follower.grant, uri)) return undefined
    const watches = tenants.get(tenant) ?? new Map<string, Watch>()
    const key = `${catalogueKey} ${principal.id} ${uri}`
    const users = () => countOf(watches, ({ principalId }) => principalId === principal.id)
    if (!watches.has(key) && (watches.size >= bounds.tenant || users() >= bounds.user)) return undefined
    const watch = watches.get(key) ?? newWatch(uri, principal.id, bounds.everyMs)
    watch.followers.add(follower)
    tenants.set(tenant, watches.set(key, watch))
    timer ??= setInterval(tick, bounds.tickMs).unref()
    return () => {
      watch.followers.delete(follower)
      if (watch.followers.size === 0) end(tenant, key, watch)
    }
  }

  return { join: (stream) => createWatching(stream, follow) }
}

/** The watched resources of one stream, each with what ends it. */
const createWatching = (
  { era, heard }: Pick<Follower, 'era' | 'heard'>,
  follow: (follower: Follower, uri: string) => (() => void) | undefined,
): Watching => {
  const followed = new Map<string, () => void>()
  let follower: Follower | undefined
  let wanted: readonly string[] = []
  let stopped = false
  const leaveAll = (): void => {
    for (const leave of followed.values()) leave()
    followed.clear()
  }
  return {
    set(grant, uris) {
      if (stopped || (follower?.grant === grant && wanted === uris)) return
      if (follower && !isSame(follower.grant, grant)) leaveAll()
      // A token that was renewed takes the place of the one before.
      follower ??= { era, heard, grant }
      follower.grant = grant
      wanted = uris
      for (const [uri, leave] of followed) {
        if (uris.includes(uri)) continue
        followed.delete(uri)
        leave()
      }
      for (const uri of uris) {
        const leave = followed.has(uri) ? undefined : follow(follower, uri)
        if (leave) followed.set(uri, leave)
      }
    },
    stop() {
      stopped = true
      leaveAll()
    },
  }
}

/** Whether two grants see the same. */
const isSame = (a: Grant, b: Grant): boolean =>
  a.tenant === b.tenant && a.principal.id === b.principal.id && a.catalogueKey === b.catalogueKey

const newWatch = (uri: string, principalId: string, pauseMs: number): Watch => ({
  uri,
  principalId,
  followers: new Set(),
  ended: new AbortController(),
  digest: undefined,
  pauseMs,
  due: 0,
  looking: false,
})

const countOf = (watches: ReadonlyMap<string, Watch>, is: (watch: Watch) => boolean): number =>
  [...watches.values()].filter(is).length
