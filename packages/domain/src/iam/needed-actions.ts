import { roleForClass } from '../policy.ts'
import type { RoleName, Tenant } from '../tenant.ts'
import type { OperationClass, Pack } from '../tool.ts'

/** What a tool or a resource says of its use of AWS. */
export interface Operation {
  readonly access: OperationClass
  readonly iamActions: readonly string[]
  readonly pack?: Pack | undefined
  /** As of a `CallScope`. */
  readonly throughCloudFormation?: readonly string[] | undefined
  /** What it does instead with some of its inputs. */
  readonly scopes?: readonly Operation[]
}

/**
 * IAM actions, sorted, of those operations that the tenant's packs, services and read-only mode allow, by the role whose sessions
 * run them.
 */
export const neededActions = (
  tenant: Tenant,
  operations: readonly Operation[],
): Readonly<Record<RoleName, readonly string[]>> => {
  const actions: Record<RoleName, Set<string>> = { read: new Set(), write: new Set(), admin: new Set() }
  for (const operation of scopesOf(operations)) {
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
  /** IAM actions, of the tenant's services only, that CloudFormation may take with the session. */
  readonly through?: readonly string[]
  /** True where whole services must not stand for their actions, though the session only reads. */
  readonly exact?: boolean
}

/**
 * The sessions of a tenant: that of reading is shared, so it needs what all operations that read do together; any other is
 * of one operation alone.
 */
export const sessionNeeds = (tenant: Tenant, operations: readonly Operation[]): readonly SessionNeed[] => [
  { roleName: 'read', actions: neededActions(tenant, operations).read },
  ...scopesOf(operations)
    .filter((operation) => roleForClass[operation.access] !== 'read' && isAllowed(tenant, operation))
    .map((operation) => ({
      roleName: roleForClass[operation.access],
      actions: operation.iamActions,
      through: throughCloudFormation(tenant, operation),
    })),
]

/**
 * What CloudFormation may do in the name of the session of an operation: nothing outside of the tenant's services, and
 * IAM resources and stacks within stacks, which no plan shows, only where the operation may change permissions.
 */
export const throughCloudFormation = (
  { permissions }: Tenant,
  { access, throughCloudFormation: wanted = [] }: Operation,
): readonly string[] => {
  const services = permissions.allowedServices.filter(
    (service) =>
      service !== 'sts' && (access === 'permissions' || !['cloudformation', 'iam'].includes(service)),
  )
  return wanted.flatMap((action) =>
    action === '*'
      ? services.map((service) => `${service}:*`)
      : services.some((service) => action.startsWith(`${service}:`))
        ? [action]
        : [],
  )
}

/** As the offer has it and the policy decides: an operation with one service that is not allowed is refused whole. */
const isAllowed = ({ permissions }: Tenant, { access, iamActions, pack }: Operation): boolean =>
  (pack === undefined || permissions.packs === undefined || permissions.packs.includes(pack)) &&
  (!permissions.readOnlyMode || access === 'read') &&
  iamActions.every((action) => permissions.allowedServices.includes(action.slice(0, action.indexOf(':'))))

/** Each operation by all that it may be. */
const scopesOf = (operations: readonly Operation[]): readonly Operation[] =>
  operations.flatMap((operation) => [
    operation,
    ...(operation.scopes ?? []).map((scope) => ({ ...scope, pack: operation.pack })),
  ])
