import { ConfigurationError, externalIdDigest, type Verification } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { keepVerification } from './kept-verification.ts'
import type { TenantCheck } from './read-tenants.ts'
import { parseStored, writeOf } from './stored-tenant.ts'
import { createTenantDirectory } from './tenant-directory.ts'
import { connectionTo, documentOf, tenantFrom } from './testing/documents.ts'
import { tellingFaults } from './testing/faults.ts'
import { memoryTenants, type TestStore } from './testing/memory-tenants.ts'
import { tenantsFileOf } from './testing/tenants-file-of.ts'

type Document = ReturnType<typeof documentOf>

const plant = (store: TestStore, document: Document) => {
  const parsed = parseStored(document.id, JSON.stringify(document))
  if ('faults' in parsed) throw new ConfigurationError(document.id, parsed.faults)
  store.plant(writeOf(parsed.document))
}

const verified = async (
  store: TestStore,
  document: Document,
  { status = 'accepted', announce = true, ...changes }: Partial<Verification> & { announce?: boolean } = {},
) => {
  const role = document.accounts[0]?.roles.read
  if (!role) throw new Error('no role')
  const verification: Verification = {
    status,
    roleName: 'read',
    roleArn: role.roleArn,
    externalIdDigest: externalIdDigest(role.externalId),
    at: '2026-01-01T00:00:00.000Z',
    probes: [{ probe: 'P2', outcome: status === 'rejected' ? 'failed' : 'passed', message: 'said.' }],
    ...changes,
  }
  const value = JSON.stringify(keepVerification(undefined, verification, new Set()))
  const replaces = (await store.verifications(document.id)).get(role.roleArn)
  return store.verified(document.id, { roleArn: role.roleArn, value, replaces, version: 0, announce })
}

const opened = async ({
  file = [],
  store = memoryTenants(),
  check,
  maxTenants = 100,
}: {
  file?: readonly Document[]
  store?: TestStore
  check?: TenantCheck
  maxTenants?: number
} = {}) => {
  const clock = { now: 1_000_000 }
  const { told, onFault } = tellingFaults()
  const tenantsFile = tenantsFileOf(...file.map(tenantFrom))
  const directory = await createTenantDirectory({
    file: tenantsFile,
    store,
    now: () => clock.now,
    onFault,
    maxTenants,
    maxAgeMs: 60_000,
    missingMs: 5_000,
    ...(check && { check }),
  })
  const heard: (string | undefined)[] = []
  directory.listen((id) => heard.push(id))
  return {
    clock,
    told,
    file: tenantsFile,
    store,
    directory,
    heard,
    [Symbol.dispose]: () => directory.close(),
  }
}

const acme = documentOf('acme', '111111111111')
const globex = documentOf('globex', '222222222222')
const blockedIn = (tenant: Awaited<ReturnType<Awaited<ReturnType<typeof opened>>['directory']['find']>>) =>
  tenant?.accounts[0]?.roles.read?.blocked

test('tenants of both sources are found by id and by issuer, and nobody else', async () => {
  using t = await opened({ file: [acme] })
  plant(t.store, globex)
  expect(t.directory.known('acme')?.name).toBe('The acme company')
  expect(t.directory.known('globex')).toBeUndefined()
  const found = await t.directory.find('globex')
  expect(found?.name).toBe('The globex company')
  expect(t.directory.known('globex')).toBe(found)
  expect(await t.directory.find('initech')).toBeUndefined()
  for (const id of ['acme', 'globex']) {
    const connections = await t.directory.issuedBy(`https://sso.example/${id}`)
    expect(connections.map(({ tenant }) => tenant.id)).toEqual([id])
    expect(connections[0]?.tenant).toBe(await t.directory.find(id))
  }
  for (const other of ['https://sso.example', 'https://sso.example/acme/', 'https://SSO.example/acme', '']) {
    expect(await t.directory.issuedBy(other)).toEqual([])
  }
  expect(await t.directory.list(undefined, 10)).toEqual(['acme', 'globex'])
  expect(await t.directory.list('acme', 10)).toEqual(['globex'])
  expect(await t.directory.list(undefined, 1)).toEqual(['acme'])
})

test('the tenants of one issuer are told apart by pins, whatever their source', async () => {
  const pinned = (id: string, accountId: string) =>
    documentOf(id, accountId, { connections: [connectionTo('https://shared.example', { org: id })] })
  using t = await opened({ file: [pinned('acme', '111111111111')] })
  plant(t.store, pinned('globex', '222222222222'))
  const connections = await t.directory.issuedBy('https://shared.example')
  expect(connections.map(({ tenant, connection }) => [tenant.id, connection.pins])).toEqual([
    ['acme', { org: 'acme' }],
    ['globex', { org: 'globex' }],
  ])
  expect(await t.directory.issuedBy('https://shared.example')).toBe(connections)
})

test('an issuer that both sources may have is of nobody while the store cannot tell', async () => {
  const pinned = (id: string, accountId: string) =>
    documentOf(id, accountId, { connections: [connectionTo('https://shared.example', { org: id })] })
  using t = await opened({ file: [pinned('acme', '111111111111'), globex] })
  plant(t.store, pinned('initech', '333333333333'))
  t.store.down = true
  await expect(t.directory.issuedBy('https://shared.example')).rejects.toMatchObject({ code: 'unavailable' })
  expect(await t.directory.issuedBy('https://sso.example/globex')).toHaveLength(1)
  t.store.down = false
  expect(await t.directory.issuedBy('https://shared.example')).toHaveLength(2)
  // What was just read is good for its time.
  t.store.down = true
  expect(await t.directory.issuedBy('https://shared.example')).toHaveLength(2)
  t.clock.now += 60_000
  await expect(t.directory.issuedBy('https://shared.example')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a stored tenant whose pins overlap with those of another is not signed in', async () => {
  const pinned = (id: string, accountId: string, pins: Record<string, string>) =>
    documentOf(id, accountId, { connections: [connectionTo('https://shared.example', pins)] })
  using t = await opened({ file: [pinned('acme', '111111111111', { tid: 'a' })] })
  plant(t.store, pinned('globex', '222222222222', { tid: 'a', org: 'g' }))
  plant(t.store, pinned('hooli', '333333333333', { tid: 'h' }))
  plant(t.store, pinned('initech', '444444444444', { tid: 'i' }))
  plant(t.store, pinned('umbrella', '555555555555', { tid: 'i', org: 'u' }))
  const connections = await t.directory.issuedBy('https://shared.example')
  expect(connections.map(({ tenant }) => tenant.id)).toEqual(['acme', 'hooli'])
  expect(await t.directory.find('globex')).toBeUndefined()
})

test('a stored role is blocked until exactly it is accepted', async () => {
  using t = await opened()
  plant(t.store, globex)
  expect(blockedIn(await t.directory.find('globex'))).toMatch(
    /^The read role of account "main" has not been verified/,
  )
  for (const wrong of [
    { externalIdDigest: externalIdDigest('another external id') },
    { roleArn: 'arn:aws:iam::222222222222:role/mcp-gateway-other' },
    { status: 'unknown' as const },
  ]) {
    await verified(t.store, globex, wrong)
    expect(blockedIn(await t.directory.find('globex'))).toMatch(/has not been verified/)
  }
  await verified(t.store, globex)
  expect(blockedIn(await t.directory.find('globex'))).toBeUndefined()
  await verified(t.store, globex, { status: 'rejected' })
  expect(blockedIn(await t.directory.find('globex'))).toMatch(/did not pass its last verification \(P2\)/)
})

test('a verification of the next external id counts for the role on both sides of the move to it', async () => {
  using t = await opened()
  const role = { ...globex.accounts[0]?.roles.read, nextExternalId: 'the-next-one' }
  const rotating = { ...globex, accounts: [{ ...globex.accounts[0], roles: { read: role } }] } as Document
  plant(t.store, rotating)
  await verified(t.store, rotating, { externalIdDigest: externalIdDigest('the-next-one') })
  expect(blockedIn(await t.directory.find('globex'))).toBeUndefined()
  const { nextExternalId: externalId, ...rest } = role
  plant(t.store, {
    ...globex,
    accounts: [{ ...globex.accounts[0], roles: { read: { ...rest, externalId } } }],
  } as Document)
  expect(blockedIn(await t.directory.find('globex'))).toBeUndefined()
})

test('a role of the file is blocked by a rejection only, and that is told', async () => {
  using t = await opened({ file: [acme] })
  const before = await t.directory.find('acme')
  expect(blockedIn(before)).toBeUndefined()
  await verified(t.store, acme, { status: 'unknown' })
  await verified(t.store, acme, { status: 'rejected', externalIdDigest: externalIdDigest('another') })
  expect(await t.directory.find('acme')).toBe(before)
  await verified(t.store, acme, { status: 'rejected' })
  expect(t.heard).toEqual(['acme', 'acme', 'acme'])
  // News are not given out before they are read.
  expect(t.directory.known('acme')).toBeUndefined()
  expect(blockedIn(await t.directory.find('acme'))).toMatch(/did not pass/)
  expect(blockedIn(t.directory.known('acme'))).toMatch(/did not pass/)
  await verified(t.store, acme)
  expect(await t.directory.find('acme')).toBe(before)
})

test('a changed tenant is another object at once, an unchanged one stays', async () => {
  using t = await opened()
  plant(t.store, globex)
  const before = await t.directory.find('globex')
  t.store.announce('globex')
  expect(t.directory.known('globex')).toBeUndefined()
  expect(await t.directory.find('globex')).toBe(before)
  plant(t.store, { ...globex, name: 'Renamed' })
  expect((await t.directory.find('globex'))?.name).toBe('Renamed')
  expect(t.heard).toEqual(['globex', 'globex', 'globex'])
  await t.store.remove('globex', 2)
  expect(await t.directory.find('globex')).toBeUndefined()
  expect(await t.directory.issuedBy('https://sso.example/globex')).toEqual([])
})

test('verified once more with the same result is no other tenant', async () => {
  using t = await opened()
  plant(t.store, globex)
  await verified(t.store, globex)
  const before = await t.directory.find('globex')
  await verified(t.store, globex, { at: '2026-01-02T00:00:00.000Z', announce: false })
  t.heard.length = 0
  t.clock.now += 60_000
  expect(await t.directory.find('globex')).toBe(before)
  expect(t.heard).toEqual([])
})

test('a change that nobody was told of is seen when the tenant is a minute old, and told', async () => {
  using t = await opened()
  plant(t.store, globex)
  await t.directory.find('globex')
  t.store.deaf = true
  plant(t.store, { ...globex, name: 'Renamed' })
  t.heard.length = 0
  t.clock.now += 44_000
  expect(t.directory.known('globex')?.name).toBe('The globex company')
  t.clock.now += 16_000
  expect(t.directory.known('globex')).toBeUndefined()
  expect((await t.directory.find('globex'))?.name).toBe('Renamed')
  expect(t.heard).toEqual(['globex'])
})

test('a tenant that is getting old is read aside, so that nobody waits', async () => {
  using t = await opened()
  plant(t.store, globex)
  await t.directory.find('globex')
  t.clock.now += 50_000
  const calls = t.store.calls.length
  const before = t.directory.known('globex')
  expect(before).toBeDefined()
  await vi.waitFor(() => expect(t.store.calls.length).toBe(calls + 2))
  await new Promise((resolve) => setTimeout(resolve, 20))
  t.clock.now += 50_000
  expect(t.directory.known('globex')).toBe(before)
})

test('what was read before a change is not kept after it', async () => {
  using t = await opened()
  plant(t.store, globex)
  t.store.before('verifications globex', () => plant(t.store, { ...globex, status: 'suspended' } as Document))
  const early = t.directory.find('globex')
  await early
  expect(t.directory.known('globex')).toBeUndefined()
  expect((await t.directory.find('globex'))?.status).toBe('suspended')
})

test('a thousand who ask at once make one reading, and unknown names cost one, however many they are', async () => {
  using t = await opened()
  plant(t.store, globex)
  await Promise.all(Array.from({ length: 1_000 }, () => t.directory.find('globex')))
  await Promise.all(
    Array.from({ length: 1_000 }, (_, n) => t.directory.issuedBy(`https://evil.example/${n}`)),
  )
  await t.directory.find('nobody')
  await t.directory.find('nobody')
  const asked = (call: string) => t.store.calls.filter((each) => each === call).length
  expect([asked('read globex'), asked('issuerDigests'), asked('read nobody')]).toEqual([1, 1, 1])
  expect(t.store.calls.filter((each) => each.startsWith('withIssuer'))).toEqual([])
  t.clock.now += 5_000
  await t.directory.find('nobody')
  expect(asked('read nobody')).toBe(2)
})

test('a name that was unknown is known as soon as there is somebody', async () => {
  using t = await opened()
  expect(await t.directory.find('globex')).toBeUndefined()
  expect(await t.directory.issuedBy('https://sso.example/globex')).toEqual([])
  plant(t.store, globex)
  expect((await t.directory.find('globex'))?.id).toBe('globex')
  expect(await t.directory.issuedBy('https://sso.example/globex')).toHaveLength(1)
  // A new issuer of a known tenant.
  plant(t.store, { ...globex, connections: [connectionTo('https://new.example')] })
  expect(await t.directory.issuedBy('https://sso.example/globex')).toEqual([])
  expect(await t.directory.issuedBy('https://new.example')).toHaveLength(1)
})

test('a flood of unknown names pushes no tenant out, and is itself forgotten', async () => {
  using t = await opened({ maxTenants: 10 })
  plant(t.store, globex)
  const before = await t.directory.find('globex')
  for (let i = 0; i < 200; i++) {
    await t.directory.find(`nobody-${i}`)
    await t.directory.issuedBy(`https://evil.example/${i}`)
  }
  expect(t.directory.known('globex')).toBe(before)
  const calls = t.store.calls.length
  await t.directory.find('nobody-0')
  expect(t.store.calls.length).toBe(calls + 1)
})

test('without the store nobody can tell, except for the file and what is fresh', async () => {
  using t = await opened({ file: [acme] })
  plant(t.store, globex)
  await t.directory.find('globex')
  await t.directory.issuedBy('https://sso.example/globex')
  t.store.down = true
  const unavailable = { code: 'unavailable' }
  expect(t.directory.known('globex')).toBeDefined()
  expect(await t.directory.issuedBy('https://sso.example/globex')).toHaveLength(1)
  await expect(t.directory.find('initech')).rejects.toMatchObject(unavailable)
  t.clock.now += 5_000
  await expect(t.directory.issuedBy('https://other.example')).rejects.toMatchObject(unavailable)
  await expect(t.directory.list(undefined, 10)).rejects.toMatchObject(unavailable)
  t.clock.now += 60_000
  expect(t.directory.known('globex')).toBeUndefined()
  await expect(t.directory.find('globex')).rejects.toMatchObject(unavailable)
  await expect(t.directory.issuedBy('https://sso.example/globex')).rejects.toMatchObject(unavailable)
  expect(t.directory.known('acme')?.id).toBe('acme')
  expect(await t.directory.issuedBy('https://sso.example/acme')).toHaveLength(1)
  t.store.down = false
  expect((await t.directory.find('globex'))?.id).toBe('globex')
})

test('a rejection that was announced and could not be read is read as soon as the store is there, and told', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    using t = await opened({ file: [acme] })
    await verified(t.store, acme, { status: 'rejected' })
    t.store.down = true
    const heard: unknown[] = []
    t.directory.listen((id) => heard.push(id))
    expect(blockedIn(await t.directory.find('acme'))).toBeUndefined()
    // Nobody asks for the tenant any more, and nothing is announced again.
    await vi.advanceTimersByTimeAsync(20_000)
    expect(heard).toEqual([])
    t.store.down = false
    await vi.advanceTimersByTimeAsync(5_000)
    await vi.waitFor(() => expect(heard).toEqual(['acme']))
    expect(blockedIn(t.directory.known('acme'))).toMatch(/did not pass/)
    const calls = t.store.calls.length
    await vi.advanceTimersByTimeAsync(20_000)
    expect(t.store.calls.length).toBe(calls)
    t.store.down = true
    t.store.announce('acme')
    await t.directory.find('acme')
    t.directory.close()
    const last = t.store.calls.length
    await vi.advanceTimersByTimeAsync(20_000)
    expect(t.store.calls.length).toBe(last)
  } finally {
    vi.useRealTimers()
  }
})

test('a store that is down at the start is listened to once it is there', async () => {
  const store = memoryTenants()
  store.down = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    using t = await opened({ file: [acme], store })
    expect((await t.directory.find('acme'))?.id).toBe('acme')
    expect(t.told).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_000)
    store.down = false
    await vi.advanceTimersByTimeAsync(2_000)
    await vi.waitFor(() => expect(t.heard).toEqual([undefined]))
    plant(store, globex)
    expect(t.heard).toEqual([undefined, 'globex'])
    expect(t.told).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

test.for<[string, Partial<Document>, RegExp]>([
  [
    'an issuer',
    { connections: [connectionTo('https://sso.example/acme')] },
    /connections\[0\]\.issuer: the same issuer/,
  ],
  [
    'an issuer, with pins',
    { connections: [connectionTo('https://sso.example/acme', { org: 'x' })] },
    /needs pins/,
  ],
  [
    'a role',
    {
      accounts: [
        {
          ...acme.accounts[0],
          roles: { read: { roleArn: acme.accounts[0]?.roles.read.roleArn, externalId: 'own-id' } },
        },
      ],
    } as Partial<Document>,
    /accounts\[0\]\.roles\.read\.roleArn: the same role/,
  ],
  [
    'an external id',
    {
      accounts: [
        {
          ...globex.accounts[0],
          roles: {
            read: { ...globex.accounts[0]?.roles.read, externalId: acme.accounts[0]?.roles.read.externalId },
          },
        },
      ],
    } as Partial<Document>,
    /externalId: is that of another account/,
  ],
])(
  'a stored tenant that has %s of one of the file is not served, and that is told once',
  async ([, changes, fault]) => {
    using t = await opened({ file: [acme] })
    plant(t.store, { ...globex, ...changes })
    expect(await t.directory.find('globex')).toBeUndefined()
    expect(t.directory.known('globex')).toBeUndefined()
    const connections = await t.directory.issuedBy('https://sso.example/acme')
    expect(connections.map(({ tenant }) => tenant.id)).toEqual(['acme'])
    t.store.announce('globex')
    await t.directory.find('globex')
    expect(t.told).toMatchObject([
      { fields: { tenant: 'globex', faults: expect.arrayContaining([expect.stringMatching(fault)]) } },
    ])
    // Once the file lets go of it, it is served, and the other way round.
    t.heard.length = 0
    t.file.become()
    expect(t.heard.toSorted()).toEqual(['acme', 'globex'])
    expect((await t.directory.find('globex'))?.id).toBe('globex')
    t.file.become(tenantFrom(acme))
    expect(await t.directory.find('globex')).toBeUndefined()
  },
)

test('the tenant of the file wins its id, and the hidden one is told', async () => {
  using t = await opened({ file: [acme] })
  plant(
    t.store,
    documentOf('acme', '333333333333', {
      name: 'The thief',
      connections: [connectionTo('https://thief.example')],
    }),
  )
  expect((await t.directory.find('acme'))?.name).toBe('The acme company')
  expect(await t.directory.issuedBy('https://thief.example')).toEqual([])
  expect(await t.directory.list(undefined, 10)).toEqual(['acme'])
  await t.directory.list(undefined, 10)
  expect(t.told).toMatchObject([{ fields: { tenant: 'acme' }, message: 'a stored tenant is not served' }])
  t.file.become()
  expect((await t.directory.find('acme'))?.name).toBe('The thief')
})

test.for<[string, string]>([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['another tenant', JSON.stringify(documentOf('globex', '222222222222'))],
  ['no tenant', JSON.stringify({ ...acme, surprise: true })],
  ['one with a profile of the operator', JSON.stringify({ ...acme, authentication: { profile: 'default' } })],
  ['a member named __proto__', `{"__proto__":{"id":"acme"},${JSON.stringify(acme).slice(1)}`],
  [
    'an account without a read role',
    JSON.stringify({ ...acme, accounts: [{ ...acme.accounts[0], roles: {} }] }),
  ],
])('a stored document that is %s is not served, and told once without its values', async ([, document]) => {
  using t = await opened()
  t.store.plant({ id: 'acme', document, issuers: ['https://sso.example/acme'] })
  expect(await t.directory.find('acme')).toBeUndefined()
  expect(await t.directory.issuedBy('https://sso.example/acme')).toEqual([])
  expect(t.told).toHaveLength(1)
  expect(JSON.stringify(t.told)).not.toContain('external-id-of')
})

test('what the caller checks keeps a stored tenant from being served', async () => {
  using t = await opened({
    check: ({ name }) => (name === 'Wide' ? ['permissions.policy: does not fit'] : []),
  })
  plant(t.store, { ...globex, name: 'Wide' })
  expect(await t.directory.find('globex')).toBeUndefined()
  expect(t.told).toMatchObject([{ fields: { faults: ['permissions.policy: does not fit'] } }])
  plant(t.store, globex)
  expect((await t.directory.find('globex'))?.id).toBe('globex')
})

test('stored tenants of one issuer that cannot be told apart sign nobody in', async () => {
  using t = await opened()
  const sharing = (id: string, accountId: string, pins?: Record<string, string>) =>
    documentOf(id, accountId, { connections: [connectionTo('https://shared.example', pins)] })
  plant(t.store, sharing('acme', '111111111111', { org: 'acme' }))
  plant(t.store, sharing('globex', '222222222222'))
  const connections = await t.directory.issuedBy('https://shared.example')
  expect(connections.map(({ tenant }) => tenant.id)).toEqual(['acme'])
  expect(t.told).toHaveLength(1)
})

test('a changed tenant of the file is told and another object; its verifications stay', async () => {
  using t = await opened({ file: [acme] })
  await verified(t.store, acme, { status: 'rejected' })
  await t.directory.find('acme')
  t.heard.length = 0
  t.file.become(tenantFrom({ ...acme, name: 'Renamed' }))
  expect(t.heard).toEqual(['acme'])
  expect(t.directory.known('acme')?.name).toBe('Renamed')
  expect(blockedIn(t.directory.known('acme'))).toMatch(/did not pass/)
  t.file.become()
  expect(t.directory.known('acme')).toBeUndefined()
})

test('ten thousand tenants are read when they are asked for, and a bounded number is remembered', async () => {
  using t = await opened({ maxTenants: 500 })
  const idOf = (i: number) => `t${String(i).padStart(5, '0')}`
  for (let i = 0; i < 10_000; i++) plant(t.store, documentOf(idOf(i), String(100_000_000_000 + i)))
  expect(t.store.calls).toEqual(['listen'])
  for (let i = 0; i < 10_000; i++) {
    const tenant = await t.directory.find(idOf(i))
    expect(tenant?.id).toBe(idOf(i))
  }
  const known = Array.from({ length: 10_000 }, (_, i) => t.directory.known(idOf(i))).filter(Boolean)
  expect(known).toHaveLength(500)
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await t.directory.list(after, 1_000)
    if (page.length === 0) break
    ids.push(...page)
    after = page.at(-1)
  }
  expect(ids).toEqual(Array.from({ length: 10_000 }, (_, i) => idOf(i)))
}, 60_000)

test('a closed directory hears nothing', async () => {
  using t = await opened({ file: [acme] })
  t.directory.close()
  plant(t.store, globex)
  t.file.become()
  expect(t.heard).toEqual([])
})
