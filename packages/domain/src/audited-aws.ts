import type { AuditEvent } from './audit.ts'
import type { NextRequest } from './aws-calls.ts'
import type { CallRecord } from './call-record.ts'
import { roleText } from './role-text.ts'
import type { SpendingEvidence } from './spending.ts'

/** What the audit event of a call says of AWS; nothing where AWS was not asked. */
export const awsPart = ({
  aws,
  error,
  spent,
  next,
}: Pick<CallRecord, 'aws' | 'error' | 'spent'> & { readonly next?: NextRequest }): Pick<
  AuditEvent,
  'aws'
> => {
  const evidence = aws.evidence(next)
  if (!evidence) return {}
  const { target, regions, sessionName, facts, actions, requestIds, attempts } = evidence
  return {
    aws: {
      account_id: target.account.accountId,
      region: regions.join(','),
      role_arn: roleText(target),
      session_name: sessionName,
      ...(facts && { source_identity: facts.sourceIdentity, session_tags: facts.tags }),
      ...(target.sessionPolicy && { policy_hash: target.sessionPolicy.hash }),
      actions,
      request_ids: requestIds,
      attempts,
      ...(error?.details.aws && { error_code: error.details.aws.code }),
      ...(spent && { cost_estimate_usd: usdOf(spent.estimate) }),
    },
  }
}

/** What it says of reads for the permission boundary. */
export const boundaryPart = ({ aws }: CallRecord): Pick<AuditEvent, 'boundary_reads'> => {
  const reads = aws.boundaryReads.evidence()
  if (reads.length === 0) return {}
  return {
    boundary_reads: reads.map(({ reader, sessionName, actions, requestIds, attempts, errorCode }) => ({
      account_id: reader.account.accountId,
      region: reader.region,
      role_arn: roleText(reader),
      session_name: sessionName,
      actions,
      request_ids: requestIds,
      attempts,
      ...(errorCode !== undefined && { error_code: errorCode }),
    })),
  }
}

const usdOf = (estimate: SpendingEvidence['estimate']): number | 'unpriced' =>
  estimate === 'unpriced' ? estimate : estimate / 1_000_000
