import { randomUUID } from 'node:crypto'
import type { Revocation, RevocationStore, RevocationSubject } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A store of revocations under test, with the clock that it goes by. */
export interface RevocationStoreUnderTest extends AsyncDisposable {
  readonly revocations: RevocationStore
  wait(seconds: number): Promise<void>
  /** Milliseconds since the epoch. */
  time(): number
}

/** Somebody with a token of a tenant of its own. */
export const newSubject = (tenantId = uniqueTenant()): Required<RevocationSubject> => ({
  tenantId,
  userId: randomUUID(),
  clientId: `https://${randomUUID()}.example/client.json`,
  tokenId: randomUUID(),
  grantId: randomUUID(),
})

/** What is known of somebody of whom nothing was revoked. */
export const nothingRevoked = { denied: false, notBefore: 0 }

/** What every store of revocations does. */
export const revocationStoreContract = (open: () => Promise<RevocationStoreUnderTest>): void => {
  test('nothing is revoked of a subject until something is', async () => {
    await using under = await open()
    const { tokenId: _token, grantId: _grant, ...bare } = newSubject()
    expect(await under.revocations.read(newSubject())).toEqual(nothingRevoked)
    expect(await under.revocations.read(bare)).toEqual(nothingRevoked)
  })

  test('a token or a grant is denied for as long as it was given, and nothing beside it', async () => {
    await using under = await open()
    const subject = newSubject()
    const { tenantId, tokenId, grantId } = subject
    await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 1 })
    expect(await under.revocations.read(subject)).toEqual({ denied: true, notBefore: 0 })
    for (const other of [
      { ...subject, tokenId: randomUUID() },
      { ...subject, tokenId: grantId, grantId: tokenId },
      { tenantId, userId: tokenId, clientId: tokenId },
    ]) {
      expect(await under.revocations.read(other)).toEqual(nothingRevoked)
    }
    await under.wait(1.1)
    expect(await under.revocations.read(subject)).toEqual(nothingRevoked)
    await under.revocations.revoke({ tenantId, kind: 'grant', id: grantId, ttlSeconds: 60 })
    const others = { userId: 'another', clientId: 'another', tokenId: 'another' }
    expect(await under.revocations.read({ ...subject, ...others })).toEqual({ denied: true, notBefore: 0 })
  })

  test('a second revocation never shortens the first', async () => {
    await using under = await open()
    const subject = newSubject()
    const { tenantId, tokenId } = subject
    await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 60 })
    await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 1 })
    await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: -1 })
    await under.wait(1.1)
    expect((await under.revocations.read(subject)).denied).toBe(true)
  })

  test('an epoch is the next second, so that tokens of this second are ended too', async () => {
    await using under = await open()
    for (const kind of ['user', 'client', 'tenant'] as const) {
      const subject = newSubject()
      const { tenantId, userId, clientId } = subject
      const id = kind === 'user' ? userId : clientId
      const before = Math.floor(under.time() / 1000)
      await under.revocations.revoke(kind === 'tenant' ? { tenantId, kind } : { tenantId, kind, id })
      const { denied, notBefore } = await under.revocations.read(subject)
      expect(denied).toBe(false)
      expect(notBefore).toBeGreaterThanOrEqual(before + 1)
      expect(notBefore).toBeLessThanOrEqual(Math.floor(under.time() / 1000) + 1)
      const other = await under.revocations.read({ ...newSubject(tenantId), tenantId })
      expect(other).toEqual(kind === 'tenant' ? { denied: false, notBefore } : nothingRevoked)
    }
  })

  test('the latest epoch counts', async () => {
    await using under = await open()
    const subject = newSubject()
    const { tenantId, userId, clientId } = subject
    const read = async () => (await under.revocations.read(subject)).notBefore
    const kinds: Revocation[] = [
      { tenantId, kind: 'client', id: clientId },
      { tenantId, kind: 'tenant' },
      { tenantId, kind: 'user', id: userId },
      { tenantId, kind: 'client', id: clientId },
    ]
    let last = 0
    for (const revocation of kinds) {
      await under.revocations.revoke(revocation)
      const latest = await read()
      expect(latest).toBeGreaterThan(last)
      last = latest
      await under.wait(1)
    }
    expect(await read()).toBe(last)
  })

  test('nothing that one tenant revokes is revoked of another, whatever their ids are', async () => {
    await using under = await open()
    const ours = newSubject()
    const { tenantId, tokenId, grantId, userId, clientId } = ours
    await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 60 })
    await under.revocations.revoke({ tenantId, kind: 'grant', id: grantId, ttlSeconds: 60 })
    await under.revocations.revoke({ tenantId, kind: 'user', id: userId })
    await under.revocations.revoke({ tenantId, kind: 'client', id: clientId })
    await under.revocations.revoke({ tenantId, kind: 'tenant' })
    expect(await under.revocations.read({ ...ours, tenantId: uniqueTenant() })).toEqual(nothingRevoked)
    expect((await under.revocations.read(ours)).denied).toBe(true)
  })

  test('an id of any text is one subject', async () => {
    await using under = await open()
    const { tenantId, ...rest } = newSubject()
    const ids = ['', '*', 'user:x', '{x}', '__proto__', 'a b\n', 'é', 'x'.repeat(8000)]
    for (const id of ids) {
      expect(await under.revocations.read({ tenantId, ...rest, userId: id, tokenId: id })).toEqual(
        nothingRevoked,
      )
      await under.revocations.revoke({ tenantId, kind: 'user', id })
      await under.revocations.revoke({ tenantId, kind: 'token', id, ttlSeconds: 60 })
      const found = await under.revocations.read({ tenantId, ...rest, userId: id, tokenId: id })
      expect([found.denied, found.notBefore > 0]).toEqual([true, true])
    }
    expect(await under.revocations.read({ tenantId, ...rest })).toEqual(nothingRevoked)
  })
}
