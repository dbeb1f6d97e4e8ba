import type { ErrorCode } from './errors.ts'
import { type Grant, type GrantedAccount, scopeOfRole } from './grant.ts'
import { handsOutCredentials } from './iam/credential-actions.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool, CallScope, OperationClass } from './tool.ts'

export interface Denial {
  readonly rule: string
  readonly code: ErrorCode
  /** For the caller: what was refused and what to do. */
  readonly reason: string
}

export type Decision =
  | { readonly effect: 'allow'; readonly ruleIds: readonly string[] }
  | {
      readonly effect: 'deny'
      readonly ruleIds: readonly string[]
      readonly denials: readonly [Denial, ...Denial[]]
    }

/** The least role that may do an operation of each class, and the scope that it takes. */
export const roleForClass: Record<OperationClass, RoleName> = {
  read: 'read',
  'sensitive-read': 'admin',
  write: 'write',
  destructive: 'write',
  spend: 'write',
  permissions: 'admin',
}

export interface Question {
  readonly grant: Grant
  readonly tool: Pick<AnyTool, 'access' | 'iamActions'> & Pick<CallScope, 'secret'>
  /** Absent while listing: then any account will do. */
  readonly account?: GrantedAccount
  /** Absent while listing. */
  readonly regions?: readonly string[]
}

/**
 * Whether a caller may use a tool, for listing and for calling alike. Every layer is asked, so that the caller
 * learns all reasons at once; one denial is a no, and so is an exception.
 */
export const decide = (question: Question): Decision => {
  try {
    const denials: Denial[] = []
    for (const { rule, judge } of layers) {
      const denial = judge(question)
      if (denial) denials.push({ rule, ...denial })
    }
    const [first, ...rest] = denials
    if (!first) return allowed
    return { effect: 'deny', ruleIds: denials.map(({ rule }) => rule), denials: [first, ...rest] }
  } catch {
    const denial: Denial = {
      rule: 'policy.error',
      code: 'internal',
      reason: 'The policy could not be evaluated.',
    }
    return { effect: 'deny', ruleIds: [denial.rule], denials: [denial] }
  }
}

interface Layer {
  readonly rule: string
  judge(question: Question): Omit<Denial, 'rule'> | undefined
}

const layers: readonly Layer[] = [
  {
    rule: 'tenant.status',
    judge: ({ grant }) =>
      grant.tenant.status === 'active'
        ? undefined
        : { code: 'tenant_suspended', reason: `Tenant ${grant.tenant.id} is suspended.` },
  },
  {
    rule: 'scope',
    judge: ({ grant, tool }) => {
      const scope = scopeOfRole[roleForClass[tool.access]]
      if (grant.principal.scopes.includes(scope)) return undefined
      // Who is told to sign in again for what nobody gives them does so for ever.
      if (grant.principal.mayHold && !grant.principal.mayHold.includes(scope)) {
        return {
          code: 'insufficient_scope',
          reason: `This takes scope ${scope}, which you cannot be given: your company does not allow it, or none of your groups maps to it. Ask your administrator.`,
        }
      }
      return {
        code: 'insufficient_scope',
        reason: `This takes scope ${scope}, which your sign-in does not have. Sign in again with ${scope}, or ask your administrator for a group that maps to it.`,
      }
    },
  },
  {
    rule: 'service',
    judge: ({ grant, tool }) => {
      const { allowedServices } = grant.tenant.permissions
      const services = tool.iamActions.map((action) => action.slice(0, action.indexOf(':')))
      if (services.every((service) => allowedServices.includes(service))) return undefined
      const refused = [...new Set(services)].filter((service) => !allowedServices.includes(service))
      return {
        code: 'service_not_allowed',
        reason: `Service ${refused.join(', ')} is not allowed for tenant ${grant.tenant.id}. Allowed: ${allowedServices.join(', ')}.`,
      }
    },
  },
  {
    rule: 'region',
    judge: ({ grant, regions = [] }) => {
      const { allowedRegions } = grant.tenant.permissions
      if (regions.every((region) => allowedRegions.includes(region))) return undefined
      return {
        code: 'region_not_allowed',
        reason: `Region is not allowed for tenant ${grant.tenant.id}. Allowed: ${allowedRegions.join(', ')}.`,
      }
    },
  },
  {
    rule: 'read-only',
    judge: ({ grant, tool }) =>
      grant.tenant.permissions.readOnlyMode && tool.access !== 'read'
        ? {
            code: 'read_only',
            reason: `Tenant ${grant.tenant.id} is read-only: it allows plain reads and nothing else.`,
          }
        : undefined,
  },
  {
    rule: 'credentials',
    judge: ({ tool }) =>
      tool.iamActions.some(handsOutCredentials)
        ? {
            code: 'secret_not_allowed',
            reason:
              'This makes or hands out credentials, which no call of the gateway may do. Ask the owner of the account to do it.',
          }
        : undefined,
  },
  {
    rule: 'granted-reads',
    judge: ({ grant, tool }) => {
      const [own = ''] = tool.iamActions
      const { secretReads = [] } = grant.tenant.permissions
      if (!tool.secret || secretReads.includes(own)) return undefined
      return {
        code: 'secret_not_allowed',
        reason: `The answer holds secrets, and tenant ${grant.tenant.id} has not granted ${own}. Its administrator can, in permissions.secretReads.`,
      }
    },
  },
  {
    rule: 'role.verified',
    judge({ tool, account }) {
      const blocked = account?.roles[roleForClass[tool.access]]
      if (blocked === undefined || blocked === 'profile' || blocked.blocked === undefined) return undefined
      // What the gateway answers by itself needs no role.
      if (tool.iamActions.length === 0) return undefined
      return { code: 'role_not_verified', reason: blocked.blocked }
    },
  },
  {
    rule: 'role',
    judge: ({ grant, tool, account }) => {
      const role = roleForClass[tool.access]
      const asked = account ? [account] : grant.accounts
      if (asked.some(({ roles }) => roles[role] !== undefined)) return undefined
      return {
        code: 'no_role',
        reason: `You have no ${role} role in ${asked.map((each) => each.account.alias).join(', ')}. Ask your administrator.`,
      }
    },
  },
]

/** Rules in the order in which they are asked. */
export const policyRules: readonly string[] = layers.map(({ rule }) => rule)

const allowed: Decision = { effect: 'allow', ruleIds: policyRules }
