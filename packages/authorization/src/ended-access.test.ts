import { startCompanySso } from '@gateway/backends'
import type { Revocation } from '@gateway/domain'
import { memoryOAuthStore, memoryRevocationStore } from '@gateway/stores'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { forgetAccount } from './accounts.ts'
import { createSigningKeys } from './create-signing-keys.ts'
import { startHarness, tenantAt } from './testing/harness.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** Somebody who has signed in at acme, and what operators work on. `later` moves the clock of the stores, not that of tokens. */
const signedIn = async () => {
  await using stack = new AsyncDisposableStack()
  const time = { ahead: 0 }
  const now = () => Date.now() + time.ahead
  const [store, revocations] = [memoryOAuthStore({ now }), memoryRevocationStore({ now })]
  const sso = stack.use(await startCompanySso())
  const harness = stack.use(await startHarness([tenantAt('acme', sso)], { store, revocations, now }))
  const { client_id: clientId } = await harness.register()
  const answer = await harness.signIn({ clientId })
  const response = await harness.redeem(answer.get('code') ?? '', { clientId })
  const tokens = (await response.json()) as Tokens
  const { sub = '', gid = '' } = decodeJwt<{ gid?: string }>(tokens.access_token)
  const refresh = async ({ refresh_token }: Tokens) => {
    const form = { grant_type: 'refresh_token', refresh_token, client_id: clientId }
    const refreshed = await harness.post('/token', form)
    return { status: refreshed.status, body: (await refreshed.json()) as Tokens & { error?: string } }
  }
  const held = stack.move()
  return {
    ...{ harness, store, revocations, now, clientId, tokens, accountId: sub, grantId: gid, refresh },
    later(milliseconds: number) {
      time.ahead += milliseconds
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

test('nothing is renewed for a person who was forgotten, and an operator of another company forgets nobody', async () => {
  await using ann = await signedIn()
  const { store, accountId, refresh } = ann
  await forgetAccount(store, { tenantId: 'globex', accountId })
  const first = await refresh(ann.tokens)
  expect(first.status).toBe(200)
  await forgetAccount(store, { tenantId: 'acme', accountId })
  expect(await refresh(first.body)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  await forgetAccount(store, { tenantId: 'acme', accountId })
})

test.each<[string, (of: { accountId: string; clientId: string; grantId: string }) => object, boolean]>([
  ['the person', ({ accountId: id }) => ({ kind: 'user', id }), true],
  ['the client', ({ clientId: id }) => ({ kind: 'client', id }), true],
  ['everybody', () => ({ kind: 'tenant' }), true],
  ['the grant', ({ grantId: id }) => ({ kind: 'grant', id, ttlSeconds: 60 }), true],
  ['another person', ({ clientId: id }) => ({ kind: 'user', id }), false],
  ['another grant', ({ accountId: id }) => ({ kind: 'grant', id, ttlSeconds: 60 }), false],
])('what was given to %s before can be renewed no more: %#', async (_, what, ends) => {
  await using ann = await signedIn()
  const { revocations, refresh } = ann
  await revocations.revoke({ tenantId: 'globex', ...what(ann) } as Revocation)
  const first = await refresh(ann.tokens)
  expect(first.status).toBe(200)
  await revocations.revoke({ tenantId: 'acme', ...what(ann) } as Revocation)
  expect((await refresh(first.body)).status).toBe(ends ? 400 : 200)
})

test('after a rotation tokens are signed by the new key, and those of before still verify', async () => {
  await using ann = await signedIn()
  const { harness, store, now, later, refresh } = ann
  // Of another replica.
  const keys = createSigningKeys({ store, sealKeys: [Buffer.alloc(32, 7)], now })
  const { kid } = await keys.rotate()
  later(59_000)
  const early = await refresh(ann.tokens)
  const old = decodeProtectedHeader(ann.tokens.access_token).kid
  expect(decodeProtectedHeader(early.body.access_token).kid).toBe(old)
  later(1_000)
  const late = await refresh(early.body)
  expect(decodeProtectedHeader(late.body.access_token).kid).toBe(kid)
  const published = (await (await harness.send('/jwks')).json()) as JSONWebKeySet
  expect(published.keys.map((key) => key.kid)).toEqual([kid, old])
  for (const { access_token } of [ann.tokens, early.body, late.body]) {
    const { payload } = await jwtVerify(access_token, createLocalJWKSet(published))
    expect(payload.sub).toBe(ann.accountId)
  }
})
