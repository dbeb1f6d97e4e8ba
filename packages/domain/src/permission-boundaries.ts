import type { AwsTarget } from './aws.ts'
import type { PolicyDocument } from './iam/policy-document.ts'

/** What bounds the sessions of tenants that name a permission boundary. */
export interface PermissionBoundaries {
  /**
   * The policy behind `permissions.permissionBoundary` as the account of `target` has it, remembered for some minutes; undefined
   * where the tenant names none. Rejects with `boundary_unknown` where it cannot be read or is no policy: then nothing is sent.
   * `boundaryReads` of the target hears of what AWS is asked, if this call is the one that has it asked.
   */
  of(target: AwsTarget, signal: AbortSignal): Promise<PolicyDocument | undefined>
}
