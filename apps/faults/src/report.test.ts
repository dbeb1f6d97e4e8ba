import { expect, test } from 'vitest'
import { breaches, jsonOf, type Reported, tableOf } from './report.ts'

const well = {
  fault: 'redis-slow',
  calls: 12,
  answered: 9,
  refused: { unavailable: 3 },
  lookedUp: 1,
  writes: 2,
  lost: [],
  duplicated: [],
  unrecorded: [],
  wrong: [],
  chain: [],
  readsMeanwhile: { all: 8, good: 7 },
  recovered: true,
  failingBefore: 0,
  recoveryMs: 40,
  longestDecisionMs: 120,
} satisfies Reported
const skipped: Reported = { fault: 'disk-full', skipped: 'root only' }

test('what must not be is a breach, and a fault that could not happen is none', () => {
  expect([well, skipped].flatMap(breaches)).toEqual([])
  for (const [list, words] of [
    ['lost', 'lost: x'],
    ['duplicated', 'done twice: x'],
    ['unrecorded', 'not in the audit: x'],
    ['wrong', 'wrong answer: x'],
    ['chain', 'audit chain: x'],
  ] as const)
    expect(breaches({ ...well, [list]: ['x'] })).toEqual([words])
  expect(breaches({ ...well, recovered: false })).toEqual(['it did not recover'])
  expect(breaches({ fault: 'x', failed: 'no gateway' })).toEqual(['no gateway'])
})

test('the object has the counts by the names that others look for', () => {
  expect(jsonOf([{ ...well, lost: ['x'] }, skipped])).toEqual({
    faults: [
      {
        fault: 'redis-slow',
        calls: 12,
        answered: 9,
        refused: { unavailable: 3 },
        writes: 2,
        looked_up: 1,
        lost: 1,
        duplicated_writes: 0,
        audit_missing: 0,
        wrong_answers: 0,
        chain_verified: true,
        reads_meanwhile: { all: 8, good: 7 },
        recovered: true,
        failing_before: 0,
        recovery_ms: 40,
        longest_decision_ms: 120,
      },
      skipped,
    ],
    breaches: ['redis-slow: lost: x'],
  })
})

test('the table has a line for each fault', () => {
  const [titles, first, second] = tableOf([well, skipped]).split('\n')
  expect(titles).toMatch(/^fault +calls +answered +lost/)
  expect(first).toMatch(/^redis-slow +12 +9 +0 +0 +0 +0 +ok +2 +1 +7 of 8 +40 ms +120 ms +3 unavailable$/)
  expect(second).toMatch(/^disk-full +not run: root only$/)
})
