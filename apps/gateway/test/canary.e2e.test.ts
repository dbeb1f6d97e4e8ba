import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, openTraceCollector, startRedis, type TraceCollector } from '@gateway/backends'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openCanaries } from './support/canaries.ts'
import { auditTexts, type Searched, searchSinks } from './support/canary-report.ts'
import { adminEnvironment } from './support/gateway.ts'
import { operating } from './support/operator.ts'
import { redisText } from './support/redis-text.ts'
import { openSignIn, type SignIn } from './support/sign-in.ts'
import { type SignInService, startSignInService } from './support/sign-in-service.ts'
import { openTalkativeAws, type TalkativeAws } from './support/talkative-aws.ts'
import { send, type WireAnswer } from './support/wire.ts'

// F12 over whole processes: strings are planted wherever something comes in, and every place where something is written down is
// searched for them.

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
const stack = new AsyncDisposableStack()
const canaries = openCanaries()
const traceId = randomBytes(16).toString('hex')
const ofClient = randomBytes(8).toString('hex')

let redisUrl: string
let aws: TalkativeAws
let collector: TraceCollector
let operators: SignIn
let two: SignInService
let metricsPorts: readonly [number, number]
/** What came in, from clients, AWS and the SSO: a sink that leaks all of it. */
const leaky: string[] = []
const answers: WireAnswer[] = []

beforeAll(async () => {
  redisUrl = stack.use(await startRedis({ cacheDir, mayInstall: true, env: process.env })).url
  aws = stack.use(await openTalkativeAws())
  collector = stack.use(await openTraceCollector())
  operators = stack.use(await openSignIn({ id: 'operators', resource: 'unused' }))
  metricsPorts = [await freePort(), await freePort()]
  two = stack.use(
    await startSignInService({
      envOf: (replica) => ({ METRICS_PORT: `${metricsPorts[replica]}` }),
      redisUrl,
      env: {
        LOG_LEVEL: 'trace',
        AUDIT_STDOUT: '1',
        AWS_ENDPOINT_URL: aws.url,
        AWS_SECRET_ACCESS_KEY: told('the gateway itself'),
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${told('headers of the collector')}`,
        OTEL_BSP_SCHEDULE_DELAY: '100',
        ...adminEnvironment(operators),
      },
    }),
  )
})
afterAll(() => stack.disposeAsync())

/** Plants a canary of which what comes in has told already. */
const told = (place: string, shape?: (unique: string) => string): string => {
  const text = canaries.plant(place, shape)
  leaky.push(text)
  return text
}

const jwtShaped = (unique: string): string =>
  ['{"alg":"none"}', `{"sub":"${unique}"}`].map((part) => Buffer.from(part).toString('base64url')).join('.') +
  `.${unique}`

/** Sends what a client would to one replica, under the name that both have. */
const ask = async (
  path: string,
  {
    token,
    body,
    headers = [],
    method = 'POST',
  }: {
    token?: string
    body?: string
    method?: string
    headers?: readonly (readonly [string, string])[]
  },
): Promise<WireAnswer> => {
  const all: [string, string][] = [
    ['host', new URL(two.service.url).host],
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
    ...(token === undefined ? [] : ([['authorization', `Bearer ${token}`]] as [string, string][])),
    ...headers.map(([name, value]): [string, string] => [name, value]),
  ]
  leaky.push(JSON.stringify([method, path, all, body]), body ?? '')
  const [origin] = two.service.origins
  const answer = await send(origin, { method, path, headers: all, ...(body !== undefined && { body }) })
  answers.push(answer)
  return answer
}

const rpc = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
const call = (token: string, name: string, args: object, meta: object = {}) =>
  ask('/mcp', { token, body: rpc('tools/call', { name, arguments: args, _meta: meta }) })

/** Plants in everything that a client, an operator, AWS and the SSO say. */
const plantAll = async (): Promise<{ readonly listed: WireAnswer; readonly refused: WireAnswer }> => {
  two.sso.acme.says = {
    subject: 'ann',
    groups: ['staff'],
    claims: { name: told('claim of the SSO'), email: `${told('email of the SSO')}@acme.example` },
  }
  const clientId = await two.register()
  const page = await two.signIn(
    two.browser(() => 0),
    { clientId },
  )
  const form = two.codeForm(page, clientId)
  leaky.push(JSON.stringify(form))
  canaries.known('authorization code', form.code ?? '')
  const granted = (await (await two.post(0, form)).json()) as { access_token: string; refresh_token: string }
  canaries.known('access token', granted.access_token)
  canaries.known('refresh token', granted.refresh_token)
  canaries.known('signature of the access token', granted.access_token.split('.')[2] ?? '')
  leaky.push(JSON.stringify(granted))
  const wrong = { ...form, code: told('code that was never given'), code_verifier: told('verifier') }
  answers.push(await wireOf(await two.post(0, wrong)))
  const renewal = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: told('unknown refresh token'),
  }
  answers.push(await wireOf(await two.post(0, renewal)))
  const callback = `/callback?code=${told('code of the SSO')}&state=${told('state')}`
  answers.push(await wireOf(await two.ask(0, callback)))
  canaries.known('client secret at the SSO', two.sso.acme.clientSecret)
  leaky.push(two.sso.acme.clientSecret)

  const token = granted.access_token
  const params = [...'ab'].map((name) => told(`URL query ${name}`))
  await ask(`/mcp?access_token=${params[0]}&x=${params[1]}`, {
    token,
    body: rpc('ping', { deep: [{ deeper: { password: told('nested body') } }, [told('array')]] }),
    headers: [
      ['cookie', `session=${told('cookie')}`],
      ['X-Api-Key', told('header')],
      [told('header name', (unique) => `X-${unique}`), '1'],
      ['baggage', `user=${told('baggage')}`],
      ['tracestate', `vendor=${told('tracestate')}`],
      ['traceparent', `00-${traceId}-${ofClient}-01`],
    ],
  })
  await ask('/mcp', { token: told('opaque bearer'), body: rpc('ping', {}) })
  await ask('/mcp', { token: told('unsigned bearer', jwtShaped), body: rpc('ping', {}) })
  await ask('/mcp', { token, body: `{"${told('broken JSON')}":` })
  await ask(`/${told('path')}/%zz`, { token, method: 'GET' })
  await ask('/mcp', { token, body: rpc(told('method'), {}) })
  await ask('/mcp', { token, body: rpc('ping', {}), headers: [['mcp-session-id', told('session id')]] })
  await call(token, told('tool name'), { a: 1 })
  await call(token, 'aws_whoami', {
    password: told('argument of a secret name'),
    apiKey: told('argument called apiKey'),
    json: JSON.stringify({ secretAccessKey: told('JSON string') }),
    [told('argument name')]: 1,
    unlike: told('argument that AWS would have as a key', (unique) =>
      `${unique}/aA1+`.padEnd(40, 'xY9/').slice(0, 40),
    ),
  })
  await call(token, 'aws_ec2_describe_instances', { account: told('account'), region: told('region') })
  const asked = {
    'user-agent': `agent ${told('token in the user agent', jwtShaped)}`,
    traceparent: `00-${traceId}-${ofClient}-01`,
  }
  const listed = await ask('/mcp', {
    token,
    body: rpc('tools/call', {
      name: 'aws_s3_list_objects',
      arguments: { bucket: 'bucket-1', prefix: told('prefix') },
    }),
    headers: Object.entries(asked),
  })
  const refused = await call(token, 'aws_s3_get_object', { bucket: 'other-bucket', key: told('object key') })
  for (const [place, text] of [...aws.canaries, ...aws.credentials].entries())
    canaries.known(`AWS ${place}`, text)
  leaky.push(aws.canaries.join(' '), aws.credentials.join(' '))

  const operator = operators.token({ ...operating, aud: `${two.service.url}/admin` })
  canaries.known('token of an operator', operator)
  await ask('/admin/v1/tenants', {
    token: operator,
    body: JSON.stringify({ id: told('new tenant', (unique) => `${unique}!`), name: told('its name') }),
  })
  await ask(`/admin/v1/tenants/${told('unknown tenant')}`, { token: operator, method: 'GET' })
  await ask('/admin/v1/revocations', {
    token: operator,
    body: JSON.stringify({ principal: told('principal'), unexpected: told('member of an admin request') }),
  })
  return { listed, refused }
}

const wireOf = async (answer: Response): Promise<WireAnswer> => ({
  status: answer.status,
  headers: Object.fromEntries(answer.headers),
  body: await answer.text(),
})

test('F12 nothing that was planted is written down anywhere, and all of it was told', async () => {
  const { listed, refused } = await plantAll()
  expect([listed.status, refused.status]).toEqual([200, 200])
  const { service } = two
  const ids = answers.map(({ headers }) => headers['x-request-id'])

  // Each sink has heard of these calls: what is found in none of them could also have been written nowhere.
  const callOf = (answer: WireAnswer) => `"request_id":"${answer.headers['x-request-id']}"`
  const events = await service.audit((all) =>
    [listed, refused].every(({ headers }) =>
      all.some((event) => event.request_id === headers['x-request-id']),
    ),
  )
  const audited = new Set(events.map(({ request_id }) => request_id))
  for (const [index, id] of ids.entries()) {
    const { status, body } = answers[index] ?? listed
    const isPing = status === 200 && body.includes('"result":{}')
    if (id !== undefined && !isPing) expect(audited, `${status} ${body}`).toContain(id)
  }
  const sent = events.find(({ request_id }) => request_id === listed.headers['x-request-id'])
  expect(sent).toMatchObject({
    outcome: 'allow',
    source: { user_agent: expect.stringMatching(/^agent \[/) },
    trace: { traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)) },
  })
  await vi.waitFor(() => {
    const ours = collector.spans().filter((span) => span.traceId === traceId)
    const names = ours.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['POST /mcp', 'tools/call']))
    const http = ours.find(({ name, spanId }) => name === 'POST /mcp' && spanId === callIn(ours)?.parentId)
    expect(http).toMatchObject({ parentId: ofClient, kind: 2 })
    expect(callIn(ours)?.spanId).toBe(sent?.trace?.traceparent.slice(36, 52))
  }, 10_000)
  const redis = await vi.waitFor(async () => {
    const held = await redisText(redisUrl)
    const recent = [...held].filter(([key]) => key.includes('recent')).join('\n')
    for (const answer of [listed, refused]) expect(recent).toContain(callOf(answer).replaceAll('"', '\\"'))
    return held
  })
  const metrics = await Promise.all(
    metricsPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  )
  expect(metrics[0]).toContain('aws_s3_list_objects')

  // What a process writes as it ends, the last checkpoints among it, is searched as well.
  const replicas = [service.replica(0), service.replica(1)]
  for (const { child } of replicas) child.kill('SIGTERM')
  expect(await Promise.all(replicas.map(({ ended }) => ended))).toEqual([0, 0])
  const output = replicas.map((replica) => replica.output()).join('\n')
  expect(output).toContain('"msg":"call"')
  expect(output).toContain(callOf(listed))
  expect(collector.headers.length).toBeGreaterThan(0)
  const written = await auditTexts(replicas.map(({ auditFile }) => auditFile))
  expect(written.records).toContain(callOf(listed))
  expect(written.checkpoints).toContain('"final":true')

  const bodies = answers.map(({ body, headers }) => `${body} ${JSON.stringify(headers)}`)
  const recent = [...redis].flatMap(([key, text]) => (key.includes('recent') ? [text] : []))
  const sinks: Searched[] = [
    { sink: 'metrics', text: metrics.join('\n') },
    { sink: 'standard output and error', text: output },
    { sink: 'audit files', text: written.records },
    { sink: 'checkpoints of audit files', text: written.checkpoints },
    { sink: 'traces', text: collector.bytes().toString('latin1') },
    { sink: 'recent events', text: recent.join('\n') },
    // What keeps sign-ins and sessions may keep what it is for, but no secret as it is.
    { sink: 'Redis', text: [...redis.values()].join('\n'), places: secrets },
    { sink: 'answers', text: bodies.join('\n'), places: secrets },
  ]
  const found = await searchSinks(canaries, sinks)
  for (const { sink, text } of sinks) expect(text.length, sink).toBeGreaterThan(100)
  expect(found).toEqual(Object.fromEntries(sinks.map(({ sink }) => [sink, []])))

  // The same search finds every one of them where it does stand.
  expect(new Set(canaries.foundIn(leaky.join('\n')))).toEqual(canaries.places)
  expect(canaries.places.size).toBeGreaterThan(40)
})

const callIn = (spans: ReturnType<TraceCollector['spans']>) =>
  spans.find(
    ({ name, attributes }) =>
      name === 'tools/call' && attributes['gen_ai.tool.name'] === 'aws_s3_list_objects',
  )

/** Of nobody but whom they were given to. */
const secrets: ReadonlySet<string> = new Set([
  'the gateway itself',
  'headers of the collector',
  'authorization code',
  'access token',
  'refresh token',
  'signature of the access token',
  'client secret at the SSO',
  'token of an operator',
  'AWS 4',
  'AWS 5',
  'AWS 6',
])

test('a file that says more is found by the same search', async () => {
  const secret = told('a file of the process')
  const text = await readFile(import.meta.filename, 'utf8')
  expect(canaries.foundIn(text)).not.toContain('a file of the process')
  for (const form of [
    secret,
    `x=${Buffer.from(`ab${secret}c`).toString('base64')}`,
    Buffer.from(secret).toString('hex'),
    secret.toUpperCase(),
  ])
    expect(canaries.foundIn(`${text}${form}`)).toContain('a file of the process')
})
