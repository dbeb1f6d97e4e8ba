import { expect, test } from 'vitest'
import { judgeRun, type SuiteRun } from './judge-run.ts'
import type { Check } from './judge-scenario.ts'

const revision = { name: '2026-07-28', required: 2, unscored: ['extra'] }
const deviations = [{ scenario: 'extra', check: 'extra', why: 'we do not' }]

const scenario = (name: string, status: Check['status'] = 'SUCCESS') => ({
  scenario: name,
  checks: [{ id: name, status }],
})

const judge = (run: Partial<SuiteRun>, listed: typeof deviations = []) =>
  judgeRun(
    revision,
    { exitCode: 0, results: [scenario('ping'), scenario('pong'), scenario('extra')], ...run },
    listed,
  )

test('all scenarios that should pass passed', () => {
  expect(judge({})).toEqual({
    lines: [
      '✓ 2026-07-28 ping: 1 check',
      '✓ 2026-07-28 pong: 1 check',
      '✓ 2026-07-28 extra: 1 check (unscored)',
      '2026-07-28: 2/2 required, 1/1 unscored run',
    ],
    passed: 3,
    failed: 0,
  })
})

test('a scenario that fails is counted and told with its reason', () => {
  const { lines, passed, failed } = judge({
    exitCode: 1,
    results: [scenario('ping'), scenario('pong', 'FAILURE'), scenario('extra')],
  })
  expect({ passed, failed }).toEqual({ passed: 2, failed: 2 })
  expect(lines).toContain('    pong: failure: no reason given')
  expect(lines.at(-1)).toBe('2026-07-28: 1/2 required, 1/1 unscored run')
})

test('an unscored scenario that fails, fails the gate as well', () => {
  const { failed } = judge({ results: [scenario('ping'), scenario('pong'), scenario('extra', 'FAILURE')] })
  expect(failed).toBe(1)
})

test('a deviation counts as neither', () => {
  const results = [scenario('ping'), scenario('pong'), scenario('extra', 'FAILURE')]
  const { lines, passed, failed } = judge({ results }, deviations)
  expect({ passed, failed }).toEqual({ passed: 2, failed: 0 })
  expect(lines).toContain('~ 2026-07-28 extra: 1 check (unscored)')
  expect(lines).toContain('    extra: we do not')
})

test.each([
  ['nothing at all', { results: [] }, 2],
  ['a required scenario less', { results: [scenario('ping'), scenario('extra')] }, 1],
  [
    'a required scenario more',
    { results: ['ping', 'pong', 'new', 'extra'].map((name) => scenario(name)) },
    1,
  ],
  ['no unscored one', { results: [scenario('ping'), scenario('pong')] }, 1],
  ['all, and ended with 1', { exitCode: 1 }, 1],
  ['all, and was stopped', { exitCode: undefined }, 1],
])('a suite that ran %s fails', (_, run, failed) => {
  expect(judge(run).failed).toBe(failed)
})
