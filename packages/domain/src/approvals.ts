import type { ConfirmationRung } from './confirmation-rules.ts'
import type { Plan } from './plan.ts'
import type { OperationClass } from './tool.ts'

/** A call that waits for a person's word on the approval page. Nothing of it is a secret, but names in it are of others. */
export interface Approval {
  /** What the ticket and the link name: 32 random bytes as base64url. */
  readonly id: string
  readonly tenantId: string
  readonly asker: {
    readonly principalId: string
    readonly issuer: string
    readonly subject: string
    /** OAuth client id. */
    readonly client: string
  }
  readonly tool: { readonly name: string; readonly title: string; readonly access: OperationClass }
  readonly account: { readonly alias: string; readonly accountId: string }
  readonly region: string
  /** Digest of tenant, principal, tool, account, region, arguments and plan: the word is given for these and nothing else. */
  readonly digest: string
  readonly plan: Plan
  /** Idempotency token under which the call will be made. */
  readonly clientToken: string
  /** `other-person` where the asker's own word does not count. */
  readonly rung: ConfirmationRung
  /** Why somebody must agree, one sentence each. */
  readonly reasons: readonly string[]
  /** Ids of what asked for it: the word is given for these, and for no other that may come up. */
  readonly rules: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Until when it may be decided, and then until when what was approved may be used. */
  readonly expiresAt: number
  readonly state: 'pending' | 'approved' | 'refused' | 'used'
  readonly decision?: {
    readonly by: { readonly principalId: string; readonly issuer: string; readonly subject: string }
    /** Milliseconds since the epoch. */
    readonly at: number
    /** Why, in the person's own words. */
    readonly reason?: string
  }
}

/** Why a decision or a use does not count. */
export type ApprovalFault =
  | 'unknown'
  | 'expired'
  | 'decided'
  | 'own'
  | 'not-approver'
  | 'pending'
  | 'refused'
  | 'used'

/** Who decides. */
export interface Approver {
  readonly principalId: string
  readonly issuer: string
  readonly subject: string
  /** Whether the tenant lets this person approve what another asks for. */
  readonly mayApproveOthers: boolean
}

/** Approvals under their tenant, on any replica, surviving a restart; a foreign tenant's is unknown by construction. */
export interface Approvals {
  /** Rejects with `rate_limited` where the tenant or the asker has too many that wait. */
  create(approval: Approval): Promise<void>
  find(tenantId: string, id: string): Promise<Approval | undefined>
  /**
   * Exactly one decision counts, and none after its time. `audited` writes it to the audit log: it is called once it is sure which
   * decision is taken and before it counts, so what is refused is not in the log as decided, and what it rejects leaves the approval
   * waiting. Only where the store fails after that, or another decision was let in meanwhile, does the log tell of one that does not
   * count; then this rejects.
   */
  decide(
    of: { readonly tenantId: string; readonly id: string },
    decision: {
      readonly approve: boolean
      readonly by: Approver
      readonly reason?: string
      audited?(): Promise<void>
    },
  ): Promise<{ readonly approval: Approval } | { readonly fault: ApprovalFault }>
  /**
   * Marks an approved one as used: of two calls that race with one ticket, one gets it. A decision counts as what its person was when
   * they took it: that they are stopped, revoked or leave their group afterwards takes nothing back, and the call itself is judged anew.
   */
  use(of: {
    readonly tenantId: string
    readonly id: string
    readonly principalId: string
    readonly digest: string
    /** The least rung that will do: an approval that took less is `unknown`. */
    readonly least: ConfirmationRung
  }): Promise<{ readonly approval: Approval } | { readonly fault: ApprovalFault }>
}

/** Approvals, and where people find them. */
export interface ApprovalPages {
  readonly approvals: Approvals
  urlOf(approval: Pick<Approval, 'tenantId' | 'id'>): string
}
