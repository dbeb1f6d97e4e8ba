import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sessionNameOf, sessionTagsOf, sourceIdentityOf } from './attribution.ts'
import { targetOf } from './testing/targets.ts'

const identityOf = (subject: string) => sourceIdentityOf(targetOf({ subject }).principal)

test.each(['alice', 'alice@example.com', '00u1a2b3-c4', 'a+b=c,d.e', 'x'.repeat(64), 'aws'])(
  'E13 subject %s is the SourceIdentity as it is',
  (subject) => {
    expect(identityOf(subject)).toBe(subject)
  },
)

const unfit = [
  '',
  'a',
  'alice smith',
  ' alice',
  'alice\n',
  'zoë@example.com',
  'Łukasz',
  '李雷',
  'x'.repeat(65),
  'y'.repeat(70),
  'aws:alice',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  'https://idp.example/u/1',
  'a\u0000b',
]

test.each(unfit)('E13 subject %j becomes a hash that STS takes', (subject) => {
  expect(identityOf(subject)).toMatch(/^u-[\w-]{43}$/)
})

test('E13 no two subjects have one SourceIdentity, whatever they call themselves', () => {
  const hashed = identityOf('alice smith')
  const subjects = [...unfit, 'alice', hashed]
  expect(new Set(subjects.map(identityOf)).size).toBe(subjects.length)
})

test('session names fit STS, and tell tenants and users apart', () => {
  const names = [
    targetOf(),
    targetOf({ subject: 'bob' }),
    targetOf({ tenant: 'a' }),
    targetOf({ tenant: 'x'.repeat(32), subject: 'zoë smith' }),
  ].map(sessionNameOf)
  for (const name of names) expect(name).toMatch(/^mcp-[a-z0-9-]{1,8}-[\w-]{12}$/)
  expect(new Set(names).size).toBe(names.length)
})

test('tags fit STS, and clients that are cleaned stay apart', () => {
  const clientTag = (client: string) => sessionTagsOf(targetOf({ client }))[2]?.Value ?? ''
  const hash = createHash('sha256').update('a?b').digest('base64url').slice(0, 12)
  expect(clientTag('a?b')).toBe(`a_b:${hash}`)
  const clients = [
    'a?b',
    'a#b',
    'a_b',
    'x'.repeat(256),
    'x'.repeat(257),
    '\ud800',
    '𝒳'.repeat(200),
    'a\u2028b',
    '',
  ]
  const values = clients.map(clientTag)
  for (const value of values) expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u)
  for (const value of values) expect(value.length).toBeLessThanOrEqual(256)
  expect(new Set(values).size).toBe(clients.length)
  expect(clientTag('x'.repeat(256))).toBe('x'.repeat(256))
})

test('a session of one call carries its id, and one that calls share carries none', () => {
  const keysOf = (callId?: string) =>
    sessionTagsOf({ ...targetOf(), ...(callId !== undefined && { callId }) }).map(({ Key }) => Key)
  expect(keysOf()).toEqual(['mcp:tenant', 'mcp:user', 'mcp:client'])
  expect(keysOf('call-1')).toEqual(['mcp:tenant', 'mcp:user', 'mcp:client', 'mcp:call'])
})
