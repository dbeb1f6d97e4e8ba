import { roleForClass } from '../policy.ts'
import type { RoleName, Tenant } from '../tenant.ts'
import type { OperationClass } from '../tool.ts'

/** What a tool or a resource says of its use of AWS. */
export interface Operation {
  readonly access: OperationClass
  readonly iamActions: readonly string[]
}

/**
 * IAM actions, sorted, of those operations that the tenant's services and read-only mode allow, by the role whose sessions
 * run them.
 */
export const neededActions = (
  tenant: Tenant,
  operations: readonly Operation[],
): Readonly<Record<RoleName, readonly string[]>> => {
  const actions: Record<RoleName, Set<string>> = { read: new Set(), write: new Set(), admin: new Set() }
  for (const operation of operations) {
    if (!isAllowed(tenant, operation)) continue
    for (const action of operation.iamActions) actions[roleForClass[operation.access]].add(action)
  }
  return {
    read: [...actions.read].sort(),
    write: [...actions.write].sort(),
    admin: [...actions.admin].sort(),
  }
}

/** What one session may be opened for. */
export interface SessionNeed {
  readonly roleName: RoleName
  readonly actions: readonly string[]
}

/**
 * The sessions of a tenant: that of reading is shared, so it needs what all operations that read do together; any other is
 * of one operation alone.
 */
export const sessionNeeds = (tenant: Tenant, operations: readonly Operation[]): readonly SessionNeed[] => [
  { roleName: 'read', actions: neededActions(tenant, operations).read },
  ...operations
    .filter((operation) => roleForClass[operation.access] !== 'read' && isAllowed(tenant, operation))
    .map(({ access, iamActions }) => ({ roleName: roleForClass[access], actions: iamActions })),
]

/** As the policy decides: an operation with one service that is not allowed is refused whole. */
const isAllowed = ({ permissions }: Tenant, { access, iamActions }: Operation): boolean =>
  (!permissions.readOnlyMode || access === 'read') &&
  iamActions.every((action) => permissions.allowedServices.includes(action.slice(0, action.indexOf(':'))))
