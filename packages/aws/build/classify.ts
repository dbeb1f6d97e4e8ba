import type { ApiOperation, OperationClass } from '@gateway/domain'
import { isIn, type Table, writesCalledReads } from './class-tables.ts'
import { billedRequests, freeOfCharge, spend } from './cost-tables.ts'
import { destructive } from './destructive-tables.ts'
import { permissionChanges } from './permission-tables.ts'
import { hiddenRoles, keptRoles } from './role-tables.ts'
import { secretReads, secretWrites } from './secret-tables.ts'

export interface ToClassify {
  readonly service: string
  readonly operation: string
  /** Access levels of its own IAM actions. */
  readonly levels: readonly string[]
  readonly passesRole: boolean
  /** Whether members of a call decide if it changes permissions. */
  readonly judged: boolean
}

type Classified = Pick<ApiOperation, 'access' | 'secret' | 'costs' | 'withoutRole'>

/** The class of an operation; where several fit, the one that fewest may do. */
export const classify = ({ passesRole, ...found }: ToClassify): Classified => {
  const { service, operation, judged } = found
  const secret = isIn(secretReads, service, operation) || isIn(secretWrites, service, operation)
  const more = { ...(secret && { secret }), ...(isIn(billedRequests, service, operation) && { costs: true }) }
  const access = classWithoutRole(found)
  if ((!passesRole && !judged) || access === 'permissions' || access === 'sensitive-read')
    return { access, ...more }
  const hidden = [hiddenRoles, keptRoles].some((table) => isIn(table, service, operation))
  return { access: 'permissions', ...more, ...(!hidden && { withoutRole: access }) }
}

const classWithoutRole = ({
  service,
  operation,
  levels,
  judged,
}: Omit<ToClassify, 'passesRole'>): OperationClass => {
  const within = (...tables: readonly Table[]) => tables.some((table) => isIn(table, service, operation))
  // A level is text like `Permissions management, Write`, so it is searched and not compared.
  if (!judged && levels.some((level) => level.includes('Permissions management'))) return 'permissions'
  const reads = levels.every((level) => /Read|List/.test(level) && !/Write|Tagging/.test(level))
  const rules = service === 'iam' || opens.test(operation) || within(...permissionChanges)
  if (!reads && rules) return 'permissions'
  if (within(secretReads)) return 'sensitive-read'
  if (!reads && (destroys.test(operation) || within(...destructive))) return 'destructive'
  // A pattern that is meant for launches may fit the name of a read.
  const buys = within(spend) && !within(freeOfCharge)
  if (buys && (!reads || within(billedRequests))) return 'spend'
  return reads && !within(writesCalledReads) ? 'read' : 'write'
}

/** Verbs that let somebody in or agree to what another account asks, and policies of resources. */
const opens = /^(?:Accept|Authorize|(?:Delete|Put|Update)ResourcePolicy$)/

/** Verbs that take something away, also behind a word such as `Batch`, that end it, or that cannot be taken back. */
const destroys = new RegExp(
  `^(?:${[
    '(?:Admin|Batch|Bulk|Force)?(?:Delete|Deregister|Disable|Purge|Release|Revoke|Terminate)',
    'Schedule\\w*Deletion|Flush|Abort|Backtrack|Deprovision|Failover|Switchover|Withdraw',
  ].join('|')})`,
)
