import { expect, test } from 'vitest'
import { waitBeforeNext } from './client.ts'

const [read, write] = [{ kind: 'read' }, { kind: 'write' }] as const

test('what is not tried again: answers, silence, refusals that name no time', () => {
  for (const task of [read, write]) {
    expect(waitBeforeNext(task, { outcome: 'good' })).toBeUndefined()
    expect(waitBeforeNext(task, { outcome: 'silent' })).toBeUndefined()
    expect(waitBeforeNext(task, { outcome: 'refused', code: 'unavailable' })).toBeUndefined()
  }
})

test('a broken connection: a read is sent again, a write only if it was not sent', () => {
  expect(waitBeforeNext(read, { outcome: 'broken' })).toBe(200)
  expect(waitBeforeNext(write, { outcome: 'broken' })).toBeUndefined()
  expect(waitBeforeNext(write, { outcome: 'broken', unsent: true })).toBe(200)
})

test('a time to wait: a read heeds any, a write only where nothing was done', () => {
  const unavailable = { outcome: 'refused', code: 'unavailable', retryAfter: 2 } as const
  const throttled = { outcome: 'refused', code: 'aws_error', retryAfter: 2 } as const
  expect(waitBeforeNext(read, unavailable)).toBe(2000)
  expect(waitBeforeNext(write, unavailable)).toBe(2000)
  expect(waitBeforeNext(read, throttled)).toBe(2000)
  expect(waitBeforeNext(write, throttled)).toBeUndefined()
})

test('whoever is signed out signs in again, for a token of a later second', () => {
  expect(waitBeforeNext(write, { outcome: 'refused', code: 'invalid_token' })).toBe(1000)
})

test('a session that is gone is opened anew at once', () => {
  expect(waitBeforeNext(write, { outcome: 'refused', code: 'rpc:-32001', sessionGone: true })).toBe(0)
})
