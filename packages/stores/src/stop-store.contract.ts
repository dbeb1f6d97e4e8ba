import { type Stop, type StopStore, type StopTarget, stopId } from '@gateway/domain'
import { expect, test } from 'vitest'

/** A store of stops under test, in which there is none and room for three. */
export interface StopStoreUnderTest extends AsyncDisposable {
  readonly stops: StopStore
}

/** A stop by olga. */
export const stopOf = (target: StopTarget, reason = 'Incident 7.'): Stop => ({
  ...target,
  id: stopId(target),
  reason,
  by: { issuer: 'https://sso.example/operators', subject: 'olga' },
  since: '2026-01-01T00:00:00.000Z',
})

/** What every store of stops does. */
export const stopStoreContract = (open: () => Promise<StopStoreUnderTest>): void => {
  test('nothing is stopped until something is', async () => {
    await using under = await open()
    expect(await under.stops.list()).toEqual([])
    expect(await under.stops.remove('writes')).toBe(false)
    expect(await under.stops.list()).toEqual([])
  })

  test('stops of every kind are listed by id, as they were put, until they are removed', async () => {
    await using under = await open()
    const [tool, principal, writes] = [
      stopOf({ kind: 'tool', tool: 'aws_api_write', tenantId: 'acme' }, 'a "b" \\ ☃'),
      stopOf({ kind: 'principal', tenantId: 'acme', principalId: 'x'.repeat(43) }),
      stopOf({ kind: 'writes' }),
    ] as const
    for (const stop of [writes, tool, principal]) await under.stops.put(stop)
    expect(await under.stops.list()).toEqual([principal, tool, writes])
    expect(await under.stops.remove(tool.id)).toBe(true)
    expect(await under.stops.remove(tool.id)).toBe(false)
    expect(await under.stops.list()).toEqual([principal, writes])
    expect(await under.stops.remove(writes.id)).toBe(true)
    expect(await under.stops.remove(principal.id)).toBe(true)
    expect(await under.stops.list()).toEqual([])
  })

  test('what stops one tenant is another stop than what stops another, or all', async () => {
    await using under = await open()
    const stops = [
      stopOf({ kind: 'writes' }),
      stopOf({ kind: 'writes', tenantId: 'acme' }),
      stopOf({ kind: 'writes', tenantId: 'globex' }),
    ]
    for (const stop of stops) await under.stops.put(stop)
    expect(await under.stops.remove('writes@acme')).toBe(true)
    expect((await under.stops.list()).map(({ id }) => id)).toEqual(['writes', 'writes@globex'])
  })

  test('one of the same id is replaced', async () => {
    await using under = await open()
    await under.stops.put(stopOf({ kind: 'writes' }))
    const other = stopOf({ kind: 'writes' }, 'Incident 8.')
    await under.stops.put(other)
    expect(await under.stops.list()).toEqual([other])
  })

  test('one more than there may be is refused, and a stop that is there can still be replaced', async () => {
    await using under = await open()
    for (const tenantId of ['a', 'b', 'c']) await under.stops.put(stopOf({ kind: 'tenant', tenantId }))
    const full = { code: 'conflict', message: expect.stringContaining('There are 3 stops') }
    await expect(under.stops.put(stopOf({ kind: 'writes' }))).rejects.toMatchObject(full)
    await under.stops.put(stopOf({ kind: 'tenant', tenantId: 'b' }, 'Incident 8.'))
    expect((await under.stops.list()).map(({ id, reason }) => [id, reason])).toEqual([
      ['tenant:a', 'Incident 7.'],
      ['tenant:b', 'Incident 8.'],
      ['tenant:c', 'Incident 7.'],
    ])
    await under.stops.remove('tenant:a')
    await under.stops.put(stopOf({ kind: 'writes' }))
  })

  test('a list stays as it was when others change the stops', async () => {
    await using under = await open()
    await under.stops.put(stopOf({ kind: 'writes' }))
    const before = await under.stops.list()
    await under.stops.remove('writes')
    await under.stops.put(stopOf({ kind: 'tenant', tenantId: 'acme' }))
    await under.stops.list()
    expect(before.map(({ id }) => id)).toEqual(['writes'])
  })
}
