import { expect, test } from 'vitest'
import type { Attempt, Carried, Recorded } from './attempt.ts'
import { judge, type Run } from './judge.ts'

const read: Attempt = {
  call: 1,
  kind: 'read',
  tool: 'aws_whoami',
  subject: 'ann',
  began: 100,
  ended: 150,
  outcome: 'good',
  decisionId: 'd1',
}
const write: Attempt = { ...read, call: 2, kind: 'write', tool: 'aws_put', key: 'k', decisionId: 'd2' }
const put: Carried = { key: 'k', at: 120, requestId: 'aws-1', callId: 'd2' }
const recordOf = (callId: string, ids: readonly string[] = []): Recorded => ({
  event: 'tool.call',
  request_id: `r-${callId}`,
  call_id: callId,
  aws: { request_ids: ids },
})
const well: Run = {
  attempts: [read, write],
  carried: [put],
  records: [recordOf('d1'), recordOf('d2', ['aws-1'])],
  struck: 90,
  healed: 200,
}
const without = ({ decisionId: _, ...attempt }: Attempt): Attempt => attempt
const refused = (code: string, more: Partial<Attempt> = {}): Attempt => ({
  ...without(read),
  outcome: 'refused',
  code,
  requestId: 'r-0',
  ...more,
})
const denied: Recorded = { event: 'http.deny', request_id: 'r-0' }

/** What is wrong with a run, by the name of its list. */
const wrongs = (run: Partial<Run>) => {
  const { lost, duplicated, unrecorded, wrong } = judge({ ...well, ...run })
  return { lost, duplicated, unrecorded, wrong }
}
const none = { lost: [], duplicated: [], unrecorded: [], wrong: [] }

test('a run in which nothing is wrong', () => {
  expect(judge(well)).toEqual({
    ...none,
    calls: 2,
    answered: 2,
    refused: {},
    lookedUp: 0,
    writes: 1,
    readsMeanwhile: { all: 1, good: 1 },
    recoveryMs: 0,
    longestDecisionMs: 0,
  })
})

test('a call that nobody answers is lost, and so is one that breaks and that its client may not leave at that', () => {
  const silent: Attempt = { ...without(read), outcome: 'silent' }
  const broken: Attempt = { ...without(read), outcome: 'broken' }
  expect(wrongs({ attempts: [silent, write] }).lost).toEqual(['call 1 (aws_whoami) was never answered'])
  expect(wrongs({ attempts: [broken, write] }).lost).toEqual([
    'call 1 (aws_whoami) broke each time it was tried',
  ])
  expect(wrongs({ attempts: [broken, read, write] })).toEqual(none)
})

test('a write whose connection broke is looked up, done or not, but not one that never was sent', () => {
  const broken: Attempt = { ...without(write), outcome: 'broken' }
  for (const carried of [[put], []]) {
    const run = { ...well, attempts: [read, broken], carried }
    expect(judge(run)).toMatchObject({ ...none, lookedUp: 1 })
  }
  const unsent: Attempt = { ...broken, unsent: true }
  expect(judge({ ...well, attempts: [read, unsent], carried: [] })).toMatchObject({
    lookedUp: 0,
    lost: ['call 2 (aws_put) broke each time it was tried'],
  })
})

test('a write that was confirmed and that AWS has not done is lost', () => {
  expect(wrongs({ carried: [] })).toEqual({ ...none, lost: ['k was confirmed and never done'] })
})

test('a write that was done twice is found, whatever its client was told', () => {
  const again = { ...put, at: 140, requestId: 'aws-2' }
  for (const outcome of ['good', 'broken'] as const)
    expect(wrongs({ attempts: [read, { ...write, outcome }], carried: [put, again] })).toEqual({
      ...none,
      duplicated: ['k was done 2 times'],
    })
})

test('answers and writes without a record are found', () => {
  expect(wrongs({ records: [recordOf('d2', ['aws-1'])] })).toEqual({
    ...none,
    unrecorded: ['answer d1 (aws_whoami)'],
  })
  expect(wrongs({ records: [recordOf('d1')] })).toEqual({
    ...none,
    unrecorded: ['answer d2 (aws_put)', 'AWS request aws-1 (k)'],
  })
  const broken: Attempt = { ...without(write), outcome: 'broken' }
  const { callId: _, ...byNobody } = put
  const seen = { attempts: [read, broken], carried: [byNobody], records: [recordOf('d1')] }
  expect(wrongs(seen).unrecorded).toEqual(['AWS request aws-1 (k)'])
  expect(wrongs({ ...seen, records: [...seen.records, recordOf('d9', ['aws-1'])] })).toEqual(none)
  expect(wrongs({ ...seen, carried: [put], records: [recordOf('d1'), recordOf('d2')] })).toEqual(none)
  expect(wrongs({ attempts: [without(read), write] }).unrecorded).toEqual([
    'an answer without an id (aws_whoami)',
  ])
})

test('a refusal has its record too, by the id of its request', () => {
  const attempts = [refused('unavailable'), write]
  expect(wrongs({ attempts }).unrecorded).toEqual(['refusal r-0 (aws_whoami, unavailable)'])
  expect(wrongs({ attempts, records: [...well.records, denied] })).toEqual(none)
})

test('whom no fault may blame: its refusals are wrong answers', () => {
  const records = [...well.records, denied]
  for (const code of ['invalid_token', 'internal', 'http:500', 'credentials_refused'])
    expect(wrongs({ attempts: [refused(code), write], records }).wrong).toEqual([
      `aws_whoami was refused with ${code}`,
    ])
  expect(
    wrongs({ attempts: [refused('invalid_token'), write], records, allowed: ['invalid_token'] }),
  ).toEqual(none)
})

test('a write that is done while its client is told that nothing was', () => {
  const records = [...well.records, denied]
  const attempts = [
    read,
    refused('unavailable', { ...without(write), outcome: 'refused', code: 'unavailable' }),
  ]
  expect(wrongs({ attempts, records }).wrong).toEqual(['k was done and answered with unavailable'])
  // It was told that it may have been done.
  const told = attempts.map((each) => ({
    ...each,
    ...(each.outcome === 'refused' && { mayBeDone: true as const }),
  }))
  expect(wrongs({ attempts: told, records })).toEqual(none)
  // Done by the second try, as it should be.
  const later = { ...put, at: 190 }
  const second = { ...write, began: 180, ended: 195 }
  expect(wrongs({ attempts: [...attempts, second], carried: [later], records })).toEqual(none)
})

test('refusals by code, recovery and the longest decision', () => {
  const attempts = [
    refused('unavailable', { began: 10, ended: 80 }),
    refused('unavailable', { began: 180, ended: 260 }),
    refused('aws_unreachable', { call: 3, began: 100, ended: 210 }),
    { ...without(read), call: 4, kind: 'plain' as const, began: 300, ended: 340 },
    write,
  ]
  expect(judge({ ...well, attempts, records: [...well.records, denied] })).toMatchObject({
    ...none,
    refused: { unavailable: 2, aws_unreachable: 1 },
    readsMeanwhile: { all: 0, good: 0 },
    recoveryMs: 60,
    longestDecisionMs: 80,
  })
})
