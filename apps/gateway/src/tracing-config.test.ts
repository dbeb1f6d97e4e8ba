import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const tracingOf = (env: Readonly<Record<string, string>>) =>
  readConfig({ TENANTS_FILE: 'tenants.yaml', ...env }).tracing

const base = 'http://collector.example:4318'

test.for<[Readonly<Record<string, string>>, string | undefined]>([
  [{}, 'nothing'],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: base }, 'nothing'],
  [{ OTEL_SDK_DISABLED: 'TRUE', OTEL_EXPORTER_OTLP_ENDPOINT: base }, 'nothing'],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, undefined],
  [{ OTEL_SDK_DISABLED: 'yes', OTEL_EXPORTER_OTLP_ENDPOINT: base }, `${base}/v1/traces`],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base }, `${base}/v1/traces`],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/otlp/` }, `${base}/otlp/v1/traces`],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${base}/mine` }, `${base}/mine`],
])('%j exports to %s', ([env, url]) => {
  const tracing = tracingOf(env)
  if (url === 'nothing') expect(tracing).toBeUndefined()
  else expect([tracing?.exporter, tracing?.url]).toEqual(['otlp', url])
})

test('the rest has the defaults of OpenTelemetry, and a batch fits into its queue', () => {
  expect(tracingOf({ OTEL_TRACES_EXPORTER: 'console' })).toEqual({
    exporter: 'console',
    sampler: 'parentbased_always_on',
    ratio: 1,
    batch: {
      scheduledDelayMillis: 5_000,
      exportTimeoutMillis: 30_000,
      maxQueueSize: 2_048,
      maxExportBatchSize: 512,
    },
  })
  const small = tracingOf({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_BSP_MAX_QUEUE_SIZE: '16',
  })
  expect(small).toMatchObject({ sampler: 'traceidratio', ratio: 0.25, batch: { maxExportBatchSize: 16 } })
})

test.for([
  { OTEL_TRACES_EXPORTER: 'zipkin' },
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:canary' },
  { OTEL_TRACES_SAMPLER: 'xray' },
  { OTEL_TRACES_SAMPLER_ARG: '2' },
  { OTEL_TRACES_SAMPLER_ARG: 'canary' },
  { OTEL_BSP_MAX_QUEUE_SIZE: '-1' },
])('%j is a fault of its name', (env) => {
  const [[name = '', value = ''] = []] = Object.entries(env)
  expect(() => tracingOf(env)).toThrow(new RegExp(`- ${name}: `))
  expect(() => tracingOf(env)).not.toThrow(new RegExp(value === 'collector:canary' ? value : 'canary'))
})
