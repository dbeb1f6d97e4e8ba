import { type AuditLog, GatewayError, isTenantId, type Stop, type StopStore, stopId } from '@gateway/domain'
import { createOperatorAudit } from './audit-operator.ts'
import { reaching } from './reaching.ts'
import type { StopAdmin } from './stop-admin.ts'
import { askedStop } from './stop-input.ts'
import type { TenantRecords } from './tenant-records.ts'

export interface StopAdminOptions {
  readonly store: StopStore
  readonly records: Pick<TenantRecords, 'get'>
  /** Names of every tool that there is, whatever its tenants do without. */
  readonly tools: readonly string[]
  readonly audit: AuditLog
  now(): number
}

/** Seconds for which a replica believes what it knows of stops. */
const effectiveWithinSeconds = 5

/** The operations of operators on what is stopped. */
export const createStopAdmin = (options: StopAdminOptions): StopAdmin => {
  const { store, records, tools, now } = options
  const audit = createOperatorAudit(options.audit, now)
  const tenantOf = async (id: string) => (await records.get(id)).tenant

  return {
    list: () => reaching(() => store.list(), 'The stops cannot be read just now. Try again shortly.'),
    stop: (input, by) =>
      audit.around(
        { event: 'admin.stop', by, requestId: by.requestId, tenantId: tenantNamed(input) },
        async (writing) => {
          const { target, reason } = await askedStop(input, { tools, tenantOf })
          const { issuer, subject } = by
          const since = new Date(now()).toISOString()
          const stop: Stop = { ...target, id: stopId(target), reason, by: { issuer, subject }, since }
          await writing.before(undefined, { stop: { id: stop.id, reason } })
          await reaching(() => store.put(stop), stopsAway)
          return { answer: { stop, effectiveWithinSeconds } }
        },
      ),
    resume: (id, by) =>
      audit.around(
        { event: 'admin.resume', by, requestId: by.requestId, tenantId: tenantOfStop(id) },
        async (writing) => {
          const stop = (await reaching(() => store.list(), stopsAway)).find((each) => each.id === id)
          if (!stop) throw notStopped()
          await writing.before(undefined, { stop: { id } })
          // Somebody else may have been faster.
          if (!(await reaching(() => store.remove(id), stopsAway))) throw notStopped()
          return { answer: { resumed: id, effectiveWithinSeconds } }
        },
      ),
  }
}

/** For the event of a request that may be refused; what is no tenant's id stays out of it. */
const tenantNamed = (input: unknown): string | undefined => {
  const { tenantId } = (typeof input === 'object' && input !== null ? input : {}) as { tenantId?: unknown }
  return typeof tenantId === 'string' ? tenantId : undefined
}

const tenantOfStop = (id: string): string | undefined => {
  const tenantId = id.startsWith('tenant:') ? id.slice('tenant:'.length) : id.split('@')[1]
  return tenantId !== undefined && isTenantId(tenantId) ? tenantId : undefined
}

const stopsAway =
  'The store of stops did not answer, so that this may not be in force. Do it again until it is confirmed.'

const notStopped = (): GatewayError =>
  new GatewayError('not_found', 'There is no such stop. See what is stopped, and take its id from there.')
