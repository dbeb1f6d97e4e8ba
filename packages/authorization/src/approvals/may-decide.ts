import { type Approval, type Approver, scopesByGroups } from '@gateway/domain'
import type { SignedInPerson } from './approval-sessions.ts'

/** A signed-in person as one who decides. */
export const approverOf = (person: SignedInPerson): Approver => ({
  principalId: person.accountId,
  issuer: person.issuer,
  subject: person.subject,
  mayApproveOthers: mayApproveOthers(person),
})

/** By the groups that the tenant names for it, and where it names none, by those that give scope aws:admin. */
const mayApproveOthers = ({ tenant, connection, account }: SignedInPerson): boolean => {
  const { approverGroups } = tenant.confirmation
  return approverGroups
    ? account.groups.some((group) => approverGroups.includes(group))
    : scopesByGroups(connection, account.groups).includes('aws:admin')
}

/** What somebody is to an approval: `none` may not even look at it, and `asker` may only look. */
export const partIn = (
  { asker, rung }: Pick<Approval, 'asker' | 'rung'>,
  { principalId, mayApproveOthers }: Approver,
): 'decides' | 'asker' | 'none' => {
  if (principalId === asker.principalId) return rung === 'other-person' ? 'asker' : 'decides'
  return mayApproveOthers ? 'decides' : 'none'
}
