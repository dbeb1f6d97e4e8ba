import { expect, test } from 'vitest'
import { answerIn } from './exchange.ts'

const json = { 'content-type': 'application/json', 'x-request-id': 'r1' }
const read = (status: number, body: unknown, headers: Record<string, string> = json) =>
  answerIn(status, new Headers(headers), typeof body === 'string' ? body : JSON.stringify(body))

test('an answer, with the id of its record', () => {
  const result = { structuredContent: { receipt: { decisionId: 'd1' } } }
  expect(read(200, { result })).toEqual({ outcome: 'good', requestId: 'r1', decisionId: 'd1' })
  const stream = `: ping\n\ndata: {"method":"notifications/progress"}\n\ndata: ${JSON.stringify({ result })}\n\n`
  expect(read(200, stream, { 'content-type': 'text/event-stream' })).toEqual({
    outcome: 'good',
    decisionId: 'd1',
  })
})

test('refusals: of a call, of JSON-RPC, of HTTP', () => {
  const error = { code: 'rate_limited', decisionId: 'd1', retry_after_s: 3 }
  expect(read(200, { result: { isError: true, structuredContent: { error } } })).toEqual({
    outcome: 'refused',
    code: 'rate_limited',
    requestId: 'r1',
    decisionId: 'd1',
    retryAfter: 3,
  })
  expect(
    read(503, { error: { code: -32603, data: { code: 'unavailable' } } }, { ...json, 'retry-after': '2' }),
  ).toEqual({ outcome: 'refused', code: 'unavailable', requestId: 'r1', retryAfter: 2 })
  expect(read(401, { error: 'invalid_token' })).toMatchObject({ outcome: 'refused', code: 'invalid_token' })
  expect(read(500, 'oops')).toMatchObject({ outcome: 'refused', code: 'http:500' })
})

test('a refusal that says what was sent before', () => {
  const error = { code: 'unavailable', decisionId: 'd1', sent: [{ action: 'ec2:StopInstances' }] }
  const answer = read(200, { result: { isError: true, structuredContent: { error } } })
  expect(answer).toMatchObject({ code: 'unavailable', mayBeDone: true })
  expect(answer).not.toHaveProperty('retryAfter')
})

test('a session that there is not any more', () => {
  expect(read(404, { error: { code: -32001 } })).toMatchObject({ code: 'rpc:-32001', sessionGone: true })
})

test("the balancer's 502 and a stream without its end are broken connections", () => {
  expect(read(502, '', {})).toEqual({ outcome: 'broken' })
  expect(read(200, ': ping\n\n', { 'content-type': 'text/event-stream' })).toEqual({ outcome: 'broken' })
})
