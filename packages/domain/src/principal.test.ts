import { expect, test } from 'vitest'
import { knownScopes, principalId } from './principal.ts'

test('the id of a user is stable, and says nothing of issuer or subject', () => {
  expect(principalId('https://sso.example/acme', 'ann')).toBe('ZqbJf8epUzysAy9_C5ns1Ctl5mGkGJZYr1muvVk7Oeg')
})

test('equal subjects of two issuers are two users', () => {
  expect(principalId('https://sso.example/acme', 'ann')).not.toBe(
    principalId('https://sso.example/globex', 'ann'),
  )
})

test('scopes that the gateway does not know count for nothing', () => {
  expect(knownScopes(['aws:admin', 'openid', 'AWS:READ', 'aws:read ', 'aws:*', 'aws:read'])).toEqual([
    'aws:read',
    'aws:admin',
  ])
})
