import type { Approval } from '@gateway/domain'

/** Which approval: the tenant of a link decides where a person is sent to sign in, and nothing else. */
export type ApprovalName = Pick<Approval, 'tenantId' | 'id'>

/** The page on which a person decides, below the issuer of the authorization server. */
export const approvalUrl = (issuer: string, approval: ApprovalName): string =>
  `${issuer}${approvalPath(approval)}`

export const approvalPath = ({ tenantId, id }: ApprovalName): string => `/approvals/${tenantId}/${id}`

/** Whether names in a path have the shape of ours; others are of nothing. */
export const isApprovalName = ({ tenantId, id }: ApprovalName): boolean =>
  /^[a-z0-9][a-z0-9-]{0,31}$/.test(tenantId) && /^[A-Za-z0-9_-]{43}$/.test(id)
