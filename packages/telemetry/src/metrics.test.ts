import { randomBytes } from 'node:crypto'
import { errorCodes, type Measure, operationClasses } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createMetrics, type Metrics } from './metrics.ts'

const names = ['aws_whoami', 'aws_s3_list_buckets', 'aws://policy', 'account-overview']

const openMetrics = () => {
  const metrics = createMetrics({ version: '1.2.3', names })
  return { ...metrics, [Symbol.dispose]: metrics.close }
}

interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What a scrape reads; throws where a line is not of the text format. */
const scraped = async (metrics: Pick<Metrics, 'text'>): Promise<readonly Series[]> => {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const [, name, text = '', value] = /^([a-z_0-9]+)(?:\{(.*)\})? ([-+.\de]+|Nan)$/s.exec(line) ?? []
    if (name === undefined) throw new Error(`not a series: ${line}`)
    const labels = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, word]) => [label, word])
    return { name, labels: Object.fromEntries(labels), value: Number(value) }
  })
}

const reading = async (metrics: Pick<Metrics, 'text'>, name: string, labels: Series['labels'] = {}) =>
  (await scraped(metrics)).find(
    (each) =>
      each.name === name && Object.entries(labels).every(([label, word]) => each.labels[label] === word),
  )?.value

const call = {
  of: 'call',
  kind: 'tool',
  name: 'aws_whoami',
  access: 'read',
  outcome: 'allow',
  ms: 120,
} as const satisfies Measure

test('each measure is counted where it belongs, in seconds and dollars', async () => {
  using metrics = openMetrics()
  const { measured } = metrics
  measured(call)
  measured({ ...call, outcome: 'deny', code: 'policy_denied', ms: 2 })
  measured({ of: 'http', method: 'POST', route: '/mcp', status: 200, ms: 30 })
  measured({ of: 'http', method: 'GET', route: '/mcp', status: 200 })
  measured({ of: 'http', method: 'GET', route: '/mcp', status: 499 })
  measured({ of: 'audit-checkpoint', outcome: 'failed' })
  measured({ of: 'aws', service: 'ec2', outcome: 'throttled', ms: 60 })
  measured({ of: 'assume-role', outcome: 'refused', ms: 5 })
  measured({ of: 'cache', name: 'tokens', hit: true })
  measured({ of: 'limited', limit: 'user' })
  measured({ of: 'session', what: 'opened' })
  measured({ of: 'budget', outcome: 'reserved', microUsd: 2_500_000 })
  measured({ of: 'redis', outcome: 'ok', ms: 1 })
  measured({ of: 'redis', outcome: 'shed', ms: 0 })
  measured({ of: 'store-away', what: 'rate' })
  measured({ of: 'audit', sink: 'file', outcome: 'written', count: 7 })
  measured({ of: 'overload' })

  const is = async (name: string, labels: Series['labels'], value: number) =>
    expect([name, await reading(metrics, `mcp_gateway_${name}`, labels)]).toEqual([name, value])
  const whoami = { kind: 'tool', name: 'aws_whoami' }
  await is('calls_total', { ...whoami, class: 'read', outcome: 'allow' }, 1)
  await is('calls_total', { ...whoami, class: 'read', outcome: 'deny' }, 1)
  await is('call_refusals_total', { kind: 'tool', code: 'policy_denied' }, 1)
  await is('call_duration_seconds_sum', whoami, 0.122)
  await is('http_requests_total', { method: 'POST', route: '/mcp', status: '2xx' }, 1)
  await is('http_requests_total', { method: 'GET', route: '/mcp', status: '2xx' }, 1)
  await is('http_requests_total', { method: 'GET', route: '/mcp', status: 'other' }, 1)
  await is('audit_checkpoints_total', { outcome: 'failed' }, 1)
  await is('http_request_duration_seconds_count', { route: '/mcp' }, 1)
  await is('aws_requests_total', { service: 'ec2', outcome: 'throttled' }, 1)
  await is('aws_request_duration_seconds_sum', { service: 'ec2' }, 0.06)
  await is('assume_role_total', { outcome: 'refused' }, 1)
  await is('cache_requests_total', { cache: 'tokens', result: 'hit' }, 1)
  await is('limited_total', { limit: 'user' }, 1)
  await is('sessions_total', { what: 'opened' }, 1)
  await is('budget_total', { outcome: 'reserved' }, 1)
  await is('budget_usd_total', { outcome: 'reserved' }, 2.5)
  await is('redis_commands_total', { outcome: 'shed' }, 1)
  await is('redis_command_duration_seconds_count', {}, 1)
  await is('store_away_total', { what: 'rate' }, 1)
  await is('audit_records_total', { sink: 'file', outcome: 'written' }, 7)
  await is('overload_refusals_total', {}, 1)
  await is('build_info', { version: '1.2.3', node: process.version }, 1)
})

test('the breaker is open until it closes', async () => {
  using metrics = openMetrics()
  const open = () => reading(metrics, 'mcp_gateway_redis_breaker_open')
  expect(await open()).toBe(0)
  metrics.measured({ of: 'redis-breaker', state: 'open' })
  expect(await open()).toBe(1)
  metrics.measured({ of: 'redis-breaker', state: 'closed' })
  expect(await open()).toBe(0)
  expect(await reading(metrics, 'mcp_gateway_redis_breaker_opened_total')).toBe(1)
})

test('calls run until their lease is given back', async () => {
  using metrics = openMetrics()
  const running = () => reading(metrics, 'mcp_gateway_calls_running')
  for (const what of ['taken', 'taken', 'left'] as const) metrics.measured({ of: 'lease', what })
  expect(await running()).toBe(1)
  metrics.measured({ of: 'lease', what: 'left' })
  expect(await running()).toBe(0)
})

test('what could go wrong is there from the start, so that a rate sees the first time', async () => {
  using metrics = openMetrics()
  for (const [name, labels] of [
    ['audit_records_total', { sink: 's3', outcome: 'failed' }],
    ['assume_role_total', { outcome: 'error' }],
    ['redis_commands_total', { outcome: 'failed' }],
    ['limited_total', { limit: 'flood' }],
    ['overload_refusals_total', {}],
  ] as const)
    expect([name, await reading(metrics, `mcp_gateway_${name}`, labels)]).toEqual([name, 0])
})

test('gauges are asked at each scrape, and those that nobody watches are not there', async () => {
  using metrics = openMetrics()
  let open = 3
  metrics.watch({ webSockets: () => open, ready: async () => 1 })
  expect(await reading(metrics, 'mcp_gateway_websockets_open')).toBe(3)
  open = 5
  expect(await reading(metrics, 'mcp_gateway_websockets_open')).toBe(5)
  expect(await reading(metrics, 'mcp_gateway_ready')).toBe(1)
  expect(await reading(metrics, 'mcp_gateway_event_streams_open')).toBeUndefined()
})

test('two of one process count apart', async () => {
  using one = openMetrics()
  using another = openMetrics()
  one.measured({ of: 'overload' })
  expect(await reading(another, 'mcp_gateway_overload_refusals_total')).toBe(0)
})

/** As if words of callers had come through, which the types forbid. */
const hostile = (n: number): Measure[] => {
  const word = `${randomBytes(8).toString('latin1')}"}\n\\{${n}`
  const any = <Word>(): Word => word as unknown as Word
  return [
    { of: 'call', kind: any(), name: word, access: any(), outcome: any(), code: any(), ms: Number.NaN },
    { ...call, name: word, ms: -5 },
    { of: 'http', method: word, route: `/${word}`, status: n, ms: Number.POSITIVE_INFINITY },
    { of: 'aws', service: word, outcome: any(), ms: n },
    { of: 'assume-role', outcome: any(), ms: n },
    { of: 'cache', name: any(), hit: true },
    { of: 'limited', limit: any() },
    { of: 'session', what: any() },
    { of: 'budget', outcome: any(), microUsd: Number.NEGATIVE_INFINITY },
    { of: 'redis', outcome: any(), ms: n },
    { of: 'store-away', what: any() },
    { of: 'audit', sink: any(), outcome: any(), count: -1 },
    { of: 'audit-checkpoint', outcome: any() },
  ]
}

test('20,000 words of strangers make no more series than 1,000, and none of them is a word of theirs', async () => {
  using metrics = openMetrics()
  const feed = (count: number) => {
    for (let n = 0; n < count; n++) for (const measure of hostile(n)) metrics.measured(measure)
  }
  feed(1_000)
  const before = (await scraped(metrics)).length
  feed(20_000)
  const after = await scraped(metrics)
  expect(after.length).toBe(before)
  // Routes and services are patterns and prefixes of our own code; all else has closed lists.
  const own = ['route', 'service', 'le', 'version', 'node']
  const told = after.flatMap(({ labels }) =>
    Object.entries(labels).flatMap(([label, word]) => (own.includes(label) ? [] : [word])),
  )
  const closed = [...names, ...errorCodes, ...operationClasses, 'none', 'other']
  expect(
    [...new Set(told)].filter((word) => !closed.includes(word) && !/^[a-zA-Z0-9-]{1,12}$/.test(word)),
  ).toEqual([])
  expect(new Set(after.map(({ labels }) => labels.route)).size).toBeLessThanOrEqual(122)
  expect(new Set(after.map(({ labels }) => labels.service)).size).toBeLessThanOrEqual(82)
})

/** Every call, request and attempt that there can be, but not of every code. */
const ordinary = (): Measure[] => [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap((method) =>
    [101, 200, 301, 404, 500].map(
      (status): Measure => ({ of: 'http', method, route: '/mcp', status, ms: 1 }),
    ),
  ),
  ...(['ok', 'throttled', 'refused', 'error', 'unreachable', 'aborted'] as const).map(
    (outcome): Measure => ({ of: 'aws', service: 's3', outcome, ms: 1 }),
  ),
  ...(['tool', 'resource', 'prompt'] as const).flatMap((kind) =>
    (['allow', 'deny', 'error', 'cancelled', 'asked'] as const).flatMap((outcome) =>
      operationClasses.flatMap((access) =>
        names.map((name): Measure => ({ of: 'call', kind, name, access, outcome, code: 'timeout', ms: 1 })),
      ),
    ),
  ),
  { of: 'call', kind: 'tool', outcome: 'deny', code: 'unknown_tool', ms: 1 },
]

test('every label has these values and no others', async () => {
  using metrics = openMetrics()
  for (const measure of [...hostile(1), ...ordinary()]) metrics.measured(measure)
  const values = new Map<string, Set<string>>()
  for (const { name, labels } of await scraped(metrics))
    for (const [label, word] of Object.entries(labels)) {
      if (name.endsWith('_sum') || name.endsWith('_count')) continue
      if (['le', 'route', 'service', 'version', 'node'].includes(label)) continue
      const at = `${name.replace('mcp_gateway_', '')} ${label}`
      values.set(at, (values.get(at) ?? new Set()).add(word))
    }
  const sorted = [...values].map(([at, words]) => [at, [...words].sort().join(' ')]).sort()
  expect(Object.fromEntries(sorted)).toMatchInlineSnapshot(`
    {
      "assume_role_total outcome": "error ok other refused",
      "audit_checkpoints_total outcome": "failed other signed",
      "audit_records_total outcome": "failed folded kept other refused written",
      "audit_records_total sink": "file other s3 stdout",
      "aws_requests_total outcome": "aborted error ok other refused throttled unreachable",
      "budget_total outcome": "exceeded other reserved settled",
      "budget_usd_total outcome": "exceeded other reserved settled",
      "cache_requests_total cache": "boundaries clients other sessions tokens",
      "cache_requests_total result": "hit miss",
      "call_duration_seconds_bucket kind": "other prompt resource tool",
      "call_duration_seconds_bucket name": "account-overview aws://policy aws_s3_list_buckets aws_whoami none other",
      "call_refusals_total code": "other timeout unknown_tool",
      "call_refusals_total kind": "other prompt resource tool",
      "calls_total class": "destructive none other permissions read sensitive-read spend write",
      "calls_total kind": "other prompt resource tool",
      "calls_total name": "account-overview aws://policy aws_s3_list_buckets aws_whoami none other",
      "calls_total outcome": "allow asked cancelled deny error other",
      "http_requests_total method": "DELETE GET HEAD OPTIONS PATCH POST PUT other",
      "http_requests_total status": "1xx 2xx 3xx 4xx 5xx other",
      "limited_total limit": "address aws concurrency flood other streams tenant tool user",
      "redis_commands_total outcome": "failed ok other shed",
      "sessions_total what": "ended opened other",
      "store_away_total what": "concurrency other rate refused revocations stops",
    }
  `)
})

test('the text is what Prometheus reads, with the units and endings of its conventions', async () => {
  using metrics = openMetrics()
  metrics.measured(call)
  expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await metrics.text()
  const types = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', type = '']) => ({
    name,
    type,
  }))
  expect(types.length).toBeGreaterThan(25)
  for (const { name, type } of types) {
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(text).toContain(`# HELP ${name} `)
  }
  for (const { labels } of await scraped(metrics)) {
    expect(Object.keys(labels)).not.toEqual(expect.arrayContaining(['tenant']))
    expect(Object.keys(labels)).not.toEqual(expect.arrayContaining(['user']))
  }
})

test('the process: memory, processor time, and a stall of the event loop', async () => {
  using metrics = openMetrics()
  await new Promise((resolve) => setTimeout(resolve, 30))
  const until = performance.now() + 150
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(await reading(metrics, 'nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0.1)
  // A scrape begins a new while.
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await reading(metrics, 'nodejs_eventloop_lag_max_seconds')).toBeLessThan(0.1)
  const { rss } = process.memoryUsage()
  const resident = await reading(metrics, 'process_resident_memory_bytes')
  expect(Math.abs((resident ?? 0) / rss - 1)).toBeLessThan(0.2)
  const cpu = await reading(metrics, 'process_cpu_seconds_total')
  expect(cpu).toBeGreaterThan(0.1)
  expect(await reading(metrics, 'process_cpu_seconds_total')).toBeLessThan((cpu ?? 0) + 1)
})
