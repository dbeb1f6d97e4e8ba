import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openTraceCollector } from '@gateway/backends'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { TraceSettings } from './trace-settings.ts'
import { openTracing } from './tracing.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'
const parent = `00-${traceId}-${parentId}-01`

const settingsFor = (url: string, changes: Partial<TraceSettings> = {}): TraceSettings => ({
  exporter: 'otlp',
  url: `${url}/v1/traces`,
  sampler: 'parentbased_always_on',
  ratio: 1,
  batch: { maxQueueSize: 64, maxExportBatchSize: 32, scheduledDelayMillis: 60_000, exportTimeoutMillis: 500 },
  ...changes,
})

const open = async (settings: TraceSettings | undefined) => {
  const onFault = vi.fn()
  const tracing = await openTracing(settings, { version: '1.2.3', instance: 'one', onFault, now: Date.now })
  return { ...tracing, onFault }
}

test('spans of one trace reach the collector, each under its parent, with what they may tell', async () => {
  await using collector = await openTraceCollector()
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-collector-key=canary-of-the-collector')
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { tracer, close } = await open(settingsFor(collector.url))
  const request = tracer.start('POST /mcp', {
    parent,
    attributes: { 'http.request.method': 'POST', 'http.route': '/mcp', 'url.full': 'https://canary-url' },
  })
  const call = tracer.start('tools/call aws_whoami', { parent: request.traceparent })
  const attempt = call.child('sts/GetCallerIdentity', { 'rpc.system.name': 'aws-api' })
  attempt.set({ 'aws.request_id': 'request-1', 'http.response.status_code': 403, canary: 'canary-name' })
  attempt.end({ error: 'AccessDenied' })
  call.set({ 'aws_mcp.outcome': 'error', 'aws_mcp.tenant': 'canary value\nwith a line' })
  call.end()
  request.set({ 'error.type': `eyJhbGciOiJI.eyJzdWIiOiJh.${'s'.repeat(20)}` })
  request.end()
  await close()

  const spans = collector.spans()
  expect(spans.map(({ spanId, ...rest }) => rest)).toEqual([
    {
      name: 'sts/GetCallerIdentity',
      kind: 3,
      traceId,
      parentId: call.traceparent.slice(36, 52),
      attributes: {
        'rpc.system.name': 'aws-api',
        'aws.request_id': 'request-1',
        'http.response.status_code': 403,
        'error.type': 'AccessDenied',
      },
      status: 2,
    },
    {
      name: 'tools/call aws_whoami',
      kind: 1,
      traceId,
      parentId: request.traceparent.slice(36, 52),
      attributes: { 'aws_mcp.outcome': 'error' },
      status: 0,
    },
    {
      name: 'POST /mcp',
      kind: 2,
      traceId,
      parentId,
      attributes: { 'http.request.method': 'POST', 'http.route': '/mcp' },
      status: 0,
    },
  ])
  expect(collector.bytes().toString('latin1')).not.toContain('canary')
  expect(collector.headers[0]).toMatchObject({ 'x-collector-key': 'canary-of-the-collector' })
  expect(collector.resource()).toMatchObject({
    'service.name': 'aws-mcp-gateway',
    'service.version': '1.2.3',
    'service.instance.id': 'one',
    'deployment.environment.name': 'test',
  })
})

test.for<[string, string | undefined]>([
  ['none', undefined],
  ['an empty one', ''],
  ['another version', `ff-${traceId}-${parentId}-01`],
  ['an id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
  ['text', `00-${'x'.repeat(32)}-${parentId}-01`],
])('a trace begins here where the caller gives %s', async ([, given]) => {
  await using collector = await openTraceCollector()
  for (const settings of [settingsFor(collector.url), undefined]) {
    const { tracer, close } = await open(settings)
    const [one, two] = [tracer.start('one', { parent: given }), tracer.start('two', { parent: given })]
    expect(one.traceparent).toMatch(settings ? /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/ : /^00-.{32}-.{16}-00$/)
    expect(one.traceparent.slice(3, 35)).not.toBe(two.traceparent.slice(3, 35))
    one.end()
    await close()
  }
  expect(collector.spans().map((span) => span.parentId)).toEqual([''])
})

test('without an exporter a trace is continued, and no span says that it was recorded', async () => {
  const { tracer, exported, close } = await open(undefined)
  expect(exported).toBe(false)
  const span = tracer.start('tools/call', { parent })
  expect(span.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
  expect(span.traceparent).not.toContain(parentId)
  expect(span.child('sts/AssumeRole').traceparent).toBe(span.traceparent)
  span.end()
  await close()
})

test.for<[Partial<TraceSettings>, readonly [own: number, sampled: number, unsampled: number]]>([
  [{ sampler: 'always_on' }, [1, 1, 1]],
  [{ sampler: 'always_off' }, [0, 0, 0]],
  [{ sampler: 'traceidratio', ratio: 0 }, [0, 0, 0]],
  [{ sampler: 'traceidratio', ratio: 1 }, [1, 1, 1]],
  [{ sampler: 'parentbased_always_on' }, [1, 1, 0]],
  [{ sampler: 'parentbased_always_off' }, [0, 1, 0]],
  [{ sampler: 'parentbased_traceidratio', ratio: 0 }, [0, 1, 0]],
])('%j takes as many of its own, of sampled and of unsampled callers', async ([changes, expected]) => {
  await using collector = await openTraceCollector()
  const { tracer, close } = await open(settingsFor(collector.url, changes))
  for (const given of [undefined, parent, parent.replace(/01$/, '00')])
    tracer.start(`of ${given?.slice(-2) ?? 'none'}`, { parent: given }).end()
  await close()
  const names = collector.spans().map(({ name }) => name)
  expect(['of none', 'of 01', 'of 00'].map((name) => names.filter((each) => each === name).length)).toEqual(
    expected,
  )
})

test('a collector that refuses harms nobody, and is told of once, without its words', async () => {
  await using collector = await openTraceCollector(400)
  const { tracer, close, onFault } = await open(
    settingsFor(collector.url, {
      batch: { maxQueueSize: 8, maxExportBatchSize: 2, scheduledDelayMillis: 10, exportTimeoutMillis: 500 },
    }),
  )
  for (let n = 0; n < 8; n++) tracer.start('span', {}).end()
  await vi.waitFor(() => expect(onFault).toHaveBeenCalledOnce())
  await close()
  expect(onFault).toHaveBeenCalledOnce()
  expect(onFault).toHaveBeenCalledWith(
    { err: expect.any(Error), count: 2 },
    'spans cannot be exported, and are lost',
  )
})

test('a collector that hangs holds up neither spans nor the end, and what waits for it is bounded', async () => {
  let asked = 0
  const server = createServer(() => void asked++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { tracer, close } = await open(
    settingsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  )
  const before = performance.now()
  for (let n = 0; n < 5_000; n++) tracer.start('span', {}).end()
  expect(performance.now() - before).toBeLessThan(2_000)
  await vi.waitFor(() => expect(asked).toBeGreaterThan(0))
  const closing = performance.now()
  await close()
  expect(performance.now() - closing).toBeLessThan(4_000)
  // 64 that wait and 32 under way, in batches of 32.
  expect(asked).toBeLessThanOrEqual(3)
})
