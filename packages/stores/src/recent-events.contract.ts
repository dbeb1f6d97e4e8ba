import type { AuditEvent, RecentEventStore } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A store under test that keeps five events of each tenant, of at most 2,048 bytes each. */
export interface RecentEventsUnderTest extends AsyncDisposable {
  readonly recent: RecentEventStore
}

/** An event of a user, with text in it that needs escaping. */
export const eventOf = (tenantId: string | undefined, n: number, user = 'u_1'): AuditEvent => ({
  schema_version: 1,
  ts: new Date(Date.UTC(2026, 0, 1) + n).toISOString(),
  event: 'tool.call',
  outcome: 'allow',
  request_id: `request "${n}" – ☃\n`,
  ...(tenantId !== undefined && { tenant_id: tenantId }),
  user: { id: user, issuer: 'https://sso.example', subject: user },
})

/** What every store of recent events does. */
export const recentEventsContract = (open: () => Promise<RecentEventsUnderTest>): void => {
  test('the newest come first and as they were, and no more than asked for', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    expect(await under.recent.newest({ tenantId, limit: 50 })).toEqual([])
    for (let n = 0; n < 3; n++) await under.recent.add(eventOf(tenantId, n))
    expect(await under.recent.newest({ tenantId, limit: 50 })).toEqual(
      [2, 1, 0].map((n) => eventOf(tenantId, n)),
    )
    expect(await under.recent.newest({ tenantId, limit: 1 })).toEqual([eventOf(tenantId, 2)])
    expect(await under.recent.newest({ tenantId, limit: 0 })).toEqual([])
    expect(await under.recent.newest({ tenantId, limit: -1 })).toEqual([])
  })

  test('the oldest give way, of this tenant alone', async () => {
    await using under = await open()
    const [loud, quiet] = [uniqueTenant(), uniqueTenant()]
    await under.recent.add(eventOf(quiet, 0))
    for (let n = 0; n < 20; n++) await under.recent.add(eventOf(loud, n))
    const kept = await under.recent.newest({ tenantId: loud, limit: 50 })
    expect(kept).toEqual([19, 18, 17, 16, 15].map((n) => eventOf(loud, n)))
    expect(await under.recent.newest({ tenantId: quiet, limit: 50 })).toHaveLength(1)
  })

  test('those that come at once keep their order, each with its tenant', async () => {
    await using under = await open()
    const [ours, theirs] = [uniqueTenant(), uniqueTenant()]
    const events = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((n) => [eventOf(ours, n), eventOf(theirs, 10 + n)])
    await Promise.all(events.map((event) => under.recent.add(event)))
    const seen = (tenantId: string) => under.recent.newest({ tenantId, limit: 50 })
    expect(await seen(ours)).toEqual([7, 6, 5, 4, 3].map((n) => eventOf(ours, n)))
    expect(await seen(theirs)).toEqual([17, 16, 15, 14, 13].map((n) => eventOf(theirs, n)))
  })

  test('a tenant sees nothing of another, by whatever name', async () => {
    await using under = await open()
    const [ours, theirs] = [uniqueTenant(), uniqueTenant()]
    await under.recent.add(eventOf(ours, 1))
    for (const tenantId of [theirs, ours.slice(0, -1), `${ours}x`]) {
      expect(await under.recent.newest({ tenantId, limit: 50 })).toEqual([])
      expect(await under.recent.newest({ tenantId, principalId: 'u_1', limit: 50 })).toEqual([])
    }
  })

  test('one principal alone, and only of its own tenant', async () => {
    await using under = await open()
    const [ours, theirs] = [uniqueTenant(), uniqueTenant()]
    await under.recent.add(eventOf(ours, 1, 'ann'))
    await under.recent.add(eventOf(ours, 2, 'ben'))
    await under.recent.add(eventOf(theirs, 3, 'ann'))
    const of = async (tenantId: string, principalId: string) =>
      (await under.recent.newest({ tenantId, principalId, limit: 50 })).map(({ ts }) => ts)
    expect(await of(ours, 'ann')).toEqual([eventOf(ours, 1).ts])
    expect(await of(ours, 'ben')).toEqual([eventOf(ours, 2).ts])
    expect(await of(theirs, 'ben')).toEqual([])
    expect(await of(ours, '')).toEqual([])
  })

  test('an event of no tenant is kept for nobody', async () => {
    await using under = await open()
    await under.recent.add(eventOf(undefined, 1))
    expect(await under.recent.newest({ tenantId: 'undefined', limit: 50 })).toEqual([])
    expect(await under.recent.newest({ tenantId: '', limit: 50 }).catch(() => [])).toEqual([])
  })

  test('an event that is too long is kept in short, and not at all where that is too long still', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const long = {
      ...eventOf(tenantId, 1),
      mcp: { era: 'modern', method: 'tools/call', tool: 'aws_whoami', args_redacted: 'x'.repeat(3_000) },
      aws: {
        account_id: '111111111111',
        region: 'eu-west-1',
        session_name: 'mcp-acme-ann',
        session_tags: { team: '☃'.repeat(600) },
        actions: ['ec2:RunInstances'],
        request_ids: Array.from({ length: 100 }, (_, n) => `request-${n}`),
        attempts: 100,
      },
    } as const
    await under.recent.add(long)
    const { args_redacted, ...mcp } = long.mcp
    const { session_tags, ...aws } = long.aws
    const short = { ...long, mcp, aws: { ...aws, request_ids: aws.request_ids.slice(0, 10) } }
    expect(await under.recent.newest({ tenantId, limit: 9 })).toEqual([short])
    // 1,900 characters that are 5,700 bytes.
    await under.recent.add({ ...eventOf(tenantId, 2), request_id: '☃'.repeat(1_900) })
    expect(await under.recent.newest({ tenantId, limit: 9 })).toEqual([short])
  })

  test('of simultaneous events none is lost', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    await Promise.all([1, 2, 3, 4, 5].map((n) => under.recent.add(eventOf(tenantId, n))))
    expect(await under.recent.newest({ tenantId, limit: 50 })).toHaveLength(5)
  })
}
