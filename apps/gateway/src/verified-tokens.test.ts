import type { Principal } from '@gateway/domain'
import { LruObject } from 'toad-cache'
import { expect, test, vi } from 'vitest'
import { verifiedTokens } from './verified-tokens.ts'

const principal: Principal = {
  id: 'id',
  issuer: 'https://sso.example',
  subject: 'ann',
  tenantId: 'acme',
  client: 'editor',
  scopes: ['aws:read'],
  groups: [],
}

const open = (size?: number) => {
  let now = 1_800_000_000_000
  return {
    memory: verifiedTokens(() => now, size),
    seconds: () => now / 1000,
    wait(seconds: number) {
      now += seconds * 1000
    },
  }
}

test('a token is remembered for a minute', () => {
  const { memory, wait, seconds } = open()
  memory.remember('a.b.c', principal, seconds() + 3600)
  wait(59.999)
  expect(memory.find('a.b.c')).toBe(principal)
  wait(0.001)
  expect(memory.find('a.b.c')).toBeUndefined()
  wait(-30)
  expect(memory.find('a.b.c')).toBeUndefined()
})

test('being used does not make the minute longer', () => {
  const { memory, wait, seconds } = open()
  memory.remember('a.b.c', principal, seconds() + 3600)
  for (let i = 0; i < 60; i++) {
    expect(memory.find('a.b.c')).toBe(principal)
    wait(1)
  }
  expect(memory.find('a.b.c')).toBeUndefined()
})

test('never past exp, and not at all after it', () => {
  const { memory, wait, seconds } = open()
  memory.remember('a.b.c', principal, seconds() + 10)
  wait(9.999)
  expect(memory.find('a.b.c')).toBe(principal)
  wait(0.001)
  expect(memory.find('a.b.c')).toBeUndefined()
  memory.remember('d.e.f', principal, seconds() - 1)
  expect(memory.find('d.e.f')).toBeUndefined()
  memory.remember('g.h.i', principal, Number.NaN)
  expect(memory.find('g.h.i')).toBeUndefined()
})

test('only the whole token finds it', () => {
  const { memory, seconds } = open()
  memory.remember('a.b.c', principal, seconds() + 60)
  for (const other of ['a.b.d', 'a.b.c.', 'A.b.c', 'a.b', '', '__proto__']) {
    expect(memory.find(other)).toBeUndefined()
  }
})

test('all are forgotten when keys changed', () => {
  const { memory, seconds } = open()
  for (let i = 0; i < 10; i++) memory.remember(`a.b.${i}`, principal, seconds() + 60)
  memory.forget()
  for (let i = 0; i < 10; i++) expect(memory.find(`a.b.${i}`)).toBeUndefined()
  memory.remember('a.b.0', principal, seconds() + 60)
  expect(memory.find('a.b.0')).toBe(principal)
})

test('the memory is bounded; the longest unused goes first', () => {
  const { memory, seconds } = open(100)
  memory.remember('busy', principal, seconds() + 60)
  for (let i = 0; i < 1000; i++) {
    memory.remember(`idle-${i}`, principal, seconds() + 60)
    memory.find('busy')
  }
  const left = Array.from({ length: 1000 }, (_, i) => memory.find(`idle-${i}`)).filter(Boolean)
  expect(left).toHaveLength(99)
  expect(memory.find('busy')).toBe(principal)
})

test('the token itself is not kept', () => {
  const set = vi.spyOn(LruObject.prototype, 'set')
  const { memory, seconds } = open()
  memory.remember('head.canary.tail', principal, seconds() + 60)
  expect(set.mock.calls).toHaveLength(1)
  expect(JSON.stringify(set.mock.calls)).not.toMatch(/head|canary|tail/)
  set.mockRestore()
})
