import type { ServerResponse } from 'node:http'
import { getHeapStatistics } from 'node:v8'
import type { LoadConfig } from './load-config.ts'

/** Whether a process has more to do than it can. */
export interface Overload {
  /** Counts a request until its answer begins, or gives the reason why it is not to be taken. */
  take(response: ServerResponse): OverloadReason | undefined
  /** The reason why requests are sent away now. */
  now(): OverloadReason | undefined
  /** Resolves, once, where memory has been used up for so long that only a new process will have some. */
  readonly stuck: Promise<void>
  close(): void
}

/** A word for the audit log. */
export type OverloadReason = 'event loop' | 'memory' | 'requests in flight'

/** What is looked at; tests give their own. */
export interface LoadProbes {
  rssBytes(): number
  heapBytes(): number
}

const probes: LoadProbes = {
  rssBytes: () => process.memoryUsage.rss(),
  heapBytes: () => getHeapStatistics().used_heap_size,
}

/** Milliseconds between looks at the event loop, and at memory. */
const sampleMs = 50
const memoryMs = 500

/**
 * Lateness of the event loop, in milliseconds, and how many looks in a row it must last: one long pause has passed when it is seen,
 * and what waited is served; where every look is late there is more work than time.
 */
const lateMs = 250
const lateLooks = 4

/** Milliseconds of nothing but too little memory, in which no request was taken: what uses it up is not about to go. */
const stuckMs = 300_000

/** Shares of memory above which no more is taken on. */
const shareOfLimit = 0.9

/**
 * Watches event loop, memory and requests of this process. Timers run before what has arrived on sockets is read, so that requests
 * that waited behind a stall are judged by it. (`@fastify/under-pressure` averages once in a second and knows neither requests
 * in flight nor what is read after a stall.)
 */
export const createOverload = (
  { maxInFlight, maxRssBytes = memoryOfContainer() }: Pick<LoadConfig, 'maxInFlight' | 'maxRssBytes'>,
  { rssBytes, heapBytes }: LoadProbes = probes,
): Overload => {
  const maxHeapBytes = getHeapStatistics().heap_size_limit * shareOfLimit
  const inFlight = new Set<ServerResponse>()
  let late = 0
  let full = false
  let fullLooks = 0
  const stuck = Promise.withResolvers<void>()
  let expected = performance.now() + sampleMs
  const loop = setInterval(() => {
    const at = performance.now()
    late = at - expected > lateMs ? late + 1 : 0
    expected = at + sampleMs
  }, sampleMs).unref()
  const memory = setInterval(() => {
    full = (maxRssBytes !== undefined && rssBytes() > maxRssBytes) || heapBytes() > maxHeapBytes
    fullLooks = full ? fullLooks + 1 : 0
    if (fullLooks * memoryMs >= stuckMs) stuck.resolve()
  }, memoryMs).unref()

  const crowded = (): boolean => {
    if (inFlight.size < maxInFlight) return false
    // Event streams have begun their answers, and stay open for hours; those of calls are bounded by the calls.
    for (const each of inFlight) if (each.headersSent) inFlight.delete(each)
    return inFlight.size >= maxInFlight
  }
  const reasonNow = (): OverloadReason | undefined => {
    if (late >= lateLooks) return 'event loop'
    if (full) return 'memory'
    return crowded() ? 'requests in flight' : undefined
  }
  return {
    take(response) {
      const reason = reasonNow()
      if (reason !== undefined) return reason
      inFlight.add(response)
      response.once('close', () => inFlight.delete(response))
      return undefined
    },
    now: reasonNow,
    stuck: stuck.promise,
    close() {
      clearInterval(loop)
      clearInterval(memory)
    },
  }
}

/** What a container may use of memory, most of it; undefined where nothing bounds it but the machine. */
const memoryOfContainer = (): number | undefined => {
  const bytes = process.constrainedMemory()
  // Without a bound the kernel tells one that no machine has.
  return bytes > 0 && bytes < 2 ** 50 ? Math.floor(bytes * shareOfLimit) : undefined
}
