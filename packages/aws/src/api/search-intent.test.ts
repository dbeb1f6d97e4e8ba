import { expect, test } from 'vitest'
import { createApiIndex } from './create-api-index.ts'
import { fitOf, intentOf, worthOf } from './search-intent.ts'
import { queryWords, searchWords } from './search-words.ts'

test.for([
  ['which volumes are attached', 'read'],
  ['who deleted this', 'read'],
  ['please add a listener', 'change'],
  ['Turn off the alarm', 'change'],
  ['remove a rule that allows ssh', 'remove'],
  ['rds snapshots', undefined],
  ['', undefined],
] as const)('%s wants to %s', ([sentence, intent]) => {
  expect(intentOf(sentence)).toBe(intent)
})

test('an operation that does something else fits less', () => {
  expect(fitOf('read', 'destructive')).toBeLessThan(fitOf('read', 'sensitive-read'))
  expect(fitOf('change', 'destructive')).toBeLessThan(fitOf('change', 'write'))
  expect(fitOf('remove', 'read')).toBeLessThan(fitOf('remove', 'destructive'))
  expect(fitOf(undefined, 'destructive')).toBe(fitOf(undefined, 'read'))
})

test('verbs of a question say little', () => {
  const [created = '', role = ''] = queryWords('created role')
  expect(worthOf('read', created)).toBeLessThan(worthOf('read', role))
  expect(worthOf('change', created)).toBe(1)
})

test('a finding is not found, and an id is one of ids', () => {
  expect(searchWords('GetFindings')).toEqual(searchWords('get finding'))
  expect(searchWords('finding')).not.toEqual(searchWords('find'))
  expect(searchWords('elastic ips')).toEqual(searchWords('elastic ip'))
})

test('members of an input are words to find an operation by, and no part of it', async () => {
  const api = await createApiIndex()
  const [first] = api.search('allocated storage of a db instance', { services: ['rds'], limit: 1 })
  expect(first?.operation).toMatch(/DBInstance/)
  const found = api.search('increase the storage of the postgres database', { limit: 5 })
  expect(found.map(({ operation }) => operation)).toContain('ModifyDBInstance')
  for (const each of found) expect(each).not.toHaveProperty('words')
})
