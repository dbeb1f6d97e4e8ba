import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { answersIn } from './answers.ts'
import { findingOf, sameFinding } from './finding.ts'
import { makeInput } from './inputs/make-input.ts'
import { judgeAudit, refusedIn } from './judge-audit.ts'
import { faultsInLog } from './judge-log.ts'
import { judgeMemory } from './judge-memory.ts'
import { createTokenRefusals } from './judge-refusals.ts'
import { sampleMaterial as material } from './testing/sample-material.ts'

const input = makeInput(1, 0, { only: ['jwt'], material })
const answer = (status: number, id: string, body: unknown) => {
  const text = JSON.stringify(body)
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\nx-request-id: ${id}\r\ncontent-length: ${text.length}\r\n\r\n${text}`
}
const error = { id: 1, error: { code: -32600 } }

test('refusals are counted by the request: one by its status, or each of a batch', () => {
  const received =
    answer(401, 'a', { error: 'invalid_token' }) +
    answer(200, 'b', [error, error, { id: 2, result: {} }]) +
    answer(200, 'c', { id: 1, result: {} })
  const refused = refusedIn(input, { answers: answersIn(received) })
  expect(refused.map(({ requestId, times }) => [requestId, times])).toEqual([
    ['a', 1],
    ['b', 2],
  ])
})

test('refused tokens are told apart by nothing', () => {
  const judge = createTokenRefusals()
  const answers = (text: string) =>
    answersIn(answer(401, 'a', { error: 'invalid_token', error_description: text }))
  expect(judge(answers('It is not valid.'))).toEqual([])
  expect(judge(answersIn(answer(401, 'b', { error: 'unauthorized' })))).toEqual([])
  expect(judge(answers('It is not valid.'))).toEqual([])
  expect(judge(answers('It has expired.'))).toMatchObject([{ kind: 'cause told' }])
})

test('a refusal without a record, one with two, and one that asked AWS are found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-audit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const record = (request_id: string, more: object = {}) =>
    JSON.stringify({ event: 'auth.deny', outcome: 'deny', reason_code: 'x', request_id, ...more })
  const file = join(folder, 'audit.jsonl')
  const lines = [
    record('good'),
    record('good', { event: 'tool.begin', outcome: 'allow' }),
    record('twice'),
    record('twice'),
    record('asked', { aws: { request_ids: ['r'] } }),
    '{"checkpoint":1}',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const ids = ['good', 'twice', 'none', 'asked']
  const findings = await judgeAudit(
    file,
    ids.map((requestId) => ({ input, requestId, times: 1 })),
  )
  expect(findings.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
    'not audited once: told 1 times, on record 2 times: auth.deny x, auth.deny x',
    'not audited once: told 1 times, on record 0 times: ',
    'AWS asked: 1 requests of a refused call',
  ])
})

test('faults of the program are found in its log', () => {
  const lines = [
    { level: 'warn', msg: 'a' },
    { level: 'error', msg: 'request failed', code: 'internal' },
    { level: 'error', msg: 'request failed', code: 'unavailable' },
    { level: 'error', msg: 'not kept', err: { code: 'unavailable' } },
    { level: 'fatal', msg: 'the process failed' },
  ]
  const log = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n(node:1) Warning: x\n`
  expect(faultsInLog(log)).toEqual([
    '{"msg":"request failed","code":"internal"}',
    '{"msg":"the process failed"}',
    '(node:1) Warning: x',
  ])
})

test.for([
  [100, 109, undefined],
  [100, 90, undefined],
  [100, 112, 'heap: heap 12.0 %, RSS 5.0 % more'],
] as const)('memory from %i to %i: %s', ([from, to, fault]) => {
  const { heap, fault: found } = judgeMemory({ heap: from, rss: 100 }, { heap: to, rss: 105 })
  expect(heap).toBeCloseTo(to / from - 1)
  expect(found?.detail).toBe(fault)
})

test('the memory of the process counts too', () => {
  const { fault } = judgeMemory({ heap: 100, rss: 100 }, { heap: 100, rss: 111 })
  expect(fault).toEqual({ kind: 'memory', detail: 'RSS: heap 0.0 %, RSS 11.0 % more' })
})

test('the same fault of many inputs is one finding', () => {
  const fault = (detail: string) => ({ kind: 'status 500', detail }) as const
  const findings = sameFinding([
    findingOf(input, fault('id 12 of 5d3b3a1e-0000-4000-8000-000000000001')),
    findingOf(input, fault('id 13 of 5d3b3a1e-0000-4000-8000-000000000002')),
    findingOf(input, fault('something else')),
  ])
  expect(findings.map(({ times, replay }) => [times, replay])).toEqual([
    [2, '1:0'],
    [1, '1:0'],
  ])
})
