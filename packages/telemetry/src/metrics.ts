import type { Measured } from '@gateway/domain'
import { Gauge, Registry } from 'prom-client'
import { countedMetric } from './counted-metrics.ts'
import { measuredBy, type Recorders } from './measured-by.ts'
import { buildInfo, countedMetrics, type Metric, watchedMetrics } from './metric-table.ts'
import { processMetrics } from './process-metrics.ts'

/** What each scrape asks anew; none may throw. */
export type Watched = Partial<Record<keyof typeof watchedMetrics, () => number | Promise<number>>>

/** The metrics of one process. */
export interface Metrics {
  readonly measured: Measured
  /** Has these asked at each scrape; called once. */
  watch(watched: Watched): void
  /** All of them in the text format of Prometheus 0.0.4. */
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

export interface MetricsOptions {
  readonly version: string
  /** Names of all tools, URIs of all resources and names of all prompts. */
  readonly names: readonly string[]
}

/** Makes the metrics of a process in a registry of their own. */
export const createMetrics = ({ version, names }: MetricsOptions): Metrics => {
  const registry = new Registry()
  const registers = [registry]

  const into = { registry, names }
  const recorders = Object.entries<Metric>(countedMetrics).map(([key, metric]) => [
    key,
    countedMetric(metric, into),
  ])
  new Gauge({ ...named(buildInfo), labelNames: Object.keys(buildInfo.labels), registers }).set(
    { version, node: process.version },
    1,
  )
  const ofProcess = processMetrics(registry)
  return {
    measured: measuredBy(Object.fromEntries(recorders) as Recorders),
    watch(watched) {
      for (const [key, metric] of Object.entries(watchedMetrics)) {
        const ask = watched[key as keyof Watched]
        if (ask) new Gauge({ ...named(metric), registers, collect: gaugeOf(ask) })
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => ofProcess.close(),
  }
}

const named = ({ name, help }: Metric) => ({ name, help })

const gaugeOf = (ask: () => number | Promise<number>) =>
  async function (this: Gauge): Promise<void> {
    this.set(await ask())
  }
