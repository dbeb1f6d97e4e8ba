import { type CompanySso, startCompanySso } from '@gateway/backends'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
const clients: { id: string; key: Key }[] = []
beforeAll(async () => {
  sso = await startCompanySso()
  harness = await startHarness([tenantAt('acme', sso)])
  for (const name of ['One', 'Other']) {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'of-client', alg: 'ES256', use: 'sig' }] }
    const metadata = {
      client_name: name,
      redirect_uris: [appRedirect],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    }
    clients.push({ id: (await harness.register(metadata)).client_id, key: privateKey })
  }
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

const clientAt = (n: number) => clients[n] ?? { id: '', key: {} as Key }
const now = () => Math.floor(Date.now() / 1000)
const good = (): JWTPayload => {
  const { id } = clientAt(0)
  return { iss: id, sub: id, aud: harness.issuer, jti: crypto.randomUUID(), iat: now(), exp: now() + 60 }
}
const signed = (claims: JWTPayload, header = {}, key = clientAt(0).key): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'of-client', ...header }).sign(key)
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const codeOf = async (): Promise<string> =>
  (await harness.signIn({ clientId: clientAt(0).id })).get('code') ?? ''
const redeem = (code: string, client_assertion: string, more: Readonly<Record<string, string>> = {}) =>
  harness.redeem(
    code,
    { clientId: clientAt(0).id },
    { client_assertion, client_assertion_type: type, ...more },
  )

test('C36 a client proves itself by its key, and gets tokens', async () => {
  const assertion = await signed(good())
  expect((await redeem(await codeOf(), assertion)).status).toBe(200)
  expectUnsaid(harness, [assertion])
})

const half = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const rows: [string, () => Promise<string>][] = [
  ['another aud', () => signed({ ...good(), aud: 'https://else.example' })],
  ['the aud of the resource', () => signed({ ...good(), aud: harness.resource })],
  ['the aud with a slash', () => signed({ ...good(), aud: `${harness.issuer}/` })],
  ['no aud', () => signed({ ...good(), aud: undefined } as unknown as JWTPayload)],
  ['our aud among others', () => signed({ ...good(), aud: [harness.issuer, 'https://else.example'] })],
  ['an end in an hour', () => signed({ ...good(), exp: now() + 3600 })],
  ['an end in 3000 years', () => signed({ ...good(), exp: 1e11 })],
  ['an end beyond numbers', () => signed({ ...good(), exp: Number.MAX_VALUE })],
  ['an end in the past', () => signed({ ...good(), exp: now() - 120 })],
  ['no end', () => signed({ ...good(), exp: undefined } as unknown as JWTPayload)],
  ['an iat in the future', () => signed({ ...good(), iat: now() + 600 })],
  ['an nbf in the future', () => signed({ ...good(), nbf: now() + 600 })],
  ['no jti', () => signed({ ...good(), jti: undefined } as unknown as JWTPayload)],
  ['a jti that is a number', () => signed({ ...good(), jti: 7 } as unknown as JWTPayload)],
  ['a jti of 5 KB', () => signed({ ...good(), jti: 'x'.repeat(5_000) })],
  ['the iss of another client', () => signed({ ...good(), iss: clientAt(1).id })],
  ['the sub of another client', () => signed({ ...good(), sub: clientAt(1).id })],
  ['no iss', () => signed({ ...good(), iss: undefined } as unknown as JWTPayload)],
  ['the key of another client', () => signed(good(), {}, clientAt(1).key)],
  ['a key of nobody', async () => signed(good(), {}, (await generateKeyPair('ES256')).privateKey)],
  ['another kid', async () => signed(good(), { kid: 'x' }, (await generateKeyPair('ES256')).privateKey)],
  [
    'a key that it brings',
    async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256')
      return signed(good(), { jwk: await exportJWK(publicKey) }, privateKey)
    },
  ],
  [
    'an algorithm of another key',
    async () => signed(good(), { alg: 'RS256' }, (await generateKeyPair('RS256')).privateKey),
  ],
  ['alg none', async () => `${half({ alg: 'none' })}.${half(good())}.`],
  ['alg none in capitals', async () => `${half({ alg: 'NONE' })}.${half(good())}.`],
  [
    'HS256 by its own id',
    async () =>
      new SignJWT(good())
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(clientAt(0).id.padEnd(32))),
  ],
  ['no signature', async () => `${half({ alg: 'ES256', kid: 'of-client' })}.${half(good())}.`],
  ['no JWT', async () => 'nonsense'],
  ['a payload that is a list', async () => `${half({ alg: 'ES256' })}.${half([])}.AA`],
  ['nothing', async () => ''],
]
test.each(rows)('C36 %s: invalid_client, and the code stays good', async (_, assertion) => {
  const code = await codeOf()
  const { status, error } = await refusalOf(harness, async () => redeem(code, await assertion()))
  expect(error).toMatch(/^invalid_(client|request)$/)
  expect([400, 401]).toContain(status)
  expect((await redeem(code, await signed(good()))).status).toBe(200)
})

test('C36 an assertion is good for one request, also of many at once', async () => {
  const assertion = await signed(good())
  const codes = [await codeOf(), await codeOf(), await codeOf()]
  const answers = await Promise.all(codes.map((code) => redeem(code, assertion)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  const { status, error } = await refusalOf(harness, async () => redeem(await codeOf(), assertion))
  expect({ status, error }).toEqual({ status: 401, error: 'invalid_client' })
})

test.each([
  ['no assertion', {}],
  ['another type', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ['a secret', { client_secret: 'x' }],
])('C36 %s', async (_, form) => {
  const code = await codeOf()
  const assertion = 'client_assertion_type' in form ? { client_assertion: await signed(good()) } : {}
  const attack = () => harness.redeem(code, { clientId: clientAt(0).id }, { ...form, ...assertion })
  const { error } = await refusalOf(harness, attack)
  expect(error).toMatch(/^invalid_(client|request)$/)
})

test('C36 a secret in the header', async () => {
  const authorization = `Basic ${Buffer.from(`${clientAt(0).id}:x`).toString('base64')}`
  const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: appRedirect })
  const attack = () => harness.send('/token', { method: 'POST', headers: { authorization }, body })
  expect((await refusalOf(harness, attack)).error).toMatch(/^invalid_(client|request)$/)
})
