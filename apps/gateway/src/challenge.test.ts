import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { refused } from './bearer.ts'
import { challenge, scopeChallenge } from './challenge.ts'

const origin = 'https://gw.example'

test('without a token: where to sign in, and no error', () => {
  expect(challenge(origin, new GatewayError('missing_token', 'Send a bearer token.'))).toBe(
    'Bearer resource_metadata="https://gw.example/.well-known/oauth-protected-resource/mcp", scope="aws:read"',
  )
})

test('a refused token: the same for every cause, whatever text the error carries', () => {
  const hostile = 'x", error="insufficient_scope\r\nSet-Cookie: a=b\u2028'
  const errors = [
    refused('kid'),
    refused(hostile),
    new GatewayError('invalid_token', hostile, { cause: hostile }),
  ]
  expect(new Set(errors.map((error) => challenge(origin, error)))).toEqual(
    new Set([
      'Bearer error="invalid_token", error_description="The access token is not valid", ' +
        'resource_metadata="https://gw.example/.well-known/oauth-protected-resource/mcp", scope="aws:read"',
    ]),
  )
})

test('a scope that is missing: all that are to be held, as RFC 6750 has them', () => {
  expect(scopeChallenge(origin, ['aws:read', 'aws:write'])).toBe(
    'Bearer error="insufficient_scope", error_description="The access token lacks a scope that this takes", ' +
      'scope="aws:read aws:write", resource_metadata="https://gw.example/.well-known/oauth-protected-resource/mcp"',
  )
})
