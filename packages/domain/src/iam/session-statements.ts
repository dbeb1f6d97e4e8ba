import type { RoleName, Tenant } from '../tenant.ts'
import { isGlobalAction, isGlobalService } from './global-actions.ts'
import { kmsThroughServices } from './kms-through-services.ts'
import { coversPassRole, passableRoles, passNoOthers, passRole } from './pass-role-statements.ts'
import type { Statement } from './policy-document.ts'

/** Actions by whether AWS answers them in the region that is asked. */
export interface Parts {
  readonly regional: readonly string[]
  readonly global: readonly string[]
}

export const partsOf = (actions: readonly string[]): Parts => {
  // It needs no permission (STS API, GetCallerIdentity).
  const needed = [...new Set(actions)].filter((action) => action !== 'sts:GetCallerIdentity').sort()
  return {
    regional: needed.filter((action) => !isGlobalAction(action)),
    global: needed.filter(isGlobalAction),
  }
}

/** The same with one `service:*` for each service; a global action of a regional service stays what it is. */
export const shortened = ({ regional, global }: Parts): Parts => {
  const whole = (action: string) => `${serviceOf(action)}:*`
  return {
    regional: [...new Set(regional.map(whole))],
    global: [
      ...new Set(global.map((action) => (isGlobalService(serviceOf(action)) ? whole(action) : action))),
    ],
  }
}

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'))

/** What CloudFormation may do with a session: these actions, or all but what no stack needs. */
export type Through = Parts | 'nearly all'

/**
 * The statements of a session in which the gateway may ask for `asked`, and CloudFormation for `through`; roles are passed by neither
 * but those of the tenant's list.
 */
export const statementsOf = (
  { permissions }: Tenant,
  asked: Parts,
  { through, roleName }: { readonly through: Through; readonly roleName: RoleName },
): Statement[] => {
  const { policy, permissionBoundary, allowedRegions, secretReads = [] } = permissions
  const roles = passableRoles(permissions)
  const parts = roles.length > 0 ? asked : withoutPassRole(asked)
  const actions = [...parts.regional, ...parts.global]
  if (actions.length === 0) return [{ Effect: 'Deny', Action: '*', Resource: '*' }]
  const own = policy?.Statement ?? []
  const passed = through === 'nearly all' ? [] : [...through.regional, ...through.global]
  const passes = through === 'nearly all' || passed.length > 0
  const keys = kmsThroughServices(roleName, [...actions, ...passed])
  const kept = notThrough(roleName, secretReads)
  // What allows more than the one action would allow to pass any role.
  const widely =
    actions.includes('iam:*') ||
    (through === 'nearly all' ? !kept.includes('iam:*') : passed.some(coversPassRole))
  const passing = widely || actions.includes(passRole) ? [passNoOthers(roles)] : []
  // With Deny statements alone nothing would be allowed, unless something else in the session policies allows.
  if (permissionBoundary === undefined && !own.some(({ Effect }) => Effect === 'Allow'))
    return [
      ...allowing(withoutPassRole(parts), allowedRegions),
      ...(actions.includes(passRole)
        ? [{ Effect: 'Allow' as const, Action: passRole, Resource: [...roles] }]
        : []),
      ...allowingThrough(through, { regions: allowedRegions, kept }),
      ...(widely ? passing : []),
      ...keys.allow,
      ...own,
    ]
  const direct = [...actions, ...keys.actions]
  const narrowing: Statement[] = [
    ...(through === 'nearly all'
      ? []
      : [{ Effect: 'Deny' as const, NotAction: oneOr([...direct, ...passed]), Resource: '*' }]),
    ...(passes
      ? [
          // True of no value, and so of what the gateway itself sends.
          { Effect: 'Deny' as const, NotAction: oneOr(direct), Resource: '*', Condition: notThroughIt },
          { Effect: 'Deny' as const, Action: oneOr(kept), Resource: '*', Condition: viaCloudFormation },
        ]
      : []),
    notElsewhere([...parts.global, ...(through === 'nearly all' ? [] : through.global)], allowedRegions),
    ...keys.deny.map((statement) =>
      passes ? { ...statement, Condition: { ...statement.Condition, ...notThroughIt } } : statement,
    ),
    ...passing,
  ]
  return [...own, ...narrowing]
}

const withoutPassRole = ({ regional, global }: Parts): Parts => ({
  regional,
  global: global.filter((action) => action !== passRole),
})

/** What CloudFormation may not do, whatever a template says: read secrets that the tenant has not granted, and change who may what. */
const notThrough = (roleName: RoleName, secretReads: readonly string[]): readonly string[] => [
  ...secrets.filter((action) => !secretReads.includes(action)),
  ...(roleName === 'admin' ? [] : ['iam:*', 'cloudformation:*']),
  'organizations:*',
  'sts:*',
]

/** A template may have them resolved into what can be read back (CloudFormation User Guide, "Dynamic references"). */
const secrets = [
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
  'ssm:GetParametersByPath',
]

const allowingThrough = (
  through: Through,
  { regions, kept }: { readonly regions: readonly string[]; readonly kept: readonly string[] },
): Statement[] => {
  if (through === 'nearly all') {
    // Services of no region answer in us-east-1.
    const places = oneOr([...new Set([...regions, 'us-east-1'])])
    const Condition = { StringEquals: { 'aws:RequestedRegion': places }, ...viaCloudFormation }
    return [{ Effect: 'Allow', NotAction: oneOr(kept), Resource: '*', Condition }]
  }
  const allowed = allowing(through, regions, viaCloudFormation)
  const held = kept.filter((action) => through.regional.includes(`${action.slice(0, action.indexOf(':'))}:*`))
  if (held.length === 0) return allowed
  return [...allowed, { Effect: 'Deny', Action: oneOr(held), Resource: '*', Condition: viaCloudFormation }]
}

const notElsewhere = (global: readonly string[], regions: readonly string[]): Statement => ({
  Effect: 'Deny',
  ...(global.length > 0 ? { NotAction: oneOr(global) } : { Action: '*' }),
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': oneOr(regions) } },
})

/** IAM User Guide, "AWS global condition context keys": aws:CalledVia. Not verified against AWS itself. */
const calledVia = { 'aws:CalledVia': 'cloudformation.amazonaws.com' }
const viaCloudFormation = { 'ForAnyValue:StringEquals': calledVia }
const notThroughIt = { 'ForAllValues:StringNotEquals': calledVia }

const allowing = (
  { regional, global }: Parts,
  regions: readonly string[],
  via?: Statement['Condition'],
): Statement[] => {
  const inRegions = { StringEquals: { 'aws:RequestedRegion': oneOr(regions) }, ...via }
  const statements: Statement[] = []
  if (regional.length > 0)
    statements.push({ Effect: 'Allow', Action: oneOr(regional), Resource: '*', Condition: inRegions })
  if (global.length > 0)
    statements.push({
      Effect: 'Allow',
      Action: oneOr(global),
      Resource: '*',
      ...(via && { Condition: via }),
    })
  return statements
}

const oneOr = (texts: readonly string[]): string | string[] => {
  const [first, ...more] = texts
  return first !== undefined && more.length === 0 ? first : [...texts]
}
