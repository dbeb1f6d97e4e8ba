import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { unchallenged } from './support/refusals.ts'
import { openTalkativeAws, type TalkativeAws } from './support/talkative-aws.ts'

let aws: TalkativeAws
let gateway: TestGateway
let token: string

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary-of-the-gateway-itself')
  aws = await openTalkativeAws()
  gateway = await startGateway({ awsUrl: aws.url })
  token = gateway.acme.token({ email: 'canary-email@acme.example', name: 'canary-name' })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await gateway[Symbol.asyncDispose]()
  await aws[Symbol.asyncDispose]()
})

/** All that was written down, as one text. */
const written = async ({ logs, audit }: TestGateway): Promise<string> =>
  logs.join('') + (await audit()).map((event) => JSON.stringify(event)).join('\n')

const call = (name: string, args: object) => gateway.call(token, 'tools/call', { name, arguments: args })

test('F12 nothing that a caller or AWS says is written down', async () => {
  const answers = [
    await gateway.call(
      token,
      'ping',
      {},
      {
        path: '/mcp?access_token=canary-query&code=canary-code',
        headers: [
          ['cookie', 'session=canary-cookie'],
          ['x-api-key', 'canary-header'],
          ['X-CANARY-NAME', '1'],
          ['user-agent', 'canary-agent'],
          ['mcp-protocol-version', '2025-06-18'],
        ],
      },
    ),
    await gateway.call('canary-opaque-token', 'ping'),
    await gateway.call(
      `eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"canary"}').toString('base64url')}.`,
      'ping',
    ),
    await gateway.call(token, 'canary/method', { a: [{ b: ['canary-nested'] }] }),
    await gateway.call(token, 'ping', {}, { headers: [['mcp-session-id', 'canary-session']] }),
    await gateway.call(token, 'ping', {}, { headers: [['mcp-protocol-version', 'canary-version']] }),
    await gateway.call(token, 'ping', {}, { body: '{"canary-broken-json":' }),
    await gateway.call(token, 'ping', {}, { path: '/canary-path/%zz' }),
    await gateway.call(token, 'ping', {}, { path: '/canary-path' }),
    await gateway.call(token, 'ping', {}, { headers: [['origin', 'https://canary.example']] }),
    await call('canary_tool', { a: 'canary-argument' }),
    await call('aws_whoami', { password: 'canary-argument', json: '{"secretAccessKey":"canary-json"}' }),
    await call('aws_s3_list_objects', { bucket: 'CANARY bucket', prefix: 'canary-prefix' }),
    await call('aws_ec2_describe_instances', { account: 'canary-account', region: 'canary-region' }),
    await call('aws_s3_list_objects', { bucket: 'bucket-1', prefix: 'canary-prefix' }),
    await call('aws_s3_get_object', { bucket: 'other-bucket', key: 'canary-key' }),
  ]
  // The data of the one that worked is the caller's; credentials are nobody's.
  const [listed, refused] = answers.slice(-2)
  expect(JSON.parse(listed?.body ?? '').result.structuredContent.data.objects).toMatchObject([
    { key: 'canary-object' },
  ])
  expect(JSON.parse(refused?.body ?? '').result.structuredContent.error).toMatchObject({
    code: 'aws_error',
    aws: { code: 'AccessDenied' },
  })
  for (const answer of answers) {
    for (const secret of aws.credentials) expect(answer.body).not.toContain(secret)
    expect(answer.body).not.toContain('canary-of-the-gateway-itself')
    if (answer !== answers[0]) await gateway.auditOf(answer)
  }
  const text = await written(gateway)
  expect(text).not.toMatch(/canary/i)
  for (const secret of [...aws.canaries, ...aws.credentials, token]) expect(text).not.toContain(secret)
  expect(text).not.toContain(token.split('.')[2])
  expect(text).toContain('aws-request-1')
})

test('F13 line breaks and terminal codes of a caller stay inside one line', async () => {
  const nasty = 'a\r\nb\u001b[2J\u0000\u2028{"outcome":"allow"}\n'
  const subject = gateway.acme.token({ sub: nasty, jti: nasty })
  const answer = await gateway.call(subject, 'tools/call', { name: nasty, arguments: { [nasty]: nasty } })
  await call('aws_s3_get_object', { bucket: 'bucket-1', key: nasty, versionId: nasty })
  if (answer.status === 200) expect(await gateway.auditOf(answer)).toHaveLength(1)
  for (const line of gateway.logs) {
    expect(line.trimEnd()).not.toMatch(/\p{Cc}/u)
    expect(line.match(/\n/g)).toHaveLength(1)
    JSON.parse(line)
  }
  // `audit` parses each line, so a broken one would have thrown.
  expect((await gateway.audit()).every(({ schema_version }) => schema_version === 1)).toBe(true)
})

test.for<[string, unknown]>([
  ['an error', new Error('canary-message at /srv/gateway/secret.ts:1')],
  ['an error with a status', Object.assign(new Error('canary-message'), { statusCode: 404 })],
  ['an error with a strange status', Object.assign(new Error('canary-message'), { statusCode: 200 })],
  ['an error with properties', Object.assign(new Error('canary-message'), { $response: { a: 'canary' } })],
  ['a chain of errors', new Error('canary', { cause: new Error('canary', { cause: 'canary' }) })],
  ['a text', 'canary-thrown'],
  ['nothing', undefined],
  ['an object', { message: 'canary-thrown', stack: 'canary' }],
])('a fault of our own, %s: our own words, to the caller and to the log', async ([, thrown]) => {
  await using broken = await startGateway({
    dependencies: () => ({
      mcp: {
        post: () => Promise.reject(thrown),
        get: () => Promise.reject(thrown),
        delete: () => Promise.reject(thrown),
      },
    }),
  })
  const answer = await broken.call(broken.acme.token(), 'ping')
  unchallenged(answer, 500, 'internal')
  expect(answer.body).not.toMatch(/canary|\.ts\b|\bat \//)
  const [event, ...more] = await broken.auditOf(answer)
  expect(more).toEqual([])
  expect(event).toMatchObject({ tenant_id: 'acme', outcome: 'error', http: { status: 500 } })
  expect(await written(broken)).not.toContain('canary')
  expect(broken.logs.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'error', code: 'internal', reqId: answer.headers['x-request-id'] }),
  )
})
