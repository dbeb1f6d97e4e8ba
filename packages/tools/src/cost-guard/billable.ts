import { billableChanges } from './billable-changes.ts'
import { freeBeginnings } from './free-beginnings.ts'
import { isListed } from './operation-tables.ts'

/**
 * Whether AWS may bill what an operation brings about, whatever class it has. What ends, describes or labels something is free; what
 * changes something is where it is listed; whatever else begins something and may be billed unless it is listed as free, so that an
 * operation that is new is never free by oversight. Requests of a fraction of a cent, such as a message or an item, count as free.
 */
export const isBillable = (service: string, operation: string): boolean => {
  if (buys.test(operation)) return true
  if (ends.test(operation)) return false
  return changes.test(operation)
    ? isListed(billableChanges, service, operation)
    : !isListed(freeBeginnings, service, operation)
}

/** Commitments, whatever the service. */
const buys = /^Purchase|^(?:Accept|Create|Modify|Queue)\w*(?:Reserved(?:Instance|Node)|SavingsPlan)/

const group = '^(?:Admin|Batch|Bulk|Force)?'

/** Verbs that take away, undo, look or label. */
const ends = new RegExp(
  `${group}(?:${[
    'Abort|Cancel|Close|Deactivate|Deauthorize|Decline|Decrease|Delete|Deprovision|Deregister|Describe|Detach|Disable|Disassociate',
    'Disconnect|Dissociate|Flush|Get|Head|Leave|List|Pause|Purge|Reject|Release|Remove|Reset|Retire|Revoke|Schedule\\w*Deletion|Stop',
    'Suspend|Tag|Terminate|Unarchive|Unassign|Unlabel|Unlock|Unmonitor|Unsubscribe|Untag|Verify|Withdraw',
  ].join('|')})(?![a-z])`,
)

/** Verbs that change something or tie things together, which mostly costs nothing. */
const changes = new RegExp(
  `${group}(?:${[
    'Accept|Acknowledge|Activate|Add|Apply|Archive|Assign|Associate|Attach|Authorize|Change|Complete|Confirm|Connect|Enable|Enter|Exit',
    'Label|Lock|Modify|Move|Override|Promote|Provide|Put|Reboot|Register|Rename|Renew|Replace|Report|Resend|Rotate|Send|Set|Signal',
    'Submit\\w*StateChanges?|Switchover|Update',
  ].join('|')})(?![a-z])`,
)
