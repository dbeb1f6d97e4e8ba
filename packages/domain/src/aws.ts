import type { AwsBucket } from './aws-budget.ts'
import type { BoundaryReads } from './boundary-reads.ts'
import type { SessionPolicy } from './iam/session-policy.ts'
import type { Principal } from './principal.ts'
import type { Account, Role, RoleName, Tenant } from './tenant.ts'
import type { Span } from './trace.ts'

/** Where one tool call runs: decided from the grant, never from what a model sent but an alias and a region. */
export interface AwsTarget {
  readonly tenant: Tenant
  readonly principal: Principal
  readonly account: Account
  readonly roleName: RoleName
  readonly role: Role | 'profile'
  readonly region: string
  /** Id of the audit event, where the session is opened for this call alone. */
  readonly callId?: string
  /** What narrows the session to this tenant's policy; absent where no role is assumed. */
  readonly sessionPolicy?: SessionPolicy
  /**
   * Throws or rejects where the call was stopped since it began, or where nobody can tell: asked before every attempt, since sessions,
   * turns and AWS may have kept it waiting. Absent where no call stands behind the request.
   */
  goesOn?(): void | Promise<void>
  /** Hears of what is read to know the permission boundary of the call. */
  readonly boundaryReads?: BoundaryReads
  /** Span of the call, under which the attempts at AWS stand; absent where nothing is traced. */
  readonly span?: Span
}

/** One typed AWS request: IAM service prefix, operation of the API, and its input. */
export interface AwsRequest {
  readonly service: string
  readonly operation: string
  readonly input: object
}

/** What came back, with AWS's own id of the request. */
export interface AwsResponse {
  readonly output: unknown
  readonly requestId?: string
  /** Attempts that were made, at least 1. */
  readonly attempts: number
}

/** What STS was told of a session (AssumeRole: `SourceIdentity`, `Tags`). */
export interface SessionFacts {
  readonly sourceIdentity: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * The one way to AWS. Sends `request` with credentials of exactly `target`; throws `GatewayError` with code
 * `aws_error`, `aws_unreachable`, `credentials_refused`, `rate_limited`, `tenant_suspended`, `timeout` or `unavailable`.
 */
export interface AwsAccess {
  send(target: AwsTarget, request: AwsRequest, signal: AbortSignal): Promise<AwsResponse>
  /** Name under which the calls of `target` appear in the account's CloudTrail. */
  sessionName(target: AwsTarget): string
  /**
   * What all requests that take `actions` (of IAM) are taken from in one place; undefined where that is not one bucket, or where
   * nothing but AWS limits. Absent means the latter.
   */
  bucketOf?(
    place: Pick<AwsTarget, 'tenant' | 'account' | 'region' | 'roleName'>,
    actions: readonly string[],
  ): AwsBucket | undefined
  /** What CloudTrail has of the session beside its name; undefined where no role is assumed for the target. */
  sessionFacts?(target: AwsTarget): SessionFacts | undefined
  /** Forgets every credential and client of a tenant that has changed or is gone. */
  forget(tenantId: string): void
}
