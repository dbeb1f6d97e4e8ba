import type { ErrorCode } from '../errors.ts'
import type { Grant } from '../grant.ts'
import {
  type CompiledPolicy,
  compilePolicy,
  evaluatePolicies,
  type PolicyRequest,
  type PolicyVerdict,
} from '../iam/evaluate/evaluate-policy.ts'
import { globTest } from '../iam/evaluate/glob.ts'
import type { PolicyDocument } from '../iam/policy-document.ts'
import type { Finding, Layer, Question } from '../policy.ts'

/** What documents say: the tenant's policy, its permission boundary, and its list of roles that may be passed. */
export const documentLayers: readonly Layer[] = [
  {
    rule: 'tenant.policy',
    judge(question) {
      const { policy } = question.grant.tenant.permissions
      if (!policy) return undefined
      // Deny statements alone take away from what is allowed otherwise, as the session policy has it.
      const allows = policy.Statement.some(({ Effect }) => Effect === 'Allow')
      return judged(question, policy, { allows, code: 'policy_denied', what: "the tenant's own policy" })
    },
  },
  {
    rule: 'permission.boundary',
    judge: (question) =>
      question.boundary &&
      judged(question, question.boundary, {
        allows: true,
        code: 'boundary_denied',
        what: "the tenant's permission boundary",
      }),
  },
  {
    rule: 'pass-role',
    judge({ grant, account, passes = [] }) {
      const { passRoles = [] } = grant.tenant.permissions
      const outside = passes.filter(
        (arn) => !passRoles.some((pattern) => passesBy(pattern, arn, account?.account.accountId)),
      )
      if (outside.length === 0) return undefined
      const which = outside.includes('unknown')
        ? 'This may pass a role to a service, and which one cannot be told from the request.'
        : 'This passes a role to a service that may not be passed.'
      const list = passRoles.length > 0 ? passRoles.join(', ') : 'none'
      return {
        code: 'pass_role_not_allowed',
        reason: `${which} Allowed for tenant ${grant.tenant.id} (permissions.passRoles): ${list}. Name one of those, or ask your administrator.`,
      }
    },
  },
]

/** A role that cannot be told may be any, so it takes a list with all roles of the account. */
const passesBy = (pattern: string, arn: string, accountId: string | undefined): boolean => {
  if (arn !== 'unknown') return fits(pattern, arn)
  const [, , , , account] = pattern.split(':')
  return /:role\/\*+$/.test(pattern) && (account === '*' || account === accountId)
}

const fits = (pattern: string, arn: string): boolean =>
  globTest(pattern.split(/([*?])/).map((part) => (part === '*' || part === '?' ? { wildcard: part } : part)))(
    arn,
  )

interface Judged {
  /** Whether what no statement allows is refused. */
  readonly allows: boolean
  readonly code: ErrorCode
  readonly what: string
}

/** A model that only tries again gets the same answer. */
const advice = 'Try nothing like it; ask your administrator.'

const judged = (
  { grant, tool, requests }: Question,
  document: PolicyDocument,
  { allows, code, what }: Judged,
): Finding | undefined => {
  // Where Deny statements alone are there, they take away from all.
  const policies = [compiledIn(grant, document), ...(allows ? [] : [everything])]
  if (requests) {
    for (const request of requests) {
      const verdict = evaluatePolicies(policies, request)
      const reason = refusal(verdict)
      if (reason !== undefined)
        return { code, reason: `${request.action} is refused by ${what}: ${reason}. ${advice}` }
    }
    return undefined
  }
  // Before anything is known of the requests: refused only where whatever they are would be.
  const verdicts = tool.iamActions.map((action) => evaluatePolicies(policies, anyRequest(action)))
  const refused = (verdict: PolicyVerdict) => verdict.effect !== 'undecided' && refusal(verdict) !== undefined
  if (verdicts.length === 0 || !verdicts.every(refused)) return undefined
  return {
    code,
    reason: `${tool.iamActions.join(', ')}: refused by ${what}, whatever the resource is. ${advice}`,
  }
}

/** Why a verdict refuses, for the caller; undefined where it does not. */
const refusal = (verdict: PolicyVerdict): string | undefined => {
  switch (verdict.effect) {
    case 'allow':
      return undefined
    case 'explicit-deny':
      return `${verdict.statements.join(', ')} denies it`
    case 'implicit-deny':
      return 'no statement allows it'
    case 'undecided':
      return `${verdict.statements.join(', ')} depends on ${verdict.missing.join(', ')}, which the gateway does not know`
  }
}

const everything: CompiledPolicy = compilePolicy({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

const anyRequest = (action: string): PolicyRequest => ({
  action,
  resource: undefined,
  context: () => undefined,
})

const compiledIn = ({ compiled }: Grant, document: PolicyDocument): CompiledPolicy => {
  const known = compiled?.get(document)
  if (known) return known
  const made = compilePolicy(document)
  compiled?.set(document, made)
  return made
}
