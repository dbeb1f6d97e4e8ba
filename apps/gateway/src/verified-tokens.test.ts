import type { Principal } from '@gateway/domain'
import { LruObject } from 'toad-cache'
import { expect, test, vi } from 'vitest'
import { type VerifiedTokens, verifiedTokens } from './verified-tokens.ts'

const principal: Principal = {
  id: 'id',
  issuer: 'https://sso.example',
  subject: 'ann',
  tenantId: 'acme',
  client: 'editor',
  scopes: ['aws:read'],
  groups: [],
}

const remember = (memory: VerifiedTokens, token: string, expires: number, by = principal) =>
  memory.remember(token, by, { expires, moment: memory.moment() })

const open = (size?: number) => {
  let now = 1_800_000_000_000
  return {
    memory: verifiedTokens(() => now, { ...(size !== undefined && { size }) }),
    seconds: () => now / 1000,
    wait(seconds: number) {
      now += seconds * 1000
    },
  }
}

test('a token is remembered for a minute', () => {
  const { memory, wait, seconds } = open()
  remember(memory, 'a.b.c', seconds() + 3600)
  wait(59.999)
  expect(memory.find('a.b.c')).toBe(principal)
  wait(0.001)
  expect(memory.find('a.b.c')).toBeUndefined()
  wait(-30)
  expect(memory.find('a.b.c')).toBeUndefined()
})

test('being used does not make the minute longer', () => {
  const { memory, wait, seconds } = open()
  remember(memory, 'a.b.c', seconds() + 3600)
  for (let i = 0; i < 60; i++) {
    expect(memory.find('a.b.c')).toBe(principal)
    wait(1)
  }
  expect(memory.find('a.b.c')).toBeUndefined()
})

test('never past exp, and not at all after it', () => {
  const { memory, wait, seconds } = open()
  remember(memory, 'a.b.c', seconds() + 10)
  wait(9.999)
  expect(memory.find('a.b.c')).toBe(principal)
  wait(0.001)
  expect(memory.find('a.b.c')).toBeUndefined()
  remember(memory, 'd.e.f', seconds() - 1)
  expect(memory.find('d.e.f')).toBeUndefined()
  remember(memory, 'g.h.i', Number.NaN)
  expect(memory.find('g.h.i')).toBeUndefined()
})

test('only the whole token finds it', () => {
  const { memory, seconds } = open()
  remember(memory, 'a.b.c', seconds() + 60)
  for (const other of ['a.b.d', 'a.b.c.', 'A.b.c', 'a.b', '', '__proto__']) {
    expect(memory.find(other)).toBeUndefined()
  }
})

test('all are forgotten when keys changed', () => {
  const { memory, seconds } = open()
  for (let i = 0; i < 10; i++) remember(memory, `a.b.${i}`, seconds() + 60)
  memory.forget()
  for (let i = 0; i < 10; i++) expect(memory.find(`a.b.${i}`)).toBeUndefined()
  remember(memory, 'a.b.0', seconds() + 60)
  expect(memory.find('a.b.0')).toBe(principal)
})

test('those of a tenant that changed are forgotten, and those of nobody else', () => {
  const { memory, seconds } = open()
  const other = { ...principal, tenantId: 'globex' }
  remember(memory, 'a.b.c', seconds() + 60)
  remember(memory, 'd.e.f', seconds() + 60, other)
  memory.forget('acme')
  memory.forget('initech')
  expect(memory.find('a.b.c')).toBeUndefined()
  expect(memory.find('d.e.f')).toBe(other)
  remember(memory, 'a.b.c', seconds() + 60)
  expect(memory.find('a.b.c')).toBe(principal)
})

test.for(['acme', 'globex', undefined])(
  'what was verified before %s was forgotten is not remembered after it',
  (tenantId) => {
    const { memory, seconds } = open()
    const moment = memory.moment()
    memory.forget(tenantId)
    memory.remember('a.b.c', principal, { expires: seconds() + 60, moment })
    expect(memory.find('a.b.c')).toBeUndefined()
    remember(memory, 'a.b.c', seconds() + 60)
    expect(memory.find('a.b.c')).toBe(principal)
  },
)

test('the memory is bounded; the longest unused goes first', () => {
  const { memory, seconds } = open(100)
  remember(memory, 'busy', seconds() + 60)
  for (let i = 0; i < 1000; i++) {
    remember(memory, `idle-${i}`, seconds() + 60)
    memory.find('busy')
  }
  const left = Array.from({ length: 1000 }, (_, i) => memory.find(`idle-${i}`)).filter(Boolean)
  expect(left).toHaveLength(99)
  expect(memory.find('busy')).toBe(principal)
})

test('the token itself is not kept', () => {
  const set = vi.spyOn(LruObject.prototype, 'set')
  const { memory, seconds } = open()
  remember(memory, 'head.canary.tail', seconds() + 60)
  expect(set.mock.calls).toHaveLength(1)
  expect(JSON.stringify(set.mock.calls)).not.toMatch(/head|canary|tail/)
  set.mockRestore()
})
