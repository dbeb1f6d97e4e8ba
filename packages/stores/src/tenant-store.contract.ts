import { issuerDigest, type KeptFinding, type TenantStore, type TenantWrite } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A store of tenants under test, in which there is none. */
export interface TenantStoreUnderTest extends AsyncDisposable {
  readonly tenants: TenantStore
}

/** A tenant that no other test has, holding one name of its own. */
export const newTenant = (id = uniqueTenant()): TenantWrite => ({
  id,
  document: `{"id":"${id}","name":"a \\"b\\" ☃"}`,
  claims: [`role:arn:aws:iam::111122223333:role/${id}`],
  issuers: [`https://${id}.example`],
  roles: [roleArn, `${roleArn}-2`],
})

const roleArn = 'arn:aws:iam::111122223333:role/reader'

/** The first that was found of a role of a tenant of the file, which nobody needs to hear of. */
export const findingOf = (role: string, value: string, changes: Partial<KeptFinding> = {}): KeptFinding => ({
  roleArn: role,
  value,
  replaces: undefined,
  version: 0,
  announce: false,
  ...changes,
})

/** How long an announcement may be on its way. */
export const soon = { timeout: 5000, interval: 5 }

/** Ids that are no tenant's, some of which would be other keys or patterns if they reached one. */
const malformedIds = ['', 'A', 'a:b', '-a', 'a b', 'a\n', '*', '{x}', '~tenants', '../a', 'é', 'a'.repeat(33)]

/** Every id, by pages of `limit`. */
export const allIds = async (tenants: TenantStore, limit: number): Promise<string[]> => {
  const ids: string[] = []
  for (;;) {
    const page = await tenants.list(ids.at(-1), limit)
    expect(page.length).toBeLessThanOrEqual(limit)
    ids.push(...page)
    if (page.length < limit) return ids
  }
}

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

  test('of 20 tenants that claim one role at once exactly one gets it', async () => {
    await using under = await open()
    const own = Array.from({ length: 20 }, () => newTenant())
    const writes = own.map((tenant) => ({ ...tenant, claims: [...tenant.claims, 'role:shared'] }))
    const outcomes = await Promise.all(writes.map((each) => under.tenants.write(each, 0)))
    const winner = outcomes.findIndex(({ outcome }) => outcome === 'written')
    expect(outcomes.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(19)
    expect(await allIds(under.tenants, 100)).toEqual([writes[winner]?.id])
  })

  test('a name that one tenant holds is refused to another, which then holds none of its names', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    const [held = ''] = ours.claims
    await under.tenants.write(ours, 0)
    const crossing = { ...theirs, claims: ['free', held, 'also free'] }
    expect(await under.tenants.write(crossing, 0)).toEqual({ outcome: 'claimed', claim: held })
    expect(await under.tenants.read(theirs.id)).toBeUndefined()
    expect(await under.tenants.withIssuer(theirs.issuers[0] ?? '')).toEqual([])
    expect(await under.tenants.write({ ...newTenant(), claims: ['free', 'also free'] }, 0)).toMatchObject({
      outcome: 'written',
    })
    await under.tenants.write(theirs, 0)
    expect(await under.tenants.write(crossing, 1)).toMatchObject({ outcome: 'claimed' })
    expect(await under.tenants.read(theirs.id)).toEqual({ document: theirs.document, version: 1 })
    expect(await under.tenants.read(ours.id)).toEqual({ document: ours.document, version: 1 })
  })

  test('a tenant keeps its own names, and frees those that it no longer names', async () => {
    await using under = await open()
    const [ours, theirs] = [{ ...newTenant(), claims: ['a', 'b', 'b'] }, newTenant()]
    await under.tenants.write(ours, 0)
    expect(await under.tenants.write({ ...ours, claims: ['b', 'c'] }, 1)).toMatchObject({ version: 2 })
    expect(await under.tenants.write({ ...theirs, claims: ['c'] }, 0)).toEqual({
      outcome: 'claimed',
      claim: 'c',
    })
    expect(await under.tenants.write({ ...theirs, claims: ['a'] }, 0)).toMatchObject({ version: 1 })
    expect(await under.tenants.write({ ...ours, claims: ['a', 'b'] }, 2)).toEqual({
      outcome: 'claimed',
      claim: 'a',
    })
    expect(await under.tenants.write({ ...ours, claims: [] }, 2)).toMatchObject({ version: 3 })
    expect(await under.tenants.write({ ...theirs, claims: ['a', 'b', 'c'] }, 1)).toMatchObject({ version: 2 })
  })

  test('a name that two tenants pass from one to the other is never held by both', async () => {
    await using under = await open()
    const [one, two] = [newTenant(), newTenant()]
    await under.tenants.write({ ...one, claims: ['passed'] }, 0)
    await under.tenants.write({ ...two, claims: [] }, 0)
    const [freed, taken] = await Promise.all([
      under.tenants.write({ ...one, claims: [] }, 1),
      under.tenants.write({ ...two, claims: ['passed'] }, 1),
    ])
    expect(freed).toMatchObject({ outcome: 'written' })
    const version = taken.outcome === 'written' ? 2 : 1
    expect(await under.tenants.write({ ...two, claims: ['passed'] }, version)).toMatchObject({
      outcome: 'written',
    })
    expect(await under.tenants.write({ ...one, claims: ['passed'] }, 2)).toMatchObject({ outcome: 'claimed' })
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

  test('what was found of a role is kept for its tenant alone, stored or not', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    await under.tenants.write(ours, 0)
    for (const [replaces, value] of [
      [undefined, 'first'],
      ['first', 'ours ☃'],
    ] as const) {
      await under.tenants.verified(ours.id, findingOf(roleArn, value, { replaces, version: 1 }))
    }
    await under.tenants.verified(ours.id, findingOf(`${roleArn}-2`, '{}', { version: 1 }))
    await under.tenants.verified(theirs.id, findingOf(roleArn, 'theirs'))
    const found = new Map([
      [roleArn, 'ours ☃'],
      [`${roleArn}-2`, '{}'],
    ])
    expect(await under.tenants.verifications(ours.id)).toEqual(found)
    expect(await under.tenants.verifications(theirs.id)).toEqual(new Map([[roleArn, 'theirs']]))
    expect(await under.tenants.verifications(uniqueTenant())).toEqual(new Map())
    expect(await under.tenants.read(theirs.id)).toBeUndefined()
    await under.tenants.write(ours, 1)
    expect(await under.tenants.verifications(ours.id)).toEqual(found)
    await under.tenants.remove(ours.id, 2)
    expect(await under.tenants.verifications(theirs.id)).toEqual(new Map([[roleArn, 'theirs']]))
  })

  test('what was found of a role replaces only what it was found beside', async () => {
    await using under = await open()
    const { id } = newTenant()
    const keep = (value: string, replaces?: string) =>
      under.tenants.verified(id, findingOf(roleArn, value, { replaces }))
    const kept = async () => (await under.tenants.verifications(id)).get(roleArn)
    expect(await keep('none', '')).toBe('stale')
    expect(await kept()).toBeUndefined()
    expect(await keep('')).toBe('kept')
    expect(await keep('one')).toBe('stale')
    expect(await keep('one', '')).toBe('kept')
    expect(await keep('one')).toBe('stale')
    expect(await keep('two', 'on')).toBe('stale')
    expect(await kept()).toBe('one')
    const values = Array.from({ length: 20 }, (_, index) => `${index}`)
    const outcomes = await Promise.all(values.map((value) => keep(value, 'one')))
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1)
    expect(await kept()).toBe(values[outcomes.indexOf('kept')])
  })

  test('what was found of a role of another version of a tenant, or of one that is gone, is not kept', async () => {
    await using under = await open()
    const [tenant, other] = [newTenant(), newTenant()]
    const heard = vi.fn()
    await under.tenants.write(other, 0)
    await under.tenants.listen(heard)
    const found = (version: number) => findingOf(roleArn, 'found', { version, announce: true })
    expect(await under.tenants.verified(tenant.id, found(1))).toBe('stale')
    await under.tenants.write(tenant, 0)
    await under.tenants.write(tenant, 1)
    for (const version of [1, 3, -1, 0.5]) {
      expect(await under.tenants.verified(tenant.id, found(version))).toBe('stale')
    }
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map())
    await under.tenants.remove(tenant.id, 2)
    expect(await under.tenants.verified(tenant.id, found(2))).toBe('stale')
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map())
    expect(await under.tenants.verified(other.id, found(1))).toBe('kept')
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(other.id), soon)
    expect(heard.mock.calls.filter(([id]) => id === tenant.id)).toHaveLength(3)
  })

  test('what was found of a role is forgotten when its tenant no longer names it', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    const [other = '', both] = [`${roleArn}-2`, [roleArn, `${roleArn}-2`]]
    for (const { id } of [ours, theirs]) {
      await under.tenants.write({ ...newTenant(id), roles: both }, 0)
      for (const role of both) await under.tenants.verified(id, findingOf(role, 'a', { version: 1 }))
    }
    const kept = async ({ id }: TenantWrite) => [...(await under.tenants.verifications(id)).keys()].sort()
    // What is not written forgets nothing.
    await under.tenants.write({ ...ours, roles: [] }, 7)
    await under.tenants.write({ ...ours, roles: [], claims: theirs.claims }, 1)
    expect(await kept(ours)).toEqual(both)
    await under.tenants.write({ ...ours, roles: [other] }, 1)
    expect(await kept(ours)).toEqual([other])
    await under.tenants.write({ ...ours, roles: both }, 2)
    expect(await kept(ours)).toEqual([other])
    await under.tenants.write({ ...ours, roles: [] }, 3)
    expect(await kept(ours)).toEqual([])
    expect(await kept(theirs)).toEqual(both)
  })

  test('what has changed is announced to all who listen, and nothing else is', async () => {
    await using under = await open()
    const [one, two, last] = [newTenant(), newTenant(), newTenant()]
    const [heard, left, failing] = [vi.fn(), vi.fn(), vi.fn()]
    const leave = await under.tenants.listen(heard)
    await under.tenants.listen((id) => {
      failing(id)
      throw new Error('on purpose')
    })
    const away = await under.tenants.listen(left)
    away()
    away()
    await under.tenants.write(one, 0)
    await under.tenants.write(one, 0)
    await under.tenants.write({ ...two, claims: one.claims }, 0)
    await under.tenants.verified(two.id, findingOf(roleArn, 'a'))
    await under.tenants.verified(two.id, findingOf(roleArn, 'b', { replaces: 'a', announce: true }))
    await under.tenants.verified(two.id, findingOf(roleArn, 'c', { replaces: 'a', announce: true }))
    await under.tenants.remove(one.id, 2)
    await under.tenants.remove(one.id, 1)
    await under.tenants.write(one, 0)
    await under.tenants.write(last, 0)
    // Other tests announce theirs on the same Redis.
    const ofOurs = (listener: typeof heard) =>
      listener.mock.calls.flat().filter((id) => [one.id, two.id, last.id].includes(id))
    for (const listener of [heard, failing]) {
      await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(last.id), soon)
      expect(ofOurs(listener)).toEqual([one.id, two.id, one.id, last.id])
    }
    leave()
    await under.tenants.write(last, 1)
    await vi.waitFor(() => expect(ofOurs(failing)).toHaveLength(5), soon)
    expect(ofOurs(heard)).toHaveLength(4)
    expect(left).not.toHaveBeenCalled()
  })

  test('whoever hears of a change reads what is in force', async () => {
    await using under = await open()
    const tenant = newTenant()
    const versions: (number | undefined)[] = []
    await under.tenants.listen(async (id) => {
      if (id === tenant.id) versions.push((await under.tenants.read(id))?.version)
    })
    for (const expected of [0, 1]) {
      await under.tenants.write(tenant, expected)
      await vi.waitFor(() => expect(versions.at(-1)).toBe(expected + 1), soon)
    }
    await under.tenants.remove(tenant.id, 2)
    await vi.waitFor(() => expect(versions).toEqual([1, 2, undefined]), soon)
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
