import { ConfigurationError, GatewayError } from '@gateway/domain'
import Fastify from 'fastify'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { loggerOptions } from './logging.ts'

const openLog = () => {
  const lines: string[] = []
  const log = pino(loggerOptions('trace'), { write: (line: string) => void lines.push(line) })
  return { log, lines, fields: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

/** Nobody could tell from its looks that it is a secret. */
const canary = 'canary-Zq7Jw2kX'
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlc2lnbmF0dXJl'

const changed = (error: Error, message = 'other') => Object.assign(error, { message })

class SdkError extends Error {
  readonly $response = { headers: { 'x-amz-security-token': canary }, body: canary }
  readonly config = { password: canary }
  override name = 'SdkError'
}

test.for([
  ['header', { headers: { authorization: `Bearer ${canary}` } }],
  ['header in other case', { HEADERS: { AUTHORIZATION: canary } }],
  ['header of a request', { req: { method: 'POST', id: '1', headers: { cookie: canary }, body: canary } }],
  ['URL of a request', { req: { method: 'GET', url: `/mcp?x=${canary}` } }],
  ['raw request', { req: { method: 'GET', raw: { rawHeaders: ['Authorization', canary] } } }],
  ['header of an answer', { res: { statusCode: 200, headers: { 'set-cookie': canary } } }],
  ['nested body', { body: { params: { arguments: { deep: { deeper: [{ password: canary }] } } } } }],
  ['array', { items: [1, [canary]] }],
  ['array under a listed name', { code: [canary] }],
  ['object under a listed name', { tool: { name: canary } }],
  ['root key', { password: canary }],
  ['URL', { url: `https://gateway.example/mcp?token=${canary}` }],
  ['JSON string', { text: JSON.stringify({ secretAccessKey: canary }) }],
  ['tool argument', { args: { bucket: canary }, arguments: { key: canary } }],
  ['AWS answer', { output: { Credentials: { SecretAccessKey: canary } }, $metadata: { cfId: canary } }],
  ['name that breaks out of JSON', { [`a":1,"msg":"${canary}`]: 1 }],
  ['error message', { err: new Error(`could not read ${canary}`) }],
  ['error message of several lines', { err: new Error(`could not read\n    ${canary}\n  at all`) }],
  ['error property', { err: new SdkError('failed') }],
  ['cause', { err: new Error('a', { cause: new Error('b', { cause: new SdkError(canary) }) }) }],
  ['cause that is no error', { err: new Error('a', { cause: { token: canary } }) }],
  ['cause that is a text', { err: new Error('a', { cause: canary }) }],
  ['thrown object', { err: { message: canary, stack: canary } }],
  ['thrown text', { err: canary }],
  ['aggregate', { err: new AggregateError([new Error(canary)], canary) }],
  ['line of a message that looks like a frame', { err: new Error(`a\n    at ${canary} (file:1:2)\nb`) }],
  ['message that was another', { err: changed(new Error(`a\n    at ${canary} (file:1:2)`)) }],
  ['message that was emptied', { err: changed(new Error(`a\n    at ${canary} (file:1:2)`), '') }],
  ['name of an error', { err: Object.assign(new Error('a'), { name: `Error ${canary}` }) }],
  ['code of an error', { err: Object.assign(new Error('a'), { code: `${canary}` }) }],
  ['number of an error', { err: Object.assign(new Error('a'), { code: { canary } }) }],
  [
    'message of the system',
    { err: Object.assign(new Error(canary), { syscall: 'connect', address: canary, port: canary }) },
  ],
  ['call of the system', { err: Object.assign(new Error('a'), { syscall: canary }) }],
] as const)('no canary in a line: %s', ([, fields]) => {
  const { log, lines } = openLog()
  log.error(fields, 'failed')
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain(canary)
  expect(lines[0]).toContain('"msg":"failed"')
})

test('no canary from the bindings of a child, at any depth', () => {
  const { log, lines } = openLog()
  log
    .child({ authorization: canary, session: { id: canary } })
    .child({ body: canary })
    .info('served')
  log.child({ err: new Error(canary), req: { url: canary } }).info({ status: 200 }, 'served')
  expect(lines.join('')).not.toContain(canary)
})

test.for([
  ['message', (log: pino.Logger) => log.info(`refused ${jwt}`)],
  ['format argument', (log: pino.Logger) => log.info('refused %s', jwt)],
  ['format object', (log: pino.Logger) => log.info('refused %j', { a: jwt })],
  ['listed field', (log: pino.Logger) => log.info({ code: `x ${jwt}` }, 'refused')],
  ['binding of a child', (log: pino.Logger) => log.child({ tenant: jwt }).info('refused')],
  ['own error', (log: pino.Logger) => log.info({ err: new GatewayError('internal', jwt) }, 'failed')],
] as const)('what looks like a secret is scrubbed: %s', ([, write]) => {
  const { log, lines } = openLog()
  write(log)
  expect(lines.join('')).toContain('[jwt]')
  expect(lines.join('')).not.toContain('c2lnbmF0dXJl')
})

test('a line of plain words is written as it is, and nothing else is plain', () => {
  const { log, lines, fields } = openLog()
  const reqId = '5f0c1f5e-3b62-4b0e-9c39-3d7ce4a3e7a1'
  log.child({ reqId }).info({ tool: 'aws_whoami', outcome: 'allow', ms: 3 }, 'call')
  const about = { level: 'info', time: fields()[0]?.time, service: 'aws-mcp-gateway' }
  const line = JSON.stringify({ ...about, reqId, tool: 'aws_whoami', outcome: 'allow', ms: 3, msg: 'call' })
  expect(lines[0]).toBe(`${line}\n`)
  log.info({ code: 'a', canary: 'canary', nested: { code: 'canary' }, canaries: ['canary'], ms: 1 }, 'b')
  log.info({ code: 'bearer abcdefgh', outcome: 'token=short', tool: 'secret: abcdefghijklmnop' }, 'b')
  log.child({ canary: 'canary' }).info('b')
  log.info({ ms: 'x', 'b":"canary': 'a', 'a":1,"canary': 'a' }, 'b')
  expect(lines).toHaveLength(5)
  expect(lines.join('')).not.toMatch(/canar|abcdefgh|short/)
})

test('what the line knows is kept', () => {
  const { log, fields } = openLog()
  const err = new GatewayError('unavailable', 'Sessions cannot be read just now.', {
    cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: 1,
    }),
  })
  log.child({ reqId: 'r-1' }).error({ code: err.code, status: err.status, err }, 'request failed')
  expect(fields()).toEqual([
    {
      level: 'error',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'aws-mcp-gateway',
      reqId: 'r-1',
      code: 'unavailable',
      status: 503,
      err: {
        type: 'GatewayError',
        code: 'unavailable',
        message: 'Sessions cannot be read just now.',
        stack: expect.stringContaining('logging.test.ts'),
        cause: { type: 'Error', code: 'ECONNREFUSED', syscall: 'connect', address: 'loopback', port: 1 },
      },
      msg: 'request failed',
    },
  ])
})

test('what the packages log of tool calls and of AWS is kept', () => {
  const { log, fields } = openLog()
  log.info({ tool: 'aws_whoami', outcome: 'allow', ms: 3 }, 'tool call')
  const about = { tenant: 'acme', account: 'prod', roleArn: 'arn:aws:iam::111111111111:role/x', region: 'eu' }
  const aws = { code: 'AccessDenied', requestId: 'r-1', httpStatus: 403 }
  log.error({ ...about, code: 'credentials_refused', aws }, 'AWS credentials could not be refreshed')
  log.error({ err: new ConfigurationError('The environment', ['PORT: must be a number']) }, 'x')
  expect(fields()).toMatchObject([
    { tool: 'aws_whoami', outcome: 'allow', ms: 3 },
    { ...about, aws: { code: 'AccessDenied', requestId: 'r-1', status: 403 } },
    { err: { message: 'The environment cannot be used:\n  - PORT: must be a number' } },
  ])
})

test('an error alone does not lend its message to the line', () => {
  const { log, lines, fields } = openLog()
  const error = new Error(`no ${canary}`)
  log.error(error)
  log.error({ err: error, status: 500 })
  log.error({ err: error }, error.message)
  log.error(error, 'own words')
  log.error({ err: error }, 'own words')
  expect(lines.join('')).not.toContain(canary)
  expect(fields().map(({ msg }) => msg)).toEqual(['failed', 'failed', 'failed', 'own words', 'own words'])
  expect(fields()).toMatchObject(Array(5).fill({ err: { type: 'Error' } }))
})

test('line breaks and terminal codes stay inside one line', () => {
  const { log, lines } = openLog()
  log.info({ code: 'a\r\nb\u001b[31m\u0007' }, 'x\r\n{"level":"fatal"}')
  expect(lines).toHaveLength(1)
  expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u)
  expect(lines[0]).toMatch(/[^\n]\n$/)
})

test('a failing request of the framework leaves no canary', async () => {
  const { log, lines } = openLog()
  await using app = Fastify({ loggerInstance: log })
  app.get('/:id', async (request) => {
    request.log.error({ req: request, headers: request.headers, query: request.query }, 'before')
    throw Object.assign(new Error(`no ${canary}`), { detail: canary })
  })
  await app.inject({ url: `/${canary}?token=${canary}`, headers: { authorization: `Bearer ${canary}` } })
  expect(lines.length).toBeGreaterThan(1)
  expect(lines.join('')).not.toContain(canary)
})
