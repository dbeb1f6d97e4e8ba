import { errorCodes, type Measure, operationClasses } from '@gateway/domain'

/**
 * Values that a label takes: a closed list, the names of the catalogue and `none`, or words of our own code, of which at most `most`
 * are told apart. Whatever else comes is counted as `other`.
 */
export type LabelValues = readonly string[] | 'names' | { readonly most: number }

/** One metric: its name and unit by the conventions of Prometheus, and its labels. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, LabelValues>>
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[]
}

type Of<Kind extends Measure['of']> = Extract<Measure, { readonly of: Kind }>

/** The members of a closed union of words; a record, so that none of them can be missing. */
const all = <Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] =>
  Object.keys(words) as Word[]

const kind = all<Of<'call'>['kind']>({ tool: true, resource: true, prompt: true })
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

const counter = (name: string, help: string, labels: Metric['labels'] = {}): Metric => ({
  type: 'counter',
  name: `mcp_gateway_${name}_total`,
  help,
  labels,
})
const gauge = (name: string, help: string, labels: Metric['labels'] = {}): Metric => ({
  type: 'gauge',
  name: `mcp_gateway_${name}`,
  help,
  labels,
})
const histogram = (
  name: string,
  help: string,
  { labels = {}, buckets = requestBuckets }: Partial<Pick<Metric, 'labels' | 'buckets'>> = {},
): Metric => ({ type: 'histogram', name: `mcp_gateway_${name}_seconds`, help, labels, buckets })

const method = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** More than the servers have routes. */
const route = { most: 120 }
/** More than there are clients of AWS services. */
const service = { most: 80 }

/** Everything that is counted of the gateway's own work; none names a tenant or a person. */
export const countedMetrics = {
  httpRequests: counter(
    'http_requests',
    'Requests of HTTP that are over, by pattern of route; `other` is the status of those whose client left before the answer.',
    { method, route, status: ['1xx', '2xx', '3xx', '4xx', '5xx'] },
  ),
  httpDuration: histogram(
    'http_request_duration',
    'Time of requests of HTTP that were answered, without event streams and WebSockets.',
    { labels: { route } },
  ),
  calls: counter(
    'calls',
    'Calls of tools, resources and prompts, by what the operation may do and how they ended.',
    {
      kind,
      name: 'names',
      class: [...operationClasses, 'none'],
      outcome: all<Of<'call'>['outcome']>({
        allow: true,
        deny: true,
        error: true,
        cancelled: true,
        asked: true,
      }),
    },
  ),
  callRefusals: counter('call_refusals', 'Calls that were refused or failed, by the code that says why.', {
    kind,
    code: errorCodes,
  }),
  callDuration: histogram('call_duration', 'Time of calls.', { labels: { kind, name: 'names' } }),
  awsRequests: counter('aws_requests', 'Attempts at AWS, by IAM prefix of the service.', {
    service,
    outcome: all<Of<'aws'>['outcome']>({
      ok: true,
      throttled: true,
      refused: true,
      error: true,
      unreachable: true,
      aborted: true,
    }),
  }),
  awsDuration: histogram('aws_request_duration', 'Time of attempts at AWS.', { labels: { service } }),
  assumeRole: counter('assume_role', 'Roles of tenants that were assumed, with all attempts at each.', {
    outcome: all<Of<'assume-role'>['outcome']>({ ok: true, refused: true, error: true }),
  }),
  assumeRoleDuration: histogram('assume_role_duration', 'Time to assume a role, with all attempts.'),
  cacheRequests: counter('cache_requests', 'Look-ups in what a process remembers.', {
    cache: all<Of<'cache'>['name']>({ sessions: true, clients: true, tokens: true, boundaries: true }),
    result: ['hit', 'miss'],
  }),
  limited: counter('limited', 'What limits refused; what only waited for its turn is not counted.', {
    limit: all<Of<'limited'>['limit']>({
      tenant: true,
      user: true,
      tool: true,
      aws: true,
      concurrency: true,
      flood: true,
      address: true,
      streams: true,
    }),
  }),
  budget: counter('budget', 'What became of amounts that calls wanted of daily budgets.', {
    outcome: all<Of<'budget'>['outcome']>({ reserved: true, settled: true, exceeded: true }),
  }),
  budgetUsd: counter('budget_usd', 'US dollars of those amounts.', {
    outcome: all<Of<'budget'>['outcome']>({ reserved: true, settled: true, exceeded: true }),
  }),
  callsRunning: gauge('calls_running', 'Calls that hold a lease to ask AWS.'),
  sessions: counter('sessions', 'Sessions of streamable HTTP that this process opened and ended.', {
    what: all<Of<'session'>['what']>({ opened: true, ended: true }),
  }),
  redisCommands: counter(
    'redis_commands',
    'Commands to Redis; shed ones were not sent, since the breaker is open.',
    {
      outcome: all<Of<'redis'>['outcome']>({ ok: true, failed: true, shed: true }),
    },
  ),
  redisDuration: histogram('redis_command_duration', 'Time of commands to Redis that were sent.', {
    buckets: [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.5],
  }),
  redisBreakerOpened: counter('redis_breaker_opened', 'Times that the breaker before Redis opened.'),
  redisBreaker: gauge('redis_breaker_open', '1 while the breaker before Redis is open.'),
  storeAway: counter('store_away', 'Decisions that were made without the store, by what was decided.', {
    what: all<Of<'store-away'>['what']>({
      rate: true,
      concurrency: true,
      revocations: true,
      stops: true,
      refused: true,
    }),
  }),
  auditRecords: counter(
    'audit_records',
    'Audit records, by sink; kept ones wait in memory for it, folded ones are counted in another.',
    {
      sink: all<Of<'audit'>['sink']>({ stdout: true, file: true, s3: true }),
      outcome: all<Of<'audit'>['outcome']>({
        written: true,
        failed: true,
        kept: true,
        refused: true,
        folded: true,
      }),
    },
  ),
  auditCheckpoints: counter(
    'audit_checkpoints',
    'Checkpoints of the audit log, signed or not for want of a signature.',
    {
      outcome: all<Of<'audit-checkpoint'>['outcome']>({ signed: true, failed: true }),
    },
  ),
  overload: counter(
    'overload_refusals',
    'Requests that were refused because the process has too much to do.',
  ),
} satisfies Readonly<Record<string, Metric>>

/** What is asked for at each scrape. */
export const watchedMetrics = {
  eventStreams: gauge('event_streams_open', 'Open event streams, of answers and of those who listen.'),
  webSockets: gauge('websockets_open', 'Open WebSockets.'),
  sseSessions: gauge('sse_sessions_open', 'Open sessions of HTTP+SSE, the transport of 2024-11-05.'),
  ready: gauge('ready', '1 while the process can serve all that it is for, as /readyz says.'),
} satisfies Readonly<Record<string, Metric>>

/** What runs; always 1. */
export const buildInfo: Metric = gauge('build_info', 'Always 1; the labels say what runs.', {
  version: { most: 1 },
  node: { most: 1 },
})

/** Every metric of the gateway; those of its process are named by others. */
export const metricTable: readonly Metric[] = [
  ...Object.values<Metric>(countedMetrics),
  ...Object.values<Metric>(watchedMetrics),
  buildInfo,
]
