import type { RecordStore } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { type ReverificationOptions, startReverification } from './reverification.ts'
import { accountInput, administration, operator } from './testing/administration.ts'
import { createInput, documentOf, tenantFrom } from './testing/documents.ts'
import { memoryClaims } from './testing/memory-claims.ts'
import { trustIn } from './testing/trusting-roles.ts'

const hour = 3_600_000
const initech = tenantFrom(documentOf('initech', '333333333333'))
const initechArn = 'arn:aws:iam::333333333333:role/mcp-gateway-main'
const arnOf = (id: string, accountId: string) => `arn:aws:iam::${accountId}:role/mcp-gateway-${id}-read`

/** Two stored tenants with accepted roles; time is the test's, and walks follow one another closely. */
const running = async ({
  tenants = [],
  claims = memoryClaims(),
  start = true,
}: {
  tenants?: Parameters<typeof tenantFrom>[0][]
  claims?: RecordStore
  start?: boolean
} = {}) => {
  const t = await administration({ tenants: tenants.map(tenantFrom) })
  for (const [i, id] of ['acme', 'globex'].entries()) {
    const accountId = `${i + 1}`.repeat(12)
    await t.admin.create(createInput(id), operator)
    await t.admin.addAccount(id, accountInput(accountId), operator)
    t.roles.trusts.set(arnOf(id, accountId), trustIn(`made-here-${i + 1}`))
    await t.admin.verify(id, 'main', operator)
  }
  t.roles.verified.length = 0
  t.audit.events.length = 0
  const started: ReturnType<typeof startReverification>[] = []
  const begin = (options: Partial<ReverificationOptions> = {}) => {
    const { directory, records, verifier } = t
    const { told: _, ...rest } = { told: t.told, directory, records, verifier, claims }
    const one = startReverification({
      ...rest,
      now: () => t.clock.now,
      onFault: (fields, message) => t.told.push({ fields, message }),
      // The clock of the test stands still: walks begin again because none of them waits for it.
      everyMs: 0,
      pauseMs: 1,
      ...options,
    })
    started.push(one)
    return one
  }
  const first = start ? begin() : undefined
  const walked = async () => {
    const lists = () => t.store.calls.filter((call) => call === 'list').length
    const before = lists()
    await vi.waitFor(() => expect(lists()).toBeGreaterThan(before + 2), { timeout: 5_000 })
  }
  return {
    ...t,
    begin,
    first,
    walked,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((each) => each.close()))
      t[Symbol.dispose]()
    },
  }
}

test('what was verified within the day is left alone, and all else is verified once', async () => {
  await using t = await running()
  await t.walked()
  t.clock.now += 19 * hour
  await t.walked()
  expect(t.roles.verified).toEqual([])
  t.clock.now += 5 * hour
  await vi.waitFor(() => expect(t.roles.verified).toHaveLength(2))
  await t.walked()
  expect(t.roles.verified.toSorted()).toEqual([
    arnOf('acme', '111111111111'),
    arnOf('globex', '222222222222'),
  ])
  expect(t.audit.events).toHaveLength(2)
  expect(t.audit.events[0]).toMatchObject({
    event: 'role.verify',
    outcome: 'allow',
    request_id: expect.stringMatching(/^reverification-/),
    admin: { account: 'main', status: 'accepted' },
  })
  expect(t.audit.events[0]?.admin?.operator).toBeUndefined()
})

test('a role that was accepted and is rejected is blocked and raises an alarm; no other tenant notices', async () => {
  await using t = await running()
  const globex = await t.directory.find('globex')
  t.roles.trusts.set(arnOf('acme', '111111111111'), () => true)
  t.clock.now += 24 * hour
  await vi.waitFor(() => expect(t.told).toHaveLength(1))
  expect(t.told[0]?.fields).toMatchObject({ alarm: 'role_rejected', tenant: 'acme', probes: ['P2'] })
  expect((await t.directory.find('acme'))?.accounts[0]?.roles.read?.blocked).toMatch(/did not pass/)
  expect(await t.directory.find('globex')).toBe(globex)
})

test('what could not be told is tried again after 15 minutes, then after twice as long', async () => {
  await using t = await running()
  const arn = arnOf('acme', '111111111111')
  t.roles.trusts.set(arn, () => 'unknown')
  t.clock.now += 24 * hour
  const times = () => t.roles.verified.filter((each) => each === arn).length
  await vi.waitFor(() => expect(times()).toBe(1))
  for (const [i, minutes] of [15, 30, 60, 120].entries()) {
    t.clock.now += (minutes - 1) * 60_000
    await t.walked()
    expect(times()).toBe(i + 1)
    t.clock.now += 60_000
    await vi.waitFor(() => expect(times()).toBe(i + 2))
  }
  expect((await t.directory.find('acme'))?.accounts[0]?.roles.read?.blocked).toBeUndefined()
})

test('what refuses the gateway takes no role away, and is tried again after 5 minutes, then after twice as long', async () => {
  await using t = await running()
  const arns = [arnOf('acme', '111111111111'), arnOf('globex', '222222222222')]
  const trusts = new Map(t.roles.trusts)
  // The identity of the gateway is broken.
  for (const arn of arns) t.roles.trusts.set(arn, () => false)
  t.clock.now += 24 * hour
  const times = () => t.roles.verified.filter((each) => each === arns[0]).length
  await vi.waitFor(() => expect(times()).toBe(1))
  for (const [i, minutes] of [5, 10, 20, 40, 80, 160, 320, 360, 360].entries()) {
    t.clock.now += (minutes - 1) * 60_000
    // Calls that AWS refuses meanwhile do not make it any earlier.
    t.first?.suspect('acme', arns[0] ?? '')
    await t.walked()
    expect(times()).toBe(i + 1)
    t.clock.now += 60_000
    await vi.waitFor(() => expect(times()).toBe(i + 2))
  }
  for (const id of ['acme', 'globex']) {
    expect((await t.directory.find(id))?.accounts[0]?.roles.read?.blocked).toBeUndefined()
  }
  for (const [arn, trust] of trusts) t.roles.trusts.set(arn, trust)
  t.clock.now += 6 * hour
  await vi.waitFor(() => expect(times()).toBe(11))
  await t.walked()
  t.clock.now += 19 * hour
  await t.walked()
  expect(times()).toBe(11)
})

test('a blocked role is usable within minutes of its being mended', async () => {
  await using t = await running()
  const arn = arnOf('acme', '111111111111')
  const blocked = async () => (await t.directory.find('acme'))?.accounts[0]?.roles.read?.blocked
  t.roles.trusts.set(arn, () => true)
  t.clock.now += 24 * hour
  await vi.waitFor(async () => expect(await blocked()).toMatch(/did not pass/))
  t.roles.trusts.set(arn, trustIn('made-here-1'))
  t.clock.now += 5 * 60_000
  await vi.waitFor(async () => expect(await blocked()).toBeUndefined())
})

test('a role of the store that was never accepted waits for an operator, one of the file is tried again', async () => {
  await using t = await running({ tenants: [documentOf('initech', '333333333333')] })
  await t.admin.addAccount('acme', accountInput('111111111119', { alias: 'new' }), operator)
  await vi.waitFor(() => expect(t.roles.verified).toEqual([initechArn]))
  await t.admin.verify('acme', 'new', operator)
  t.roles.verified.length = 0
  t.clock.now += 5 * 60_000
  await vi.waitFor(() => expect(t.roles.verified).toEqual([initechArn]))
  t.clock.now += 10 * hour
  await vi.waitFor(() => expect(t.roles.verified).toEqual([initechArn, initechArn]))
  await t.walked()
  expect(t.roles.verified).toEqual([initechArn, initechArn])
})

test('a role of the file is verified at once, a new one of the store when an operator says so', async () => {
  await using t = await running({ tenants: [documentOf('initech', '333333333333')] })
  await t.admin.addAccount('acme', accountInput('111111111119', { alias: 'new' }), operator)
  await vi.waitFor(() => expect(t.roles.verified).toEqual([initechArn]))
  await t.walked()
  expect(t.roles.verified).toEqual([initechArn])
  // Another external id in the file is another thing to verify.
  const account = initech.accounts[0]
  const role = account?.roles.read
  if (!account || !role) throw new Error('no role')
  t.file.become({
    ...initech,
    accounts: [{ ...account, roles: { read: { ...role, externalId: 'another-one' } } }],
  })
  await vi.waitFor(() => expect(t.roles.verified).toEqual([initechArn, initechArn]))
})

test("a role that AWS refuses is verified soon, once, and only as that tenant's", async () => {
  await using t = await running()
  const arn = arnOf('acme', '111111111111')
  // Just verified: a caller cannot make the gateway probe as often as it likes.
  t.first?.suspect('acme', arn)
  await t.walked()
  expect(t.roles.verified).toEqual([])
  t.clock.now += hour / 12
  for (let i = 0; i < 100; i++) t.first?.suspect('acme', arn)
  t.first?.suspect('globex', arn)
  t.first?.suspect('acme', arnOf('globex', '222222222222'))
  t.first?.suspect('nobody', arn)
  t.first?.suspect('__proto__', 'constructor')
  await vi.waitFor(() => expect(t.roles.verified).toEqual([arn]))
  await t.walked()
  expect(t.roles.verified).toEqual([arn])
})

test('a suspect does not wait for the next walk', async () => {
  await using t = await running({ start: false })
  const one = t.begin({ everyMs: hour })
  await vi.waitFor(() => expect(t.store.calls).toContain('list'))
  t.clock.now += hour / 12
  one.suspect('acme', arnOf('acme', '111111111111'))
  await vi.waitFor(() => expect(t.roles.verified).toEqual([arnOf('acme', '111111111111')]))
})

test('of several replicas one verifies', async () => {
  await using t = await running({ start: false })
  t.clock.now += 24 * hour
  for (let i = 0; i < 5; i++) t.begin()
  await vi.waitFor(() => expect(t.roles.verified).toHaveLength(2))
  await t.walked()
  expect(t.roles.verified).toHaveLength(2)
})

test('what a replica has claimed is left to it, and a claim is given back', async () => {
  const claims = memoryClaims()
  await using t = await running({ claims })
  await claims.create({ tenantId: 'acme', kind: 'verification', id: 'main' }, '1', {
    ttlSeconds: 1,
    maxPerTenant: 1,
  })
  t.clock.now += 24 * hour
  await vi.waitFor(() => expect(t.roles.verified).toEqual([arnOf('globex', '222222222222')]))
  await t.walked()
  expect(t.roles.verified).toHaveLength(1)
  await claims.remove({ tenantId: 'acme', kind: 'verification', id: 'main' })
  await vi.waitFor(() => expect(t.roles.verified).toHaveLength(2))
  await t.walked()
  expect(await claims.get({ tenantId: 'globex', kind: 'verification', id: 'main' })).toBeUndefined()
})

test('a suspended tenant is not probed', async () => {
  await using t = await running()
  await t.admin.suspend('acme', operator)
  t.clock.now += 24 * hour
  t.first?.suspect('acme', arnOf('acme', '111111111111'))
  await vi.waitFor(() => expect(t.roles.verified).toEqual([arnOf('globex', '222222222222')]))
  await t.walked()
  expect(t.roles.verified).toHaveLength(1)
})

test('a store or audit log that is away stops it until it is back', async () => {
  await using t = await running()
  t.store.down = true
  await vi.waitFor(() => expect(t.told.length).toBeGreaterThan(0))
  t.clock.now += 24 * hour
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(t.roles.verified).toEqual([])
  t.store.down = false
  await vi.waitFor(() => expect(t.roles.verified).toHaveLength(2))
  t.audit.broken = true
  t.told.length = 0
  t.clock.now += 24 * hour
  await vi.waitFor(() => expect(t.told.length).toBeGreaterThan(0))
  expect(t.told[0]?.message).toBe('the daily verification stopped; it begins again')
})

test('one tenant whose document is damaged keeps no other from being verified', async () => {
  await using t = await running()
  t.store.plant({ id: 'aaa', document: '{' })
  t.clock.now += 24 * hour
  await vi.waitFor(() => expect(t.roles.verified).toHaveLength(2))
  expect(t.told[0]).toMatchObject({ fields: { tenant: 'aaa' } })
})

test('no more accounts at a time than it may, and closing waits for them', async () => {
  await using t = await running({ start: false })
  for (let i = 0; i < 12; i++) {
    const id = `t${i}`
    await t.admin.create(createInput(id), operator)
    const accountId = String(500_000_000_000 + i)
    await t.admin.addAccount(id, accountInput(accountId), operator)
    t.roles.trusts.set(arnOf(id, accountId), trustIn(`made-here-${i + 3}`))
    await t.admin.verify(id, 'main', operator)
  }
  t.clock.now += 24 * hour
  let now = 0
  let most = 0
  const verifier = {
    async verify() {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      return []
    },
  }
  const one = t.begin({ verifier, parallel: 3, pageSize: 5 })
  await vi.waitFor(() => expect(most).toBe(3))
  await one.close()
  expect(now).toBe(0)
  const calls = t.store.calls.length
  one.suspect('acme', arnOf('acme', '111111111111'))
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(t.store.calls.length).toBe(calls)
})

test('ten thousand tenants are walked through in pages, and none of them is kept in mind', async () => {
  await using t = await running({ start: false })
  const text = (await t.store.read('acme'))?.document ?? ''
  for (let i = 0; i < 10_000; i++) {
    const id = `t${String(i).padStart(5, '0')}`
    t.store.plant({ id, document: text.replace('"id":"acme"', `"id":"${id}"`) })
  }
  t.store.calls.length = 0
  t.begin({ pageSize: 500, pauseMs: 0, everyMs: hour })
  await vi.waitFor(() => expect(t.store.calls).toContain('read t09999'), { timeout: 30_000 })
  expect(t.store.calls.filter((call) => call === 'list').length).toBe(21)
  expect(t.directory.known('t00000')).toBeUndefined()
}, 60_000)
