import type { Measured } from '@gateway/domain'
import { createMetrics, type Metrics } from '@gateway/telemetry'
import { prompts, resources, tools } from '@gateway/tools'
import type { FastifyBaseLogger } from 'fastify'
import type { MetricsConfig } from './metrics-config.ts'
import { type MetricsServer, openMetricsServer } from './metrics-server.ts'
import type { ReadinessCheck } from './readiness.ts'
import { version } from './version.ts'

/** What watches a process while it runs. */
export interface Observation extends Pick<Metrics, 'text' | 'contentType' | 'close'> {
  readonly measured: Measured
  /** Has these counted at each scrape; called once. */
  watch(parts: WatchedParts): void
}

/** What of a process is counted by looking at it. */
export interface WatchedParts {
  readonly eventStreams: { count(): number }
  readonly webSockets: { count(): number }
  /** Absent where HTTP+SSE is not served. */
  readonly sse: { count(): number } | undefined
  readonly ready: ReadinessCheck
}

/** Opens what a process is watched with; nothing leaves it here. */
export const openObservation = (): Observation => {
  const names = [
    ...tools.map(({ name }) => name),
    ...resources.map(({ uri }) => uri),
    ...prompts.map(({ name }) => name),
  ]
  const metrics = createMetrics({ version, names })
  return {
    ...metrics,
    watch({ eventStreams, webSockets, sse, ready }) {
      metrics.watch({
        eventStreams: eventStreams.count,
        webSockets: webSockets.count,
        ...(sse && { sseSessions: sse.count }),
        ready: async () => ((await ready().catch(() => 'unready')) === 'ready' ? 1 : 0),
      })
    },
  }
}

/** Serves the metrics of a process and its state on the internal port. */
export const serveMetrics = async (
  config: MetricsConfig,
  parts: WatchedParts & { readonly observation: Observation; readonly logger: FastifyBaseLogger },
): Promise<MetricsServer> => {
  const { observation, logger, ready } = parts
  observation.watch(parts)
  const onFault = (fields: object, message: string) => logger.error(fields, message)
  return await openMetricsServer({ ...config, metrics: observation, ready, onFault })
}
