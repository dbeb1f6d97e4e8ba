import type { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { accountInput, administration, operator } from './testing/administration.ts'
import { accountOf, createInput, documentOf, tenantFrom } from './testing/documents.ts'
import { trustIn } from './testing/trusting-roles.ts'

const readArn = 'arn:aws:iam::111111111111:role/mcp-gateway-acme-read'
const writeArn = 'arn:aws:iam::111111111111:role/mcp-gateway-acme-write'

/** An administration with one account of two roles, whose external id is `made-here-1`. */
const onboarded = async () => {
  const t = await administration()
  await t.admin.create(createInput('acme'), operator)
  await t.admin.addAccount('acme', accountInput('111111111111', { roles: { read: {}, write: {} } }), operator)
  t.audit.events.length = 0
  const trust = (...ids: string[]) => {
    for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, trustIn(...ids))
  }
  const blocked = async () => {
    const tenant = await t.directory.find('acme')
    const { read, write } = tenant?.accounts[0]?.roles ?? {}
    return [read?.blocked, write?.blocked]
  }
  const stored = async () => (await t.store.read('acme'))?.document ?? ''
  const verify = () => t.admin.verify('acme', 'main', operator)
  return { ...t, trust, blocked, stored, verify, [Symbol.dispose]: t[Symbol.dispose] }
}

const free = [undefined, undefined]

test('accepted roles are usable at once, each with its audit event', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  const heard: unknown[] = []
  t.directory.listen((id) => heard.push(id))
  const verifications = await t.verify()
  expect(verifications.map(({ roleArn, status }) => [roleArn, status])).toEqual([
    [readArn, 'accepted'],
    [writeArn, 'accepted'],
  ])
  expect(heard).toEqual(['acme', 'acme'])
  expect(await t.blocked()).toEqual(free)
  expect(t.audit.events).toMatchObject([
    {
      event: 'role.verify',
      outcome: 'allow',
      tenant_id: 'acme',
      request_id: 'request-1',
      admin: {
        operator: { subject: 'olga' },
        account: 'main',
        role_arn: readArn,
        status: 'accepted',
        version: 2,
        probes: ['P1:passed', 'P2:passed', 'P3:passed', 'P4:passed', 'P5:passed', 'P6:passed', 'P7:skipped'],
      },
    },
    { event: 'role.verify', admin: { role_arn: writeArn } },
  ])
  // Once more changes nothing, and nobody needs to hear of it.
  await t.verify()
  expect(heard).toHaveLength(2)
  expect((await t.admin.show('acme')).verifications).toHaveLength(2)
})

test('one role that lets anybody in is blocked, and the other one is not', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  t.roles.trusts.set(writeArn, () => true)
  await t.verify()
  expect(await t.blocked()).toEqual([undefined, expect.stringMatching(/^The write role.*\(P2\)/)])
  expect(t.audit.events.map(({ outcome, reason_code }) => [outcome, reason_code])).toEqual([
    ['allow', undefined],
    ['deny', 'role_not_verified'],
  ])
  expect(t.told).toEqual([])
})

test('trouble at AWS neither lets a role in nor throws it out', async () => {
  using t = await onboarded()
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => 'unknown')
  await t.verify()
  expect(await t.blocked()).toEqual([expect.stringMatching(/not been verified/), expect.any(String)])
  expect(t.audit.events[0]).toMatchObject({
    outcome: 'error',
    reason_code: 'unavailable',
    admin: { status: 'unknown' },
  })
  t.trust('made-here-1')
  await t.verify()
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => 'unknown')
  await t.verify()
  await t.verify()
  expect(await t.blocked()).toEqual(free)
  // Operators see both what decides and that it could not be told since.
  expect((await t.admin.show('acme')).verifications.map(({ status }) => status)).toEqual([
    'accepted',
    'unknown',
    'accepted',
    'unknown',
  ])
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => true)
  await t.verify()
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => 'unknown')
  await t.verify()
  expect(await t.blocked()).toEqual([
    expect.stringMatching(/did not pass/),
    expect.stringMatching(/did not pass/),
  ])
})

test('a role that was accepted and is rejected raises an alarm, without its external id', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => true)
  await t.verify()
  expect(t.told).toMatchObject([
    { fields: { alarm: 'role_rejected', tenant: 'acme', account: 'main', role: 'read', probes: ['P2'] } },
    { fields: { role: 'write' } },
  ])
  await t.verify()
  expect(t.told).toHaveLength(2)
  expect(JSON.stringify([t.told, t.audit.events])).not.toContain('made-here')
})

test('an accepted role that refuses the gateway itself is told and stays usable, until it lets somebody else in', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  t.trust()
  for (let i = 0; i < 3; i++) {
    const verifications = await t.verify()
    expect(verifications.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await t.blocked()).toEqual(free)
  }
  expect(t.told).toMatchObject([
    { fields: { alarm: 'role_refuses', tenant: 'acme', account: 'main', role: 'read', probes: ['P1'] } },
    { fields: { role: 'write' } },
  ])
  // Operators see both what decides and the refusal since.
  expect((await t.admin.show('acme')).verifications.map(({ status }) => status)).toEqual([
    'accepted',
    'rejected',
    'accepted',
    'rejected',
  ])
  for (const arn of [readArn, writeArn]) t.roles.trusts.set(arn, () => 'unknown')
  await t.verify()
  expect(await t.blocked()).toEqual(free)
  t.roles.trusts.set(readArn, () => true)
  await t.verify()
  expect(await t.blocked()).toEqual([expect.stringMatching(/did not pass.*\(P2\)/), undefined])
  expect(t.told).toHaveLength(3)
  // What was blocked stays so while it refuses us, and is free once it is accepted.
  t.trust()
  await t.verify()
  expect(await t.blocked()).toEqual([expect.stringMatching(/did not pass/), undefined])
  t.trust('made-here-1')
  await t.verify()
  expect(await t.blocked()).toEqual(free)
})

test('a role that was never accepted with its external id is blocked by a refusal', async () => {
  using t = await onboarded()
  await t.verify()
  expect((await t.blocked())[0]).toMatch(/did not pass.*\(P1\)/)
  const initech = tenantFrom(documentOf('initech', '333333333333'))
  t.file.become(initech)
  const account = initech.accounts[0]
  const role = account?.roles.read
  if (!account || !role) throw new Error('no role')
  t.roles.trusts.set(role.roleArn, trustIn(role.externalId))
  await t.admin.verify('initech', 'main', operator)
  const other = { ...role, externalId: 'another-one' }
  t.file.become({ ...initech, accounts: [{ ...account, roles: { read: other } }] })
  await t.admin.verify('initech', 'main', operator)
  expect((await t.directory.find('initech'))?.accounts[0]?.roles.read?.blocked).toMatch(/did not pass/)
})

test('a role whose next external id was accepted stays usable when it refuses the gateway', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  await t.admin.rotateExternalId('acme', 'main', operator)
  t.roles.trusts.set(readArn, trustIn('made-here-1', 'made-here-2'))
  await t.verify()
  t.trust()
  await t.verify()
  expect(await t.blocked()).toEqual(free)
})

test('a rotation blocks nobody at any moment, and ends when AWS refuses the former id', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  const seen: unknown[] = []
  // After each change that anybody hears of, every role must be free.
  t.directory.listen(() => seen.push(t.blocked()))
  const rotating = await t.admin.rotateExternalId('acme', 'main', operator)
  expect(rotating.account.roles).toMatchObject({
    read: { externalId: 'made-here-1', nextExternalId: 'made-here-2' },
    write: { externalId: 'made-here-1', nextExternalId: 'made-here-2' },
  })
  expect(t.audit.events.at(-1)).toMatchObject({
    event: 'admin.account.rotate',
    admin: { account: 'main', version: 3 },
  })

  // The customer has not done anything yet.
  const waiting = await t.verify()
  expect(waiting.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
  expect(waiting[0]?.probes[0]).toMatchObject({
    probe: 'P1',
    outcome: 'warning',
    message: expect.stringMatching(/with the next external id and AWS refused/),
  })
  expect(await t.stored()).toContain('"nextExternalId":"made-here-2"')

  // One of the two stacks is up to date.
  t.roles.trusts.set(readArn, trustIn('made-here-1', 'made-here-2'))
  const half = await t.verify()
  expect(half[0]?.probes.at(-1)?.message).toMatch(/not yet for every role/)
  expect(await t.stored()).toContain('"nextExternalId":"made-here-2"')

  t.trust('made-here-1', 'made-here-2')
  const moved = await t.verify()
  expect(moved.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
  const onboarding = await t.admin.onboarding('acme', 'main')
  expect(onboarding.account.roles.read).toEqual({ roleArn: readArn, externalId: 'made-here-2' })
  expect(await t.stored()).toContain('"retiredExternalId":"made-here-1"')
  const again = await t.admin
    .rotateExternalId('acme', 'main', operator)
    .catch((error: GatewayError) => error.message)
  expect(again).toMatch(/was not seen refused yet/)

  // The former id still works: that is told, and remembered.
  expect((await t.verify())[0]?.probes.at(-1)).toMatchObject({ probe: 'P7', outcome: 'warning' })
  expect(await t.stored()).toContain('"retiredExternalId":"made-here-1"')
  t.roles.trusts.set(readArn, trustIn('made-here-2'))
  await t.verify()
  expect(await t.stored()).toContain('"retiredExternalId":"made-here-1"')
  t.trust('made-here-2')
  expect((await t.verify())[0]?.probes.at(-1)).toMatchObject({ probe: 'P7', outcome: 'passed' })
  expect(await t.stored()).not.toContain('made-here-1')

  expect(seen.length).toBeGreaterThan(2)
  for (const blocked of await Promise.all(seen)) expect(blocked).toEqual(free)
  expect((await t.admin.rotateExternalId('acme', 'main', operator)).account.roles.read?.nextExternalId).toBe(
    'made-here-4',
  )
})

test('the retired external id is shown nowhere, and nobody else may take it', async () => {
  using t = await onboarded()
  t.trust('made-here-1', 'made-here-2')
  await t.verify()
  await t.admin.rotateExternalId('acme', 'main', operator)
  const verifications = [await t.verify(), await t.verify()]
  const shown = [
    verifications,
    await t.admin.show('acme'),
    await t.admin.onboarding('acme', 'main'),
    await t.directory.find('acme'),
    t.audit.events,
    t.told,
  ]
  expect(JSON.stringify(shown)).not.toContain('made-here-1')
  expect([...t.store.claims.keys()].filter((claim) => claim.startsWith('external-id:'))).toHaveLength(2)
})

test('a second rotation waits for the first', async () => {
  using t = await onboarded()
  const both = await Promise.allSettled([
    t.admin.rotateExternalId('acme', 'main', operator),
    t.admin.rotateExternalId('acme', 'main', operator),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'conflict' })
})

test('a rotation whose end could not be written goes on with the next verification, and blocks nobody', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  await t.admin.rotateExternalId('acme', 'main', operator)
  t.trust('made-here-1', 'made-here-2')
  t.store.before('write acme', () => {
    t.store.down = true
  })
  await expect(t.verify()).rejects.toMatchObject({ code: 'unavailable' })
  t.store.down = false
  expect(await t.blocked()).toEqual(free)
  expect(await t.stored()).toContain('"nextExternalId":"made-here-2"')
  await t.verify()
  expect(await t.stored()).toContain('"externalId":"made-here-2"')
})

test('roles that are changed while they are probed are probed again', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  const other = 'arn:aws:iam::111111111111:role/mcp-gateway-other'
  t.roles.trusts.set(other, trustIn('made-here-1'))
  t.roles.meanwhile(() =>
    t.admin.updateAccount('acme', 'main', { roles: { read: { roleArn: other } } }, 2, operator),
  )
  const verifications = await t.verify()
  expect(verifications.map(({ roleArn }) => roleArn)).toEqual([other])
  expect(await t.store.verifications('acme').then((kept) => [...kept.keys()])).toEqual([other])
})

test('two who verify during a rotation leave the roles usable', async () => {
  using t = await onboarded()
  t.trust('made-here-1', 'made-here-2')
  await t.verify()
  await t.admin.rotateExternalId('acme', 'main', operator)
  t.roles.meanwhile(() => t.verify())
  await t.verify()
  expect(await t.blocked()).toEqual(free)
  expect(await t.stored()).toContain('"externalId":"made-here-2"')
})

test('an account or tenant that goes while it is probed is not found, and nothing of it is kept', async () => {
  using t = await onboarded()
  t.roles.meanwhile(() => t.admin.removeAccount('acme', 'main', 2, operator))
  await expect(t.verify()).rejects.toMatchObject({ code: 'not_found', audited: true })
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  t.roles.meanwhile(() => t.admin.offboard('acme', operator))
  await expect(t.verify()).rejects.toMatchObject({ code: 'not_found' })
  expect(t.store.calls.filter((call) => call === 'verified acme')).toEqual([])
  expect(t.audit.events.filter(({ event }) => event === 'role.verify')).toHaveLength(2)
})

test('an older verification does not replace a newer one', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  const inner: unknown[] = []
  // The older one has seen the role as it was; while it is on its way, the role is loosened and verified again.
  for (const later of [0, 1_000]) {
    t.trust('made-here-1')
    await t.verify()
    expect(await t.blocked()).toEqual(free)
    t.store.before('verified acme', async () => {
      t.clock.now += later
      t.roles.trusts.set(readArn, () => true)
      inner.push((await t.verify()).map(({ status }) => status))
    })
    expect((await t.verify()).map(({ status }) => status)).toEqual(['accepted', 'accepted'])
    expect(await t.blocked()).toEqual([expect.stringMatching(/did not pass.*\(P2\)/), undefined])
  }
  expect(inner).toEqual([
    ['rejected', 'accepted'],
    ['rejected', 'accepted'],
  ])
})

test('a verification that began later replaces what an older one kept while it was on its way', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  let older: (() => Promise<unknown>) | undefined
  t.store.before('verified acme', async () => {
    // Began before, and comes to its end just now.
    const began = t.clock.now - 60_000
    const kept = (await t.store.verifications('acme')).get(readArn) ?? ''
    const value = JSON.parse(kept)
    value.last.at = new Date(began).toISOString()
    older = () =>
      t.store.verified('acme', {
        roleArn: readArn,
        value: JSON.stringify(value),
        replaces: kept,
        version: 0,
        announce: false,
      })
    expect(await older()).toBe('kept')
  })
  t.roles.trusts.set(readArn, () => true)
  await t.verify()
  expect(older).toBeDefined()
  expect(await t.blocked()).toEqual([expect.stringMatching(/did not pass/), undefined])
})

const version = async ({ admin }: Awaited<ReturnType<typeof onboarded>>) => (await admin.show('acme')).version

test('a role that is taken out and comes back is verified anew, other roles are not', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  await t.verify()
  await t.admin.updateAccount('acme', 'main', { roles: { read: {} } }, await version(t), operator)
  expect([...(await t.store.verifications('acme')).keys()]).toEqual([readArn])
  t.clock.now += 90 * 24 * 3_600_000
  await t.admin.updateAccount('acme', 'main', { roles: { read: {}, write: {} } }, await version(t), operator)
  expect(await t.blocked()).toEqual([undefined, expect.stringMatching(/not been verified/)])
})

test('nothing is kept of a tenant, an account or a role that goes as its verification is written', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  t.store.before('verified acme', async () =>
    t.admin.updateAccount('acme', 'main', { roles: { read: {} } }, await version(t), operator),
  )
  await expect(t.verify()).rejects.toMatchObject({ code: 'conflict', audited: true })
  expect(await t.store.verifications('acme')).toEqual(new Map())
  t.store.before('verified acme', async () =>
    t.admin.removeAccount('acme', 'main', await version(t), operator),
  )
  await expect(t.verify()).rejects.toMatchObject({ code: 'not_found', audited: true })
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  t.store.before('verified acme', () => t.admin.offboard('acme', operator))
  await expect(t.verify()).rejects.toMatchObject({ code: 'not_found', audited: true })
  expect(await t.store.verifications('acme')).toEqual(new Map())
})

test('a change of something else as a verification is written is no matter', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  t.store.before('verified acme', async () => {
    const { version } = await t.admin.show('acme')
    await t.admin.update('acme', { name: 'Renamed' }, version, operator)
  })
  await t.verify()
  expect(await t.blocked()).toEqual(free)
})

test('a prober that throws is an error, audited once', async () => {
  using t = await onboarded()
  t.roles.meanwhile(() => {
    throw new Error('a fault of the test')
  })
  await expect(t.verify()).rejects.toMatchObject({ code: 'internal', audited: true })
  expect(t.audit.events).toMatchObject([{ event: 'role.verify', outcome: 'error', reason_code: 'internal' }])
})

test('nothing is let in that is not audited', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  t.audit.broken = true
  await expect(t.verify()).rejects.toMatchObject({ code: 'unavailable' })
  expect(await t.blocked()).toEqual([expect.any(String), expect.any(String)])
})

test('what could not be kept is an error, and has its one event', async () => {
  using t = await onboarded()
  t.trust('made-here-1')
  t.store.before('verified acme', () => {
    t.store.down = true
  })
  await expect(t.verify()).rejects.toMatchObject({ code: 'unavailable', audited: true })
  expect(t.audit.events.map(({ admin }) => admin?.role_arn)).toEqual([readArn, writeArn])
})

test('the next external id of a file is tried, and only the file moves on', async () => {
  const document = documentOf('initech', '333333333333')
  const account = accountOf('main', '333333333333')
  const role = { ...account.roles.read, nextExternalId: 'the-next-one' }
  const rotating = { ...document, accounts: [{ ...account, roles: { read: role } }] }
  using t = await administration({ tenants: [tenantFrom(rotating)] })
  t.roles.trusts.set(role.roleArn, trustIn(role.externalId))
  const [waiting] = await t.admin.verify('initech', 'main', operator)
  expect([waiting?.status, waiting?.probes[0]?.outcome]).toEqual(['accepted', 'warning'])
  t.roles.trusts.set(role.roleArn, trustIn(role.externalId, 'the-next-one'))
  const [taken] = await t.admin.verify('initech', 'main', operator)
  expect(taken?.probes.at(-1)?.message).toMatch(/make it externalId in the tenants file/)
  expect(t.store.calls.filter((call) => call.startsWith('write'))).toEqual([])
})

test('roles with the same name in two tenants are two', async () => {
  using t = await onboarded()
  await t.admin.create(createInput('globex'), operator)
  await t.admin.addAccount('globex', accountInput('111111111111'), operator)
  t.trust('made-here-1')
  await t.verify()
  const globex = await t.directory.find('globex')
  expect(globex?.accounts[0]?.roles.read?.blocked).toMatch(/not been verified/)
  expect(await t.blocked()).toEqual(free)
  // An acceptance that is kept under another tenant is none.
  const kept = (await t.store.verifications('acme')).get(readArn) ?? ''
  const arn = globex?.accounts[0]?.roles.read?.roleArn ?? ''
  await t.store.verified('globex', {
    roleArn: arn,
    value: kept,
    replaces: undefined,
    version: 0,
    announce: true,
  })
  expect((await t.directory.find('globex'))?.accounts[0]?.roles.read?.blocked).toMatch(/not been verified/)
})

test.for(['', '{', 'null', '{"last":{"status":"accepted"}}', '{"status":"accepted"}'])(
  'what is kept as %j is as if it were not there',
  async (value) => {
    using t = await onboarded()
    await t.store.verified('acme', {
      roleArn: readArn,
      value,
      replaces: undefined,
      version: 0,
      announce: true,
    })
    expect((await t.blocked())[0]).toMatch(/not been verified/)
    expect((await t.admin.show('acme')).verifications).toEqual([])
  },
)
