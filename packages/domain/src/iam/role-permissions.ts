import type { Account, RoleName, Tenant } from '../tenant.ts'
import { type ActionResources, resourcesOf } from './action-resources.ts'
import { isGlobalAction } from './global-actions.ts'
import { neededActions, type Operation } from './needed-actions.ts'
import type { PolicyDocument, Statement } from './policy-document.ts'
import { partitionOf } from './role-arn.ts'

/**
 * What a role of a customer's account must allow for the operations that its tenant may run, and nothing beyond: exact
 * actions, the narrowest resources that AWS checks for each, the tenant's regions. The write role includes the reads, and
 * the admin role both. The tenant's own `policy` narrows each session and not the role.
 */
export const rolePermissions = (of: {
  readonly tenant: Tenant
  readonly account: Account
  readonly roleName: RoleName
  readonly operations: readonly Operation[]
}): PolicyDocument => {
  const { tenant, account, roleName, operations } = of
  const needed = neededActions(tenant, operations)
  const actions = [...new Set(rolesWithin[roleName].flatMap((name) => needed[name]))].sort()
  const scope = { partition: partitionOf(account.roles[roleName]?.roleArn), accountId: account.accountId }
  const groups = new Map<string, Group>()
  for (const action of actions) {
    const resources = resourcesOf(action, scope)
    const place = isGlobalAction(action) ? 'global' : 'regional'
    const key = JSON.stringify([action.slice(0, action.indexOf(':')), place, resources])
    const group = groups.get(key) ?? { place, resources, actions: [] }
    group.actions.push(action)
    groups.set(key, group)
  }
  const allowed = [...groups.values()].map((group) => statementOf(group, tenant, account))
  // IAM takes no policy without a statement.
  const statements = allowed.length > 0 ? named(allowed) : [nothing]
  const Statement = [...statements, ...readingBoundary(roleName, tenant), ...never(roleName, actions)]
  return { Version: '2012-10-17', Statement }
}

/** The gateway evaluates a boundary itself before AWS does, and reads it with this role. */
const readingBoundary = (roleName: RoleName, { permissions }: Tenant): Statement[] => {
  const { permissionBoundary: Resource } = permissions
  if (roleName !== 'read' || Resource === undefined) return []
  return [{ Sid: 'Boundary', Effect: 'Allow', Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'], Resource }]
}

/** Roles whose operations a role can run too. */
const rolesWithin: Readonly<Record<RoleName, readonly RoleName[]>> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}

const nothing: Statement = { Sid: 'Nothing', Effect: 'Deny', Action: '*', Resource: '*' }

interface Group {
  readonly place: 'global' | 'regional'
  readonly resources: ActionResources | undefined
  readonly actions: string[]
}

const statementOf = ({ place, resources, actions }: Group, tenant: Tenant, account: Account): Statement => {
  const service = actions[0]?.slice(0, actions[0].indexOf(':')) ?? ''
  const equals = {
    ...(place === 'regional' && { 'aws:RequestedRegion': [...tenant.permissions.allowedRegions] }),
    // The ARN of a bucket does not say whose it is.
    ...(service === 's3' && resources && { 'aws:ResourceAccount': account.accountId }),
  }
  return {
    // `AnyResource` says that AWS checks no narrower resource for these actions, or that we know of none.
    Sid: `${place === 'global' ? 'Global' : ''}${inWords(service)}${resources ? inWords(resources.type ?? 'several') : 'AnyResource'}`,
    Effect: 'Allow',
    Action: [...actions],
    Resource: resources ? [...resources.arns] : '*',
    ...(Object.keys(equals).length > 0 && { Condition: { StringEquals: equals } }),
  }
}

/** `log-group` as `LogGroup`: a Sid has letters and digits only. */
const inWords = (name: string): string =>
  name
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')

/** The statements, those after the first of a name with a number. */
const named = (statements: readonly Statement[]): Statement[] => {
  const seen = new Map<string, number>()
  return statements.map((statement) => {
    const name = statement.Sid ?? ''
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? statement : { ...statement, Sid: `${name}${count}` }
  })
}

/** What no role of a gateway may do, whatever else is attached to it. */
const neverActions = [
  'account:*',
  'cloudtrail:DeleteTrail',
  'cloudtrail:StopLogging',
  'iam:*',
  'kms:ScheduleKeyDeletion',
  'organizations:*',
  'sts:AssumeRole',
]

const never = (roleName: RoleName, actions: readonly string[]): Statement[] => {
  if (roleName === 'read') return []
  const covers = (denied: string, action: string) =>
    denied.endsWith('*') ? action.startsWith(denied.slice(0, -1)) : action === denied
  // Only tools for administrators may ask for such an action; the Deny would then break them. In a write role it stays.
  const Action = neverActions.filter(
    (denied) => roleName !== 'admin' || !actions.some((action) => covers(denied, action)),
  )
  return Action.length > 0 ? [{ Sid: 'Never', Effect: 'Deny', Action, Resource: '*' }] : []
}
