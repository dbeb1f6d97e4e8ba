import { createHash } from 'node:crypto'
import type { AwsTarget, Principal } from '@gateway/domain'

/** Whom a session is for. */
interface Actor {
  readonly tenant: Pick<AwsTarget['tenant'], 'id'>
  readonly principal: Pick<Principal, 'id' | 'client'>
}

/**
 * RoleSessionName of a target's calls, the last segment of every ARN in the account's CloudTrail (STS API,
 * AssumeRole: 2-64 of `[\w+=,.@-]`).
 */
export const sessionNameOf = ({ tenant, principal }: Actor): string =>
  `mcp-${tenant.id.slice(0, 8)}-${principal.id.slice(0, 12)}`

/**
 * SourceIdentity of a caller (STS API, AssumeRole): the subject that their own identity provider knows, or
 * `u-<id>` where STS would not take it. A subject that looks like somebody's `u-<id>` is not believed either.
 */
export const sourceIdentityOf = ({ id, subject }: Pick<Principal, 'id' | 'subject'>): string =>
  /^[\w+=,.@-]{2,64}$/.test(subject) && !/^(aws:|u-[\w-]{43}$)/.test(subject) ? subject : `u-${id}`

/**
 * Session tags of a target (IAM User Guide, "Passing session tags in STS"). A tenant's policies may compare
 * them, so two users or two clients must never end up with one value.
 */
export const sessionTagsOf = ({
  tenant,
  principal,
  callId,
}: Actor & Pick<AwsTarget, 'callId'>): { Key: string; Value: string }[] => [
  { Key: 'mcp:tenant', Value: tagValue(tenant.id) },
  // The id and not the subject: it fits as it is, and differs between two issuers of one tenant.
  { Key: 'mcp:user', Value: tagValue(principal.id) },
  { Key: 'mcp:client', Value: tagValue(principal.client) },
  // Of a session that is opened for one call: joins what it did in CloudTrail with the call's audit event.
  ...(callId === undefined ? [] : [{ Key: 'mcp:call', Value: tagValue(callId) }]),
]

/** At most 256 of the alphabet that STS takes; what had to be changed carries a hash of the original. */
const tagValue = (text: string): string => {
  const fitting = text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_')
  if (fitting === text && text.length <= 256) return text
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12)
  return `${[...fitting].slice(0, 120).join('')}:${hash}`
}
