import type { Measure, Measured } from '@gateway/domain'
import { other } from './bounded-words.ts'
import type { countedMetrics } from './metric-table.ts'

/** Adds a value to the series of these words, in the order of the labels of the metric. */
export type Recorder = (value: number, ...words: readonly string[]) => void

/** One for each metric that is counted. */
export type Recorders = Readonly<Record<keyof typeof countedMetrics, Recorder>>

/** Tells each measure to its metrics. */
export const measuredBy = (to: Recorders): Measured => {
  let running = 0
  return (measure) => {
    switch (measure.of) {
      case 'call':
        return call(to, measure)
      case 'http':
        to.httpRequests(1, measure.method, measure.route, statusClass(measure.status))
        if (measure.ms !== undefined) to.httpDuration(seconds(measure.ms), measure.route)
        return
      case 'aws':
        to.awsRequests(1, measure.service, measure.outcome)
        return to.awsDuration(seconds(measure.ms), measure.service)
      case 'assume-role':
        to.assumeRole(1, measure.outcome)
        return to.assumeRoleDuration(seconds(measure.ms))
      case 'cache':
        return to.cacheRequests(1, measure.name, measure.hit ? 'hit' : 'miss')
      case 'limited':
        return to.limited(1, measure.limit)
      case 'lease':
        running += measure.what === 'taken' ? 1 : -1
        return to.callsRunning(running)
      case 'session':
        return to.sessions(1, measure.what)
      case 'budget':
        to.budget(1, measure.outcome)
        return to.budgetUsd(amount(measure.microUsd) / 1_000_000, measure.outcome)
      case 'redis':
        to.redisCommands(1, measure.outcome)
        if (measure.outcome !== 'shed') to.redisDuration(seconds(measure.ms))
        return
      case 'redis-breaker':
        to.redisBreaker(measure.state === 'open' ? 1 : 0)
        return to.redisBreakerOpened(measure.state === 'open' ? 1 : 0)
      case 'store-away':
        return to.storeAway(1, measure.what)
      case 'audit':
        return to.auditRecords(amount(measure.count), measure.sink, measure.outcome)
      case 'audit-checkpoint':
        return to.auditCheckpoints(1, measure.outcome)
      case 'overload':
        return to.overload(1)
    }
  }
}

/** What had no answer is in no class. */
const statusClass = (status: number): string => (status === 499 ? other : `${Math.floor(status / 100)}xx`)

const call = (to: Recorders, measure: Extract<Measure, { readonly of: 'call' }>): void => {
  const { kind, name = 'none', access = 'none', outcome, code, ms } = measure
  to.calls(1, kind, name, access, outcome)
  to.callDuration(seconds(ms), kind, name)
  if (code !== undefined) to.callRefusals(1, kind, code)
}

/** A clock that was set back has measured nothing. */
const seconds = (ms: number): number => amount(ms) / 1000

/** Counters only grow, and what is no number would be thrown on. */
const amount = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0)
