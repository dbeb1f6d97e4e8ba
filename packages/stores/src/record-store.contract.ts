import { randomUUID } from 'node:crypto'
import type { RecordKey, RecordStore } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A record store under test, with the clock that it goes by. */
export interface RecordStoreUnderTest extends AsyncDisposable {
  readonly records: RecordStore
  wait(seconds: number): Promise<void>
}

/** A record of its own tenant. */
export const newRecord = (tenantId = uniqueTenant(), kind: RecordKey['kind'] = 'task'): RecordKey => ({
  tenantId,
  kind,
  id: `~${randomUUID()}`,
})

/** A life and a number that no test reaches. */
export const wide = { ttlSeconds: 60, maxPerTenant: 100 }

/** What every record store does. */
export const recordStoreContract = (open: () => Promise<RecordStoreUnderTest>): void => {
  test('a record is got as it was created, once, and is unknown once removed', async () => {
    await using under = await open()
    const key = newRecord()
    const value = '{"text":"a \\"b\\" ☃\\n"}'
    expect(await under.records.get(key)).toBeUndefined()
    expect(await under.records.create(key, value, wide)).toBe('created')
    expect(await under.records.create(key, 'other', wide)).toBe('exists')
    expect(await under.records.get(key)).toBe(value)
    expect(await under.records.remove(key)).toBe(true)
    expect(await under.records.get(key)).toBeUndefined()
    expect(await under.records.remove(key)).toBe(false)
    expect(await under.records.create(key, '', wide)).toBe('created')
    expect(await under.records.get(key)).toBe('')
  })

  test('of simultaneous creations of one record exactly one wins', async () => {
    await using under = await open()
    const key = newRecord()
    const values = Array.from({ length: 20 }, (_, index) => `${index}`)
    const outcomes = await Promise.all(values.map((value) => under.records.create(key, value, wide)))
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
    expect(await under.records.get(key)).toBe(values[outcomes.indexOf('created')])
  })

  test('of simultaneous replacements of one value exactly one wins', async () => {
    await using under = await open()
    const key = newRecord()
    await under.records.create(key, 'from', wide)
    const values = Array.from({ length: 20 }, (_, index) => `${index}`)
    const outcomes = await Promise.all(values.map((to) => under.records.replace(key, 'from', to, 60)))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await under.records.get(key)).toBe(values[outcomes.indexOf(true)])
  })

  test('a value is replaced only where it is the expected one, and never made', async () => {
    await using under = await open()
    const key = newRecord()
    expect(await under.records.replace(key, '', 'b', 60)).toBe(false)
    expect(await under.records.get(key)).toBeUndefined()
    await under.records.create(key, 'a', wide)
    expect(await under.records.replace(key, 'x', 'b', 60)).toBe(false)
    expect(await under.records.get(key)).toBe('a')
    expect(await under.records.replace(key, 'a', 'b', 60)).toBe(true)
    expect(await under.records.get(key)).toBe('b')
  })

  test('records live as long as they were given, from their last replacement', async () => {
    await using under = await open()
    const [brief, renewed] = [newRecord(), newRecord()]
    await under.records.create(brief, 'a', { ...wide, ttlSeconds: 1 })
    await under.records.create(renewed, 'a', { ...wide, ttlSeconds: 1 })
    await under.wait(0.6)
    expect(await under.records.replace(renewed, 'a', 'b', 1)).toBe(true)
    await under.wait(0.6)
    expect(await under.records.get(brief)).toBeUndefined()
    expect(await under.records.replace(brief, 'a', 'b', 60)).toBe(false)
    expect(await under.records.remove(brief)).toBe(false)
    expect(await under.records.get(renewed)).toBe('b')
    await under.wait(0.6)
    expect(await under.records.get(renewed)).toBeUndefined()
    expect(await under.records.create(renewed, 'c', wide)).toBe('created')
  })

  test('a tenant has as many live records of a kind as it may', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const bounds = { ttlSeconds: 60, maxPerTenant: 2 }
    const create = (key = newRecord(tenant)) => under.records.create(key, 'a', bounds)
    const [first, second] = [newRecord(tenant), newRecord(tenant)]
    expect([await create(first), await create(second)]).toEqual(['created', 'created'])
    expect(await create()).toBe('full')
    expect(await create(first)).toBe('exists')
    expect(await under.records.create(newRecord(tenant, 'run'), 'a', bounds)).toBe('created')
    expect(await under.records.create(newRecord(), 'a', bounds)).toBe('created')
    await under.records.remove(first)
    expect([await create(), await create()]).toEqual(['created', 'full'])
    expect(await under.records.get(second)).toBe('a')
  })

  test('of simultaneous creations only as many succeed as may', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const bounds = { ttlSeconds: 60, maxPerTenant: 5 }
    const keys = Array.from({ length: 20 }, () => newRecord(tenant))
    const outcomes = await Promise.all(keys.map((key) => under.records.create(key, 'a', bounds)))
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(5)
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(15)
  })

  test('records that expired make room, and those that were renewed do not', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const create = (key: RecordKey, ttlSeconds: number) =>
      under.records.create(key, 'a', { ttlSeconds, maxPerTenant: 3 })
    const [brief, renewed, long] = [newRecord(tenant), newRecord(tenant), newRecord(tenant)]
    await create(long, 60)
    await create(brief, 1)
    await create(renewed, 1)
    await under.records.replace(renewed, 'a', 'b', 60)
    expect(await create(newRecord(tenant), 60)).toBe('full')
    await under.wait(1.1)
    expect(await create(newRecord(tenant), 60)).toBe('created')
    expect(await create(newRecord(tenant), 60)).toBe('full')
    expect([await under.records.get(renewed), await under.records.get(long)]).toEqual(['b', 'a'])
  })

  test("another tenant's record, or one of another kind, cannot be read, replaced or removed", async () => {
    await using under = await open()
    const ours = newRecord()
    await under.records.create(ours, 'ours', wide)
    for (const key of [
      { ...ours, tenantId: uniqueTenant() },
      { ...ours, kind: 'run' as const },
    ]) {
      expect(await under.records.get(key)).toBeUndefined()
      expect(await under.records.replace(key, 'ours', 'theirs', 60)).toBe(false)
      expect(await under.records.remove(key)).toBe(false)
      expect(await under.records.create(key, 'theirs', wide)).toBe('created')
      expect(await under.records.replace(key, 'theirs', 'again', 60)).toBe(true)
      expect(await under.records.remove(key)).toBe(true)
    }
    expect(await under.records.get(ours)).toBe('ours')
  })

  test('an owner has as many live records of a kind as it may, beside the others of its tenant', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const bounds = { ttlSeconds: 60, maxPerTenant: 4, maxPerOwner: 2 }
    const of = (owner: string) => ({ ...newRecord(tenant), owner })
    const create = (key: RecordKey, more = {}) => under.records.create(key, 'a', { ...bounds, ...more })
    const [first, brief] = [of('ann'), of('ann')]
    expect([await create(first), await create(brief, { ttlSeconds: 1 })]).toEqual(['created', 'created'])
    expect(await create(of('ann'))).toBe('full')
    expect(await create({ ...of('ann'), tenantId: uniqueTenant() })).toBe('created')
    expect([await create(of('bob')), await create(of('cleo')), await create(of('dan'))]).toEqual([
      'created',
      'created',
      'full',
    ])
    await under.wait(1.1)
    expect([await create(of('ann')), await create(of('ann'))]).toEqual(['created', 'full'])
    expect(await under.records.remove(first)).toBe(true)
    expect([await create(of('ann')), await create(of('ann'))]).toEqual(['created', 'full'])
  })

  test("an owner's record is unknown under another name, and under none", async () => {
    await using under = await open()
    const key = newRecord()
    const ours = { ...key, owner: 'ann' }
    await under.records.create(ours, 'ours', wide)
    for (const other of [key, { ...key, owner: 'bob' }, { ...key, owner: '' }, { ...key, owner: 'a:b' }]) {
      expect(await under.records.get(other)).toBeUndefined()
      expect(await under.records.replace(other, 'ours', 'theirs', 60)).toBe(false)
      expect(await under.records.remove(other)).toBe(false)
    }
    expect(await under.records.create({ ...key, owner: 'bob' }, 'theirs', wide)).toBe('created')
    expect(await under.records.replace(ours, 'ours', 'again', 60)).toBe(true)
    expect(await under.records.get(ours)).toBe('again')
  })

  test('an id of another shape is unknown, and cannot be created', async () => {
    await using under = await open()
    const key = newRecord()
    await under.records.create(key, 'a', wide)
    for (const id of ['', `${key.id}\n`, 'a:b', 'a b', '*', '{x}', 'é', 'a'.repeat(129)]) {
      const odd = { ...key, id }
      expect(await under.records.get(odd)).toBeUndefined()
      expect(await under.records.replace(odd, 'a', 'b', 60)).toBe(false)
      expect(await under.records.remove(odd)).toBe(false)
      await expect(under.records.create(odd, 'a', wide)).rejects.toThrow(RangeError)
    }
    expect(await under.records.create({ ...key, id: 'a'.repeat(128) }, 'a', wide)).toBe('created')
  })
}
