import { expect, test } from 'vitest'
import { type Check, judgeScenario } from './judge-scenario.ts'

const check = (id: string, status: Check['status'], errorMessage?: string): Check => ({
  id,
  status,
  ...(errorMessage !== undefined && { errorMessage }),
})
const judge = (checks: readonly Check[], listed: readonly string[] = []) =>
  judgeScenario(
    { scenario: 'ping', checks },
    listed.map((id) => ({ scenario: 'ping', check: id, why: 'we do not' })),
  )

test('checks that succeeded pass, and what is only told is neither', () => {
  expect(judge([check('a', 'SUCCESS'), check('b', 'INFO')])).toEqual({
    outcome: 'passed',
    scored: true,
    faults: [],
    notes: [],
  })
})

test.each([
  ['FAILURE', false],
  ['WARNING', true],
  ['SKIPPED', true],
] as const)('one check with %s fails the scenario; the suite would score it: %s', (status, scored) => {
  const verdict = judge([check('a', 'SUCCESS'), check('b', status, 'got\n 7')])
  expect(verdict).toMatchObject({ outcome: 'failed', scored })
  expect(verdict.faults).toEqual([`b: ${status.toLowerCase()}: got 7`])
})

test.each([[[]], [[check('a', 'INFO')]]])('a scenario that checked nothing fails: %j', (checks) => {
  expect(judge(checks)).toMatchObject({ outcome: 'failed', scored: false, faults: ['nothing was checked'] })
})

test('a listed deviation is neither a pass nor a failure, and its reason is told', () => {
  expect(judge([check('a', 'SUCCESS'), check('b', 'FAILURE')], ['b'])).toEqual({
    outcome: 'deviates',
    scored: false,
    faults: [],
    notes: ['b: we do not'],
  })
})

test('a deviation excuses its own check only, in its own scenario only', () => {
  expect(judge([check('b', 'FAILURE'), check('c', 'FAILURE')], ['b']).faults).toEqual([
    'c: failure: no reason given',
  ])
  const elsewhere = [{ scenario: 'pong', check: 'b', why: 'we do not' }]
  expect(judgeScenario({ scenario: 'ping', checks: [check('b', 'FAILURE')] }, elsewhere).outcome).toBe(
    'failed',
  )
})

test('a deviation that is none any more fails', () => {
  expect(judge([check('b', 'SUCCESS')], ['b'])).toMatchObject({
    outcome: 'failed',
    faults: ['b: is listed as a deviation and is none'],
  })
})

test('a long reason is cut', () => {
  expect(judge([check('a', 'FAILURE', 'x'.repeat(5_000))]).faults[0]?.length).toBeLessThan(600)
})
