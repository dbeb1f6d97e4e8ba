import { Counter, Gauge, type MetricType, type Registry } from 'prom-client'
import type { Recorder } from './measured-by.ts'
import type { Metric } from './metric-table.ts'
import { createSeries, type SeriesOf } from './series.ts'

/** Where a metric goes, and the names of the catalogue. */
export interface Into {
  readonly registry: Registry
  readonly names: readonly string[]
}

/** Series that a metric of closed labels may have from the start, at 0: a rate sees the first event only then. */
const startAtZero = 64

/** Makes one metric that is counted here and read by the registry at a scrape. */
export const countedMetric = (metric: Metric, { registry, names }: Into): Recorder => {
  const { name, help, labels, type } = metric
  const base = { name, help, labelNames: Object.keys(labels), registers: [registry] }
  if (type === 'histogram') {
    const bounds = metric.buckets ?? []
    const series = createSeries(metric, { names, make: () => new Distribution(bounds) })
    if (base.labelNames.length === 0) series.at([])
    new CountedHistogram(base, { bounds, series })
    return (value, ...words) => series.at(words).add(value)
  }
  const series = createSeries(metric, { names, make: () => ({ value: 0 }) })
  for (const words of combinations(metric)) series.at(words)
  if (type === 'gauge') {
    new Gauge({
      ...base,
      collect() {
        for (const { labels: own, counted } of series.all()) this.set(own, counted.value)
      },
    })
    return (value, ...words) => {
      series.at(words).value = value
    }
  }
  new Counter({
    ...base,
    collect() {
      this.reset()
      for (const { labels: own, counted } of series.all()) this.inc(own, counted.value)
    },
  })
  return (value, ...words) => {
    series.at(words).value += value
  }
}

/** How many values came into each bucket; the last one is that of all beyond. */
class Distribution {
  readonly counts: Float64Array
  readonly #bounds: readonly number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  add(value: number): void {
    let n = 0
    for (const bound of this.#bounds) {
      if (value <= bound) break
      n++
    }
    this.counts[n] = (this.counts[n] ?? 0) + 1
    this.sum += value
  }
}

/** A histogram whose values are read from series of ours. The library's own has no way in for values; a gauge gives what it is told. */
class CountedHistogram extends Gauge {
  readonly #name: string
  readonly #bounds: readonly number[]
  readonly #series: SeriesOf<Distribution>

  constructor(
    configuration: ConstructorParameters<typeof Gauge>[0],
    { bounds, series }: { readonly bounds: readonly number[]; readonly series: SeriesOf<Distribution> },
  ) {
    super(configuration)
    this.#name = configuration.name
    this.#bounds = bounds
    this.#series = series
  }

  override async get(): ReturnType<Gauge['get']> {
    const values = [...this.#series.all()].flatMap(({ labels, counted }) => {
      let count = 0
      const buckets = [...counted.counts].map((own, n) => {
        count += own
        return {
          metricName: `${this.#name}_bucket`,
          labels: { ...labels, le: this.#bounds[n] ?? '+Inf' },
          value: count,
        }
      })
      return [
        ...buckets,
        { metricName: `${this.#name}_sum`, labels, value: counted.sum },
        { metricName: `${this.#name}_count`, labels, value: count },
      ]
    })
    // Its types say that this is a number; it is the word that is written.
    const type = 'histogram' as unknown as MetricType
    return { ...(await super.get()), type, values }
  }
}

/** The words of every series of a metric whose labels are closed lists and few; else none. */
const combinations = ({ labels }: Metric): readonly (readonly string[])[] => {
  let rows: readonly (readonly string[])[] = [[]]
  for (const values of Object.values(labels)) {
    if (!Array.isArray(values)) return []
    rows = rows.flatMap((row) => values.map((value: string) => [...row, value]))
  }
  return rows.length > startAtZero ? [] : rows
}
