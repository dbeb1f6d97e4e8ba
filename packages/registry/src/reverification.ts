import { randomUUID } from 'node:crypto'
import { GatewayError, type RecordStore, type TenantDirectory } from '@gateway/domain'
import type { AccountVerifier } from './account-verifier.ts'
import { dueAccounts } from './due.ts'
import type { OnFault } from './on-fault.ts'
import type { TenantRecords } from './tenant-records.ts'

/** The verification that nobody asks for: daily, and after a role was refused. */
export interface Reverification {
  /** AWS has refused a role of the tenant: it is verified soon, unless it was just now. */
  suspect(tenantId: string, roleArn: string): void
  /** Begins nothing more; resolves once what was begun has ended. */
  close(): Promise<void>
}

export interface ReverificationOptions {
  readonly directory: Pick<TenantDirectory, 'list'>
  readonly records: TenantRecords
  readonly verifier: AccountVerifier
  /** Where replicas claim an account, so that one of them verifies it at a time. */
  readonly claims: RecordStore
  now(): number
  readonly onFault: OnFault
  /** Milliseconds from the end of one walk through all tenants to the next. */
  readonly everyMs?: number
  /** Tenants of one page, and milliseconds between two pages: a walk is no burst. */
  readonly pageSize?: number
  readonly pauseMs?: number
  /** Accounts that are verified at the same time. */
  readonly parallel?: number
}

/** Starts the verification of roles whose time has come. */
export const startReverification = (options: ReverificationOptions): Reverification => {
  const { directory, records, verifier, claims, now, onFault } = options
  const { everyMs = 300_000, pageSize = 50, pauseMs = 1_000, parallel = 4 } = options
  const closing = new AbortController()
  const suspects = new Map<string, Set<string>>()
  let suspected = 0
  let wake: (() => void) | undefined

  const rest = (ms: number, untilSuspect = true): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        closing.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms).unref()
      wake = untilSuspect ? done : undefined
      closing.signal.addEventListener('abort', done)
      if (closing.signal.aborted || (untilSuspect && suspects.size > 0)) done()
    })

  /** Verifies what is due of one tenant, unless another replica does. */
  const visit = async (id: string, those?: ReadonlySet<string>): Promise<void> => {
    const record = await records.find(id)
    for (const alias of record ? dueAccounts(record, now(), those) : []) {
      if (closing.signal.aborted) return
      const claim = { tenantId: id, kind: 'verification', id: alias } as const
      if ((await claims.create(claim, '1', claimBounds)) !== 'created') continue
      try {
        // Another replica may have come to its end since.
        const again = await records.find(id)
        if (!again || !dueAccounts(again, now(), those).includes(alias)) continue
        await verifier.verify(id, alias, { operator: undefined, requestId: `reverification-${randomUUID()}` })
      } finally {
        await claims.remove(claim)
      }
    }
  }

  const attempt = async (id: string, those?: ReadonlySet<string>): Promise<void> => {
    try {
      await visit(id, those)
    } catch (err) {
      // Without store or audit log no other tenant would get on either.
      if (!(err instanceof GatewayError) || err.code === 'unavailable') throw err
      onFault({ tenant: id, err }, 'the roles of a tenant could not be verified; they are tried again')
    }
  }

  const takeSuspects = async (): Promise<void> => {
    while (suspects.size > 0 && !closing.signal.aborted) {
      const all = [...suspects]
      suspects.clear()
      suspected = 0
      await inParallel(all, parallel, ([id, those]) => attempt(id, those))
    }
  }

  const walk = async (): Promise<void> => {
    for (let after: string | undefined; !closing.signal.aborted; ) {
      await takeSuspects()
      const page = await directory.list(after, pageSize)
      await inParallel(page, parallel, (id) => (closing.signal.aborted ? Promise.resolve() : attempt(id)))
      if (page.length < pageSize) return
      after = page.at(-1)
      await rest(pauseMs)
    }
  }

  const run = async (): Promise<void> => {
    let walkAt = 0
    while (!closing.signal.aborted) {
      try {
        await takeSuspects()
        if (now() >= walkAt) {
          walkAt = Number.POSITIVE_INFINITY
          await walk()
        }
      } catch (err) {
        onFault({ err }, 'the daily verification stopped; it begins again')
        await rest(pauseMs, false)
      }
      if (walkAt === Number.POSITIVE_INFINITY) walkAt = now() + everyMs
      await rest(Math.max(walkAt - now(), 0))
    }
  }

  const running = run()
  return {
    suspect(tenantId, roleArn) {
      // What does not fit is found again by the next call that AWS refuses, or within the day.
      if (suspected >= maxSuspects || closing.signal.aborted) return
      const those = suspects.get(tenantId) ?? new Set()
      suspects.set(tenantId, those)
      if (those.has(roleArn)) return
      those.add(roleArn)
      suspected += 1
      wake?.()
    },
    async close() {
      closing.abort()
      await running
    },
  }
}

/** Longer than any verification takes: a replica that dies gives its claims back by it. */
const claimBounds = { ttlSeconds: 300, maxPerTenant: 1_000 }

const maxSuspects = 1_000

const inParallel = async <Item>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: parallel }, worker))
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}
