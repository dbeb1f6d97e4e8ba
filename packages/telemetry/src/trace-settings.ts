/** How spans are exported, as the OpenTelemetry variables of the environment say; the exporter reads the rest of them by itself. */
export interface TraceSettings {
  readonly exporter: 'otlp' | 'console'
  /** Where OTLP is sent over HTTP; absent means what the exporter takes, the local collector. */
  readonly url?: string
  readonly sampler: Sampling
  /** Of those that start a trace, where the sampler takes only a part: 0 to 1. */
  readonly ratio: number
  readonly batch: {
    readonly maxQueueSize: number
    readonly maxExportBatchSize: number
    readonly scheduledDelayMillis: number
    readonly exportTimeoutMillis: number
  }
}

/** Names of the samplers (OpenTelemetry, "General SDK Configuration", `OTEL_TRACES_SAMPLER`). */
export const samplings = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

export type Sampling = (typeof samplings)[number]
