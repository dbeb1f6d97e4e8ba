import { median, ratioInRounds } from '../figures.ts'
import type { Round } from '../load/load-round.ts'
import type { Column, Row } from '../table.ts'

/** An entry of a table of throughput; `ceiling` is the name of the entry that it is measured against. */
export interface Standing {
  readonly name: string
  readonly ceiling: string
}

/** Columns of such a table; only the last means something on another machine. */
export const standingColumns: readonly Column[] = [
  { key: 'name', title: 'server' },
  { key: 'requestsPerSecond', title: 'requests/s', digits: 0 },
  { key: 'p50Ms', title: 'p50 ms', digits: 0 },
  { key: 'p99Ms', title: 'p99 ms', digits: 0 },
  { key: 'cpuMicros', title: 'CPU us/request', digits: 0 },
  { key: 'ofCeiling', title: 'of its ceiling', digits: 2 },
]

/** Its rows: medians over the rounds. */
export const standings = (
  entries: readonly Standing[],
  measured: ReadonlyMap<string, readonly Round[]>,
): Row[] =>
  entries.map(({ name, ceiling }) => {
    const rounds = measured.get(name) ?? []
    return {
      name,
      requestsPerSecond: Math.round(median(rounds.map((each) => each.requestsPerSecond))),
      p50Ms: median(rounds.map((each) => each.p50)),
      p99Ms: median(rounds.map((each) => each.p99)),
      cpuMicros: Number(median(rounds.map((each) => each.cpuMicros)).toFixed(1)),
      ofCeiling: Number(ratioInRounds(ratesOf(measured, name), ratesOf(measured, ceiling)).toFixed(3)),
    }
  })

/** Requests per second of an entry, one for each round. */
export const ratesOf = (measured: ReadonlyMap<string, readonly Round[]>, name: string): readonly number[] =>
  (measured.get(name) ?? []).map((each) => each.requestsPerSecond)
