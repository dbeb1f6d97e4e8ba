import {
  readTraceparent,
  type Span,
  type SpanAttributes,
  type Tracer,
  traceparentText,
} from '@gateway/domain'
import {
  type Context,
  ROOT_CONTEXT,
  type Span as SdkSpan,
  type Tracer as SdkTracer,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { isPlain, listedAttributes } from './trace-attributes.ts'
import type { TraceSettings } from './trace-settings.ts'

/** What is told of the process, and who hears that spans cannot be exported. */
export interface SdkTracingOptions {
  readonly version: string
  /** Of this process among the replicas. */
  readonly instance: string
  onFault(fields: object, message: string): void
  /** Milliseconds since the epoch. */
  now(): number
}

/** Spans made and exported by the OpenTelemetry SDK, of which nothing is registered for the process as a whole. */
export const sdkTracing = (settings: TraceSettings, options: SdkTracingOptions) => {
  const exporter = toldOfFaults(exporterOf(settings), options)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'aws-mcp-gateway',
      'service.version': options.version,
      'service.instance.id': options.instance,
    }).merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    sampler: samplerOf(settings),
    // Full, it drops spans and never makes anybody wait.
    spanProcessors: [new BatchSpanProcessor({ exporter, ...settings.batch })],
    spanLimits: {
      attributeCountLimit: 32,
      attributeValueLengthLimit: 256,
      eventCountLimit: 0,
      linkCountLimit: 0,
    },
  })
  return {
    tracer: tracerOn(provider.getTracer('aws-mcp-gateway', options.version)),
    shutdown: () => provider.shutdown(),
  }
}

const tracerOn = (sdk: SdkTracer): Tracer => ({
  start(name, { parent, attributes = {} }) {
    const remote = readTraceparent(parent)
    // Without the caller's `tracestate` and `baggage`, which are for others.
    const context = remote
      ? trace.setSpanContext(ROOT_CONTEXT, {
          traceId: remote.traceId,
          spanId: remote.spanId,
          traceFlags: remote.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
          isRemote: true,
        })
      : ROOT_CONTEXT
    return spanIn(sdk, context, { name, attributes })
  },
})

const spanIn = (
  sdk: SdkTracer,
  context: Context,
  { name, attributes }: { readonly name: string; readonly attributes: SpanAttributes },
): Span => {
  const kind =
    'rpc.system.name' in attributes
      ? SpanKind.CLIENT
      : 'http.request.method' in attributes
        ? SpanKind.SERVER
        : SpanKind.INTERNAL
  const span = sdk.startSpan(
    isPlain(name) ? name : 'unnamed',
    { kind, attributes: sdkAttributes(attributes) },
    context,
  )
  const { traceId, spanId, traceFlags } = span.spanContext()
  const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0
  return {
    traceparent: traceparentText({ traceId, spanId, sampled }),
    child: (of, with_ = {}) =>
      spanIn(sdk, trace.setSpan(ROOT_CONTEXT, span), { name: of, attributes: with_ }),
    set(more) {
      span.setAttributes(sdkAttributes(more))
    },
    end({ error } = {}) {
      if (error !== undefined) failed(span, error)
      span.end()
    },
  }
}

const failed = (span: SdkSpan, error: string): void => {
  const type = isPlain(error) ? error : 'unknown'
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
}

const sdkAttributes = (attributes: SpanAttributes): Record<string, string | number | boolean | string[]> =>
  Object.fromEntries(
    Object.entries(listedAttributes(attributes)).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value,
    ]),
  )

const exporterOf = ({ exporter, url }: TraceSettings): SpanExporter =>
  exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter(url === undefined ? {} : { url })

const samplerOf = ({ sampler, ratio }: TraceSettings): Sampler => {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio)
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** Milliseconds between two lines that say that spans are lost. */
const tellAgain = 60_000

/** The exporter, with its faults told once a minute: by their kind, since their text is that of the collector. */
const toldOfFaults = (exporter: SpanExporter, { onFault, now }: SdkTracingOptions): SpanExporter => {
  let told = Number.NEGATIVE_INFINITY
  let lost = 0
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== 0) lost += spans.length
        if (lost > 0 && now() - told >= tellAgain) {
          onFault({ err: result.error, count: lost }, 'spans cannot be exported, and are lost')
          told = now()
          lost = 0
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
