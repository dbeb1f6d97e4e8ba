import { samplings, type TraceSettings } from '@gateway/telemetry'
import { z } from 'zod'
import { decimal, wholeNumber } from './number-settings.ts'

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })
const protocol = z.enum(['http/protobuf'], { error: 'must be http/protobuf' })
const milliseconds = (usual: number) => wholeNumber(1, 600_000).default(usual)
const spans = (usual: number) => wholeNumber(1, 65_536).default(usual)
/** Anything but `true` is false (OpenTelemetry, "Environment Variable Specification", "Boolean value"). */
const logical = z
  .string()
  .transform((text) => text.trim().toLowerCase() === 'true')
  .default(false)

/**
 * The variables of OpenTelemetry for traces, as far as they are read here (OpenTelemetry, "General SDK Configuration"); headers,
 * certificates, compression, service name and resource attributes are read by the SDK itself.
 */
export const tracingEnvironment = {
  OTEL_SDK_DISABLED: logical,
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'console', 'none']).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_TRACES_SAMPLER: z.enum(samplings).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: decimal(
    'must be a number from 0 to 1, such as 0.1',
    z.number().min(0).max(1),
  ).default(1),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds(5_000),
  OTEL_BSP_EXPORT_TIMEOUT: milliseconds(30_000),
  OTEL_BSP_MAX_QUEUE_SIZE: spans(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: spans(512),
}

const tracingSchema = z.object(tracingEnvironment)

/**
 * How spans are exported; undefined where they are not. Unlike the SDK's own default, nothing is sent to a collector that nobody
 * named: an exporter or an endpoint has to be given.
 */
export const tracingConfig = (values: z.infer<typeof tracingSchema>): TraceSettings | undefined => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = values
  const named = base !== undefined || own !== undefined
  const exporter = values.OTEL_TRACES_EXPORTER ?? (named ? 'otlp' : 'none')
  if (values.OTEL_SDK_DISABLED || exporter === 'none') return undefined
  // The base is of all signals and gets the path of this one; the other is used as it is.
  const url = own ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  return {
    exporter,
    ...(url !== undefined && { url }),
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
    batch: {
      scheduledDelayMillis: values.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: values.OTEL_BSP_EXPORT_TIMEOUT,
      maxQueueSize: values.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: Math.min(values.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, values.OTEL_BSP_MAX_QUEUE_SIZE),
    },
  }
}
