import { expect, test } from 'vitest'
import { groupsIn, scopesByGroups } from './sign-in-rights.ts'

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['one group of three words', ['one group of three words']],
  ['', []],
  [undefined, []],
  [null, []],
  [7, []],
  [{ 0: 'a' }, []],
  [['a', 7, null, ['b']], ['a']],
])('groups of %j', (claim, groups) => {
  expect(groupsIn(claim)).toEqual(groups)
})

test('no more than a thousand groups are looked at', () => {
  expect(groupsIn(Array.from({ length: 5_000 }, String))).toHaveLength(1_000)
})

test('what groups map to, within what the sign-in allows, least first', () => {
  const groupToScope = { admins: ['aws:admin', 'aws:write', 'aws:read'], readers: ['aws:read'] } as const
  const mapped = { allowedScopes: ['aws:write', 'aws:read'], groupToScope } as never
  expect(scopesByGroups(mapped, ['admins'])).toEqual(['aws:read', 'aws:write'])
  expect(scopesByGroups(mapped, ['readers', 'readers'])).toEqual(['aws:read'])
  expect(scopesByGroups(mapped, [])).toEqual([])
  for (const name of ['toString', '__proto__', 'constructor', 'hasOwnProperty'])
    expect(scopesByGroups(mapped, [name])).toEqual([])
})

test('where groups map to nothing at all, everybody has what the sign-in allows', () => {
  expect(scopesByGroups({ allowedScopes: ['aws:read'] }, [])).toEqual(['aws:read'])
})
