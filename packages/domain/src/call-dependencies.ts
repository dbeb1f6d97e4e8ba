import type { ApprovalPages } from './approvals.ts'
import type { AuditLog } from './audit.ts'
import type { AuditDigests } from './audit-digests.ts'
import type { AwsAccess } from './aws.ts'
import type { AwsApi } from './aws-api.ts'
import type { BudgetLedger } from './budget-ledger.ts'
import type { ChangePublisher } from './changes.ts'
import type { Draw } from './chart.ts'
import type { ConcurrencyLimiter } from './concurrency.ts'
import type { CostGuard } from './cost.ts'
import type { CursorCodec } from './cursor.ts'
import type { SessionPolicies } from './iam/session-policies.ts'
import type { InstancePrices } from './instance-prices.ts'
import type { RateLimiter } from './limits.ts'
import type { Measured } from './measure.ts'
import type { Offer } from './offer.ts'
import type { PermissionBoundaries } from './permission-boundaries.ts'
import type { RecentEvents } from './recent-events.ts'
import type { RecordStore } from './records.ts'
import type { ActionCatalogue } from './request-facts.ts'
import type { Stops } from './stops.ts'
import type { Tenant } from './tenant.ts'
import type { Tracer } from './trace.ts'

/** What the second half of the line needs; all of it is an interface, so it runs the same everywhere. */
export interface CallDependencies {
  offerOf(tenant: Tenant): Offer
  readonly limiter: RateLimiter
  readonly concurrency: ConcurrencyLimiter
  readonly aws: AwsAccess
  readonly sessionPolicies: SessionPolicies
  readonly cursors: CursorCodec
  readonly audit: AuditLog
  /** Absent means that the audit log tells nothing of arguments and answers. */
  readonly digests?: AuditDigests
  readonly changes: ChangePublisher
  /** Absent means that no operation is known, so that none is generic. */
  readonly api?: AwsApi
  /** Absent where nothing draws. */
  readonly draw?: Draw
  /** Where confirmations that were used are remembered; absent means that none can be given by a second call. */
  readonly spent?: Pick<RecordStore, 'create'>
  /** Where calls of all replicas take turns; absent means that they need none. */
  readonly records?: RecordStore
  /** The newest audit events of a tenant; absent where they are not kept. */
  readonly recentEvents?: RecentEvents
  /** What operators have stopped; absent where nobody can stop anything. */
  readonly stops?: Stops
  /** What IAM checks of a request; absent means that nothing is known of its resources. */
  readonly actions?: ActionCatalogue
  /** Absent means that no tenant may name a permission boundary. */
  readonly boundaries?: PermissionBoundaries
  /** What instances cost, as `costs` reckons too; absent means the prices that come with the tools. */
  readonly prices?: InstancePrices
  /** Absent means that no request is estimated. */
  readonly costs?: CostGuard
  /** Absent means that no tenant with a budget may spend anything. */
  readonly ledger?: BudgetLedger
  /** Where people approve what their clients cannot ask them; absent where no such page is served. */
  readonly pages?: ApprovalPages
  /** `off` where only AWS refuses: for tests that it does, and nobody else. */
  readonly localPolicy?: 'off'
  /** Hears what is counted and timed; absent where nobody does. */
  readonly measured?: Measured
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer
  /** Milliseconds since the epoch. */
  now(): number
}
