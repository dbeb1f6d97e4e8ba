import type { EventLog, EventLogKey } from '@gateway/domain'
import { expect, vi } from 'vitest'
import { uniqueTenant } from './unique-tenant.ts'

/** Event logs under test, with the clock that they go by. */
export interface EventLogUnderTest extends AsyncDisposable {
  readonly log: EventLog
  /** What the stores were told of failing followers. */
  onError(error: Error): void
  wait(seconds: number): Promise<void>
}

/** Bounds that a test can reach; a log lives for a second. */
export const smallBounds = { maxEvents: 5, maxBytes: 100, ttlSeconds: 1, maxLogsPerTenant: 3 }

/** A log of its own tenant. */
export const newLog = (tenantId = uniqueTenant(), name = 'sess_1:stream-1'): EventLogKey => ({
  tenantId,
  name,
})

/** Everything that is in a log. */
export const textsOf = async (log: EventLog, key: EventLogKey): Promise<string[]> =>
  (await log.readAfter(key, undefined, 1000)).map(({ text }) => text)

/** Resolves once a function was called, and says so where it was not. */
export const called = (wake: ReturnType<typeof vi.fn>, times = 1): Promise<void> =>
  vi.waitFor(() => expect(wake.mock.calls.length).toBeGreaterThanOrEqual(times), {
    timeout: 5000,
    interval: 5,
  })
