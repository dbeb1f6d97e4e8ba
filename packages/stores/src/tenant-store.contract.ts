import { issuerDigest } from '@gateway/domain'
import { expect, test } from 'vitest'
import { allIds, findingOf, newTenant, roleArn, type TenantStoreUnderTest } from './testing/tenant-stores.ts'

/** Ids that are no tenant's, some of which would be other keys or patterns if they reached one. */
const malformedIds = ['', 'A', 'a:b', '-a', 'a b', 'a\n', '*', '{x}', '~tenants', '../a', 'é', 'a'.repeat(33)]

/** What every store of tenants does. */
export const tenantStoreContract = (open: () => Promise<TenantStoreUnderTest>): void => {
  test('a tenant is read as it was written, and its version grows with each write', async () => {
    await using under = await open()
    const tenant = newTenant()
    expect(await under.tenants.read(tenant.id)).toBeUndefined()
    expect(await under.tenants.write(tenant, 0)).toEqual({ outcome: 'written', version: 1 })
    expect(await under.tenants.read(tenant.id)).toEqual({ document: tenant.document, version: 1 })
    expect(await under.tenants.write({ ...tenant, document: '{}' }, 1)).toEqual({
      outcome: 'written',
      version: 2,
    })
    expect(await under.tenants.read(tenant.id)).toEqual({ document: '{}', version: 2 })
  })

  test('a write that expects another version changes nothing', async () => {
    await using under = await open()
    const tenant = newTenant()
    const changed = { ...newTenant(tenant.id), document: '{}', claims: ['other'], issuers: ['other'] }
    expect(await under.tenants.write(tenant, 1)).toEqual({ outcome: 'stale', version: 0 })
    expect(await under.tenants.read(tenant.id)).toBeUndefined()
    await under.tenants.write(tenant, 0)
    await under.tenants.write(tenant, 1)
    for (const expected of [0, 1, 3, -1, 2.5, Number.NaN]) {
      expect(await under.tenants.write(changed, expected)).toEqual({ outcome: 'stale', version: 2 })
      expect(await under.tenants.remove(tenant.id, expected)).toBe('stale')
    }
    expect(await under.tenants.read(tenant.id)).toEqual({ document: tenant.document, version: 2 })
    expect(await under.tenants.withIssuer('other')).toEqual([])
    expect(await under.tenants.write({ ...newTenant(), claims: ['other'] }, 0)).toMatchObject({
      outcome: 'written',
    })
  })

  test('of 20 simultaneous writes that expect one version exactly one wins', async () => {
    await using under = await open()
    const tenant = newTenant()
    for (const expected of [0, 1]) {
      const documents = Array.from({ length: 20 }, (_, index) => `{"n":${index}}`)
      const outcomes = await Promise.all(
        documents.map((document) => under.tenants.write({ ...tenant, document }, expected)),
      )
      const winner = outcomes.findIndex(({ outcome }) => outcome === 'written')
      const version = expected + 1
      expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1)
      expect(outcomes.filter(({ outcome }) => outcome === 'stale')).toHaveLength(19)
      expect(await under.tenants.read(tenant.id)).toEqual({ document: documents[winner], version })
    }
  })

  test('tenants are found by their issuers, several by one', async () => {
    await using under = await open()
    const [one, two] = [newTenant('b-two'), newTenant('a-one')]
    const [shared, own] = [`https://shared.example/${'x'.repeat(3000)}`, 'https://own.example']
    await under.tenants.write({ ...one, issuers: [shared, own, own] }, 0)
    await under.tenants.write({ ...two, issuers: [shared] }, 0)
    expect(await under.tenants.withIssuer(shared)).toEqual(['a-one', 'b-two'])
    expect(await under.tenants.withIssuer(own)).toEqual(['b-two'])
    for (const other of ['', '*', 'https://own.example/', 'https://own.exampl', 'HTTPS://OWN.EXAMPLE']) {
      expect(await under.tenants.withIssuer(other)).toEqual([])
    }
    await under.tenants.write({ ...one, issuers: ['https://new.example'] }, 1)
    expect(await under.tenants.withIssuer(shared)).toEqual(['a-one'])
    expect(await under.tenants.withIssuer(own)).toEqual([])
    expect(await under.tenants.withIssuer('https://new.example')).toEqual(['b-two'])
    await under.tenants.remove('a-one', 1)
    expect(await under.tenants.withIssuer(shared)).toEqual([])
  })

  test('the digests of all issuers, each once and as long as somebody has it', async () => {
    await using under = await open()
    const digests = async () => [...(await under.tenants.issuerDigests())].sort()
    const sorted = (...issuers: string[]) => issuers.map(issuerDigest).sort()
    expect(await digests()).toEqual([])
    const [shared, own] = [`https://shared.example/${'x'.repeat(3000)}`, 'https://own.example']
    await under.tenants.write({ ...newTenant('b-two'), issuers: [shared, own, own] }, 0)
    await under.tenants.write({ ...newTenant('a-one'), issuers: [shared] }, 0)
    expect(await digests()).toEqual(sorted(shared, own))
    await under.tenants.write({ ...newTenant('b-two'), issuers: ['https://new.example'] }, 1)
    expect(await digests()).toEqual(sorted(shared, 'https://new.example'))
    await under.tenants.remove('a-one', 1)
    expect(await digests()).toEqual(sorted('https://new.example'))
  })

  test('ids are listed in byte order, page by page', async () => {
    await using under = await open()
    expect(await under.tenants.list(undefined, 10)).toEqual([])
    const ids = ['0', 'a', 'a-', 'a-b', 'a0', 'aa', 'b', 'z9']
    for (const id of [...ids].reverse()) await under.tenants.write(newTenant(id), 0)
    expect(await under.tenants.list(undefined, 100)).toEqual(ids)
    for (const limit of [1, 2, 3, 8]) expect(await allIds(under.tenants, limit)).toEqual(ids)
    expect(await under.tenants.list('a-a', 2)).toEqual(['a-b', 'a0'])
    expect(await under.tenants.list('z9', 2)).toEqual([])
    expect(await under.tenants.list('', 1)).toEqual(['0'])
    for (const odd of ['+', '[b', '(b', '\u0000']) {
      expect(await under.tenants.list(odd, 100)).toEqual(ids.filter((id) => id > odd))
    }
    expect(await under.tenants.list('é☃', 100)).toEqual([])
    for (const none of [0, -1, Number.NaN]) expect(await under.tenants.list(undefined, none)).toEqual([])
    await under.tenants.remove('a-b', 1)
    await under.tenants.write(newTenant('a-c'), 0)
    expect(await under.tenants.list('a-', 2)).toEqual(['a-c', 'a0'])
  })

  test('a removed tenant is gone with all that it held, and its id is never given away again', async () => {
    await using under = await open()
    const [tenant, heir] = [newTenant(), newTenant()]
    await under.tenants.write(tenant, 0)
    expect(await under.tenants.verified(tenant.id, findingOf(roleArn, 'accepted', { version: 1 }))).toBe(
      'kept',
    )
    expect(await under.tenants.remove(tenant.id, 1)).toBe('removed')
    expect(await under.tenants.verified(tenant.id, findingOf(roleArn, 'late', { version: 1 }))).toBe('stale')
    expect(await under.tenants.read(tenant.id)).toBeUndefined()
    expect(await under.tenants.list(undefined, 10)).toEqual([])
    expect(await under.tenants.withIssuer(tenant.issuers[0] ?? '')).toEqual([])
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map())
    expect(await under.tenants.remove(tenant.id, 1)).toBe('stale')
    for (const expected of [0, 1]) {
      expect(await under.tenants.write(tenant, expected)).toEqual({ outcome: 'retired' })
    }
    expect(await under.tenants.write({ ...heir, claims: tenant.claims }, 0)).toMatchObject({ version: 1 })
  })

  test('an id that nobody has is not removed, nor taken by trying', async () => {
    await using under = await open()
    const tenant = newTenant()
    for (const expected of [0, 1]) expect(await under.tenants.remove(tenant.id, expected)).toBe('stale')
    expect(await under.tenants.write(tenant, 0)).toMatchObject({ outcome: 'written' })
  })

  test('of a simultaneous removal and write exactly one wins', async () => {
    await using under = await open()
    for (let round = 0; round < 10; round++) {
      const tenant = newTenant()
      await under.tenants.write(tenant, 0)
      const remove = () => under.tenants.remove(tenant.id, 1)
      const write = () => under.tenants.write(tenant, 1)
      const [removed, written] =
        round % 2
          ? await Promise.all([remove(), write()])
          : (await Promise.all([write(), remove()])).toReversed()
      const stays = removed === 'stale'
      expect(written).toEqual(stays ? { outcome: 'written', version: 2 } : { outcome: 'retired' })
      expect((await under.tenants.read(tenant.id)) !== undefined).toBe(stays)
    }
  })

  test('a malformed id is unknown, and cannot be written', async () => {
    await using under = await open()
    for (const id of malformedIds) {
      expect(await under.tenants.read(id)).toBeUndefined()
      expect(await under.tenants.remove(id, 0)).toBe('stale')
      expect(await under.tenants.remove(id, 1)).toBe('stale')
      expect(await under.tenants.verifications(id)).toEqual(new Map())
      await expect(under.tenants.write({ ...newTenant(), id }, 0)).rejects.toThrow(RangeError)
      await expect(under.tenants.verified(id, findingOf(roleArn, 'a', { announce: true }))).rejects.toThrow(
        RangeError,
      )
    }
    expect(await under.tenants.list(undefined, 10)).toEqual([])
    expect(await under.tenants.write(newTenant('a'.repeat(32)), 0)).toMatchObject({ outcome: 'written' })
  })

  test('among 10,000 tenants each is listed once, and found by its issuers and names', async () => {
    await using under = await open()
    const count = 10_000
    const ids = Array.from({ length: count }, (_, index) => `t-${`${index}`.padStart(4, '0')}`)
    for (let from = 0; from < count; from += 20) {
      await Promise.all(
        ids.slice(from, from + 20).map((id, index) => {
          const issuers = [`https://${id}.example`, `https://shared-${(from + index) % 3}.example`]
          return under.tenants.write({ ...newTenant(id), issuers }, 0)
        }),
      )
    }
    expect(await under.tenants.list('t-1499', 7)).toEqual(ids.slice(1500, 1507))
    for (const limit of [100, 1000]) expect(await allIds(under.tenants, limit)).toEqual(ids)
    expect(await under.tenants.withIssuer('https://t-1234.example')).toEqual(['t-1234'])
    const shared = await under.tenants.withIssuer('https://shared-1.example')
    expect(shared).toEqual(ids.filter((_, index) => index % 3 === 1))
    const digests = await under.tenants.issuerDigests()
    expect(digests.size).toBe(count + 3)
    for (const name of ['t-0000', 't-1234', 't-9999', 'shared-0', 'shared-2'])
      expect(digests).toContain(issuerDigest(`https://${name}.example`))
    const crossing = { ...newTenant('late'), claims: newTenant('t-2999').claims }
    expect(await under.tenants.write(crossing, 0)).toMatchObject({ outcome: 'claimed' })
    expect(await under.tenants.remove('t-1234', 1)).toBe('removed')
    expect(await under.tenants.withIssuer('https://t-1234.example')).toEqual([])
    expect(await allIds(under.tenants, 500)).toEqual(ids.filter((id) => id !== 't-1234'))
  })
}
