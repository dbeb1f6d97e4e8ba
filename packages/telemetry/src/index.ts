export { type LabelValues, type Metric, metricTable } from './metric-table.ts'
export { createMetrics, type Metrics } from './metrics.ts'
export { samplings, type TraceSettings } from './trace-settings.ts'
export { openTracing, type Tracing } from './tracing.ts'
