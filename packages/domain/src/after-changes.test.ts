import { expect, test } from 'vitest'
import type { AuditEvent, AuditLog } from './audit.ts'
import type { AwsResponse } from './aws.ts'
import { GatewayError } from './errors.ts'
import { callLine, type LineOptions, refusalOf } from './testing/call-line.ts'
import { removeThing as destructive } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'
import type { AnyTool } from './tool.ts'

const away = () =>
  new GatewayError('unavailable', 'The store is away, so nothing was sent. Try again.', {
    details: { retryAfterSeconds: 2 },
  })

const removeThing: AnyTool = { ...destructive, access: 'write' }

/** Removes a thing, and then another. */
const removeTwo: AnyTool = {
  ...removeThing,
  async run(context) {
    await context.aws('ec2', 'RemoveThing', { id: 'a' })
    await context.aws('ec2', 'RemoveThing', { id: 'b' })
    return { data: { removed: true } }
  },
}

const mayWrite = grantIn('acme', { scopes: ['aws:write'], groups: ['operators'] })

const line = (options: LineOptions = {}, tool: AnyTool = removeThing) => {
  const made = callLine({ tools: [tool], ...options })
  return {
    ...made,
    call: () => made.run({ tool: tool.name, args: { account: 'prod', id: 'a' }, grant: mayWrite }),
  }
}

/** An audit log that takes beginnings, and `ends` so many endings in vain. */
const failingAt = (ends: number): AuditLog => {
  let failed = 0
  return {
    async append({ event }: AuditEvent) {
      if (event === 'tool.call' && failed++ < ends) throw new Error('over its bound')
    },
  }
}

/** AWS whose n-th answer is the n-th of these. */
const answering =
  (...answers: (AwsResponse | Error)[]) =>
  async (): Promise<AwsResponse> => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer ?? { output: {}, requestId: 'aws-2', attempts: 1 }
  }
const done = { output: {}, requestId: 'aws-1', attempts: 1 }
const aws1 = { action: 'ec2:RemoveThing', region: 'eu-west-1', done: true, requestId: 'aws-1' }

test.each([
  ['can never be written', 2, []],
  ['could not be written at once', 1, [{ event: 'tool.call', reason_code: 'unavailable' }]],
] as const)(
  'a change whose end %s is answered with what was sent, and no word to come again',
  async (_, ends, written) => {
    const { call, events, logged } = line({ audit: failingAt(ends), aws: answering(done) })
    const result = await call()
    const error = refusalOf(result)
    expect(result.isError).toBe(true)
    expect(error).toMatchObject({ code: 'unavailable', sent: [aws1] })
    expect(error).not.toHaveProperty('retry_after_s')
    expect(result.text).toContain('ec2:RemoveThing in eu-west-1 was carried out (AWS request aws-1)')
    expect(result.text).toContain('Look at what is there before you try again')
    expect(events).toMatchObject([{ event: 'tool.begin', call_id: error.decisionId }, ...written])
    expect(logged.some(({ level }) => level === 'error')).toBe(ends === 2)
  },
)

test('a store that is lost in the midst of a change does not say that nothing was sent', async () => {
  const { call, events } = line({ aws: answering(done, away()) }, removeTwo)
  const result = await call()
  const error = refusalOf(result)
  expect(error).toMatchObject({ code: 'unavailable', sent: [aws1] })
  expect(error).not.toHaveProperty('retry_after_s')
  expect(result.text).not.toMatch(/nothing was sent/i)
  expect(events.map(({ event, reason_code }) => [event, reason_code])).toEqual([
    ['tool.begin', undefined],
    ['tool.call', 'unavailable'],
  ])
})

test('neither does a limit that is met in the midst of it', async () => {
  const limited = new GatewayError('rate_limited', 'Nothing was sent.', { details: { retryAfterSeconds: 3 } })
  const result = await line({ aws: answering(done, limited) }, removeTwo).call()
  expect(refusalOf(result)).toMatchObject({ code: 'rate_limited', sent: [aws1] })
  expect(refusalOf(result)).not.toHaveProperty('retry_after_s')
})

test.each([
  ['aws_unreachable', new GatewayError('aws_unreachable', 'No answer in time.')],
  [
    'a 500',
    new GatewayError('aws_error', 'x', {
      details: { aws: { code: 'X', httpStatus: 500, requestId: 'aws-9' } },
    }),
  ],
])('a request that ended with %s may have been carried out', async (_, fault) => {
  const swallowing: AnyTool = {
    ...removeThing,
    async run(context) {
      await context.aws('ec2', 'RemoveThing', { id: 'a' }).catch(() => undefined)
      throw away()
    },
  }
  const result = await line({ aws: answering(fault) }, swallowing).call()
  expect(refusalOf(result)).toMatchObject({
    code: 'unavailable',
    sent: [{ action: 'ec2:RemoveThing', done: false }],
  })
  expect(result.text).toContain('may have been carried out')
})

test('a change that runs out of time tells what is under way', async () => {
  const made = callLine({ tools: [removeThing], aws: () => new Promise(() => {}) })
  const grant = grantIn('acme', {
    scopes: ['aws:write'],
    groups: ['operators'],
    tenant: { operations: { ...mayWrite.tenant.operations, timeout: 20, taskTimeout: 20 } },
  })
  const result = await made.run({ tool: removeThing.name, args: { account: 'prod', id: 'a' }, grant })
  expect(refusalOf(result)).toMatchObject({
    code: 'timeout',
    sent: [{ action: 'ec2:RemoveThing', done: false }],
  })
})

test.each([
  ['the store is away', away()],
  [
    'AWS does not look at it',
    new GatewayError('aws_error', 'x', {
      details: { retryAfterSeconds: 3, aws: { code: 'Throttling', httpStatus: 503 } },
    }),
  ],
  [
    'AWS refuses it',
    new GatewayError('aws_error', 'x', { details: { aws: { code: 'X', httpStatus: 403, attempts: 1 } } }),
  ],
])('what was certainly not done may be tried again as ever: %s', async (_, fault) => {
  const refusing = line({ aws: answering(fault) }).call()
  if (fault.code === 'unavailable') {
    await expect(refusing).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
    return
  }
  const error = refusalOf(await refusing)
  expect(error).not.toHaveProperty('sent')
  expect(error.retry_after_s).toBe(fault.details.retryAfterSeconds)
  const unwritten = line({ aws: answering(fault), audit: failingAt(2) }).call()
  await expect(unwritten).rejects.toMatchObject({ code: 'unavailable', status: 503 })
})

test('a change that cannot be recorded before it begins is not made, and may be tried again', async () => {
  const audit: AuditLog = { append: () => Promise.reject(new Error('over its bound')) }
  const { call, sent } = line({ audit })
  await expect(call()).rejects.toMatchObject({ code: 'unavailable', status: 503 })
  expect(sent).toEqual([])
})

test('of many requests the last ones are named', async () => {
  const removeMany: AnyTool = {
    ...removeThing,
    async run(context) {
      for (let n = 0; n < 23; n++) await context.aws('ec2', 'RemoveThing', { id: `${n}` })
      throw away()
    },
  }
  const result = await line({}, removeMany).call()
  expect(refusalOf(result).sent).toHaveLength(20)
  expect(result.text).toContain('3 requests before these')
})
