import { createHash } from 'node:crypto'
import { GatewayError } from '../errors.ts'
import type { Tenant } from '../tenant.ts'
import { type Operation, type SessionNeed, sessionNeeds } from './needed-actions.ts'
import { passRole } from './pass-role-statements.ts'
import type { Statement } from './policy-document.ts'
import { partsOf, shortened, statementsOf } from './session-statements.ts'

/** What narrows a session beyond its role (STS API, AssumeRole: `Policy` and `PolicyArns`). */
export interface SessionPolicy {
  /** IAM JSON, at most 2,048 characters together with the ARNs. */
  readonly document: string
  readonly arns: readonly string[]
  /** Equal for two exactly if they narrow alike. */
  readonly hash: string
}

/** STS API, AssumeRole: characters of `Policy` and of all `PolicyArns` together. */
const mostCharacters = 2_048

/**
 * The session policy of calls that may need `actions` and no others: equal input gives an equal policy, so that it can be
 * remembered by tenant, role and actions. It may allow whole services in the place of actions where the session reads and is
 * not of one call alone, and never otherwise. Throws `GatewayError` where `sessionPolicyFaults` has something to say.
 */
export const sessionPolicyOf = ({
  tenant,
  ...need
}: SessionNeed & { readonly tenant: Tenant }): SessionPolicy => {
  const { policy, fault } = attempt(tenant, need)
  if (fault === undefined) return policy
  throw new GatewayError(
    'internal',
    `The policy of tenant ${tenant.id} cannot be sent to AWS, so nothing was. Tell the operator of the gateway.`,
    { cause: new Error(fault) },
  )
}

/** Why a session for one of `operations` could not be narrowed as the `permissions` of a tenant say, by path. */
export const sessionPolicyFaults = (tenant: Tenant, operations: readonly Operation[]): readonly string[] => {
  const faults = [...sessionNeeds(tenant, operations), ...passing(tenant)].map((need) =>
    attempt(tenant, need),
  )
  // The longest says it for the others.
  const [worst] = faults
    .filter(({ fault }) => fault !== undefined)
    .sort((one, other) => other.length - one.length)
  return worst?.fault === undefined ? [] : [worst.fault]
}

/** Of the calls that pass a role most are generic, and known by their input only; AWS has no longer action than this. */
const passing = ({ permissions }: Tenant): readonly SessionNeed[] =>
  permissions.passRoles === undefined
    ? []
    : [{ roleName: 'admin', actions: [passRole, `cloudformation:${'x'.repeat(64)}`] }]

interface Attempt {
  readonly policy: SessionPolicy
  readonly length: number
  readonly fault?: string
}

const attempt = (tenant: Tenant, need: SessionNeed): Attempt => {
  const { roleName, actions, through = [], exact: asTheyAre = false } = need
  const { policy, permissionBoundary } = tenant.permissions
  const arns = permissionBoundary === undefined ? [] : [permissionBoundary]
  const lengthOf = (document: string) => arns.reduce((sum, { length }) => sum + length, document.length)
  const exact = partsOf(actions)
  // In these statements an action more only narrows less: what the role, the boundary and the tenant's own statements
  // refuse stays refused, and the gateway itself sends nothing outside of the tool's actions. A role that may do more than
  // read is not left to that.
  const choices = roleName === 'read' && !asTheyAre ? [exact, shortened(exact)] : [exact]
  // What many services together may do through CloudFormation is said by what may not, if need be.
  const throughs = through.length > 1 ? [partsOf(through), 'nearly all' as const] : [partsOf(through)]
  const documents = throughs.flatMap((passed) =>
    choices.map((parts) => compact(statementsOf(tenant, parts, { through: passed, roleName }))),
  )
  const document = documents.find((each) => lengthOf(each) <= mostCharacters) ?? documents.at(-1) ?? ''
  const length = lengthOf(document)
  const hash = createHash('sha256')
    .update(JSON.stringify([document, arns]))
    .digest('base64url')
  const found = { policy: { document, arns, hash }, length }
  if (permissionBoundary !== undefined && policy?.Statement.some(({ Effect }) => Effect === 'Allow')) {
    // STS takes the union of both (API, AssumeRole: PolicyArns), so an Allow would widen what the boundary bounds.
    const fault = 'permissions.policy: may have Deny statements only beside permissions.permissionBoundary'
    return { ...found, fault }
  }
  if (length <= mostCharacters) return found
  const path = `permissions.${longestOf(tenant)}`
  const count = (characters: number) => characters.toLocaleString('en-US')
  const fault = `${path}: does not fit into a session policy of AWS with the actions of the tools (${count(length)} of ${count(mostCharacters)} characters)`
  return { ...found, fault }
}

/** What of a tenant's permissions takes the most room, and can be shortened. */
const longestOf = ({ permissions: { policy, passRoles } }: Tenant): string => {
  if (!policy && !passRoles) return 'allowedRegions'
  const sizeOf = (value: unknown) => JSON.stringify(value ?? '').length
  return sizeOf(passRoles) > sizeOf(policy) ? 'passRoles' : 'policy'
}

/** JSON without what IAM does not need, in the characters that STS takes for a policy (API, AssumeRole: `Policy`). */
const compact = (statements: readonly Statement[]): string => {
  const Statement = statements.map(({ Sid, ...rest }) => rest)
  return JSON.stringify({ Version: '2012-10-17', Statement }).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
