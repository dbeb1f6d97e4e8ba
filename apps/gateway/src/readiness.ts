import type { ChainedAuditLog } from '@gateway/audit'
import type { Overload } from './overload.ts'
import type { OpenStops } from './stops.ts'
import type { Stores } from './stores.ts'

/**
 * `degraded`: some of what is asked is answered, such as reads while the store is away. `unready`: nothing is. `overloaded`: nothing
 * just now, since there is too much to do. `draining`: the process was told to stop.
 */
export type ReadinessState = 'ready' | 'degraded' | 'unready' | 'overloaded' | 'draining'

/** What readiness asks; where it rejects, the process should get no traffic. */
export type ReadinessCheck = () => Promise<ReadinessState>

/** Whether a process should get traffic, as every port and the metrics tell it. */
export interface Readiness {
  /** Of calls. */
  readonly calls: ReadinessCheck
  /** Of the authorization server, which can do nothing without the store. */
  readonly signIns: ReadinessCheck
  /** From now on the process takes nothing on, whatever else is. */
  drain(): void
}

/** What says whether requests can be answered. */
export interface ReadinessParts {
  readonly audit: Pick<ChainedAuditLog, 'health'>
  readonly stores: Pick<Stores, 'ready'>
  readonly stops: Pick<OpenStops, 'areKnown'>
  readonly overload: Pick<Overload, 'now'>
}

/**
 * Whether the process can answer: while the audit log has no room nothing; while one of its sinks fails, or the stores are
 * away, calls that only read, for as long as it is known what operators have stopped.
 */
export const readinessOf = ({ audit, stores, stops, overload }: ReadinessParts): Readiness => {
  let draining = false
  const check =
    (whileAway: () => ReadinessState): ReadinessCheck =>
    async () => {
      if (draining) return 'draining'
      if (overload.now() !== undefined) return 'overloaded'
      const { status } = audit.health()
      if (status === 'full') return 'unready'
      if (await stores.ready().catch(() => false)) return status === 'ok' ? 'ready' : 'degraded'
      return whileAway()
    }
  return {
    calls: check(() => (stops.areKnown() ? 'degraded' : 'unready')),
    signIns: check(() => 'unready'),
    drain() {
      draining = true
    },
  }
}

/** Whether a balancer should send requests. */
export const isServing = (state: ReadinessState): boolean => state === 'ready' || state === 'degraded'
