import type { AwsRequest, AwsTarget } from './aws.ts'
import { policyRequest, type RequestMaker } from './decision/request-context.ts'
import { type ErrorCode, GatewayError } from './errors.ts'
import type { PolicyRequest } from './iam/evaluate/evaluate-policy.ts'
import type { PolicyDocument } from './iam/policy-document.ts'
import { partitionOfRegion } from './iam/role-arn.ts'
import { iamActionsOf } from './iam-actions.ts'
import type { PermissionBoundaries } from './permission-boundaries.ts'
import { type Decision, decide, type Question } from './policy.ts'
import type { ActionCatalogue } from './request-facts.ts'
import { refusalOf } from './step-up.ts'

/** The policy as one call meets it: asked again with all that has become known, and what it said last is what is audited. */
export interface CallPolicy {
  /** What is known so far. */
  readonly question: Question
  /** Asks with more; throws the refusal. */
  ask(more?: Partial<Question>): Exclude<Decision, { effect: 'deny' }>
  /** What a request is to the policy: its actions, resources and passed roles. */
  factsOf(request: AwsRequest, region: string): Pick<Question, 'requests' | 'passes'>
  /** Throws the refusal of a request that is about to be sent. */
  judge(request: AwsRequest, region: string): void
  /** What ended the call with `error`, else what it was allowed by; undefined before it was asked. */
  last(error?: GatewayError): Decision | undefined
}

/** What the policy of a call is made of. */
export interface CallPolicyOptions {
  readonly question: Question
  readonly actions: ActionCatalogue | undefined
  readonly maker: Omit<RequestMaker, 'region'>
  /** `off` where nothing is refused here, so that what AWS itself refuses is seen: for tests and nobody else. */
  readonly localPolicy?: 'off' | undefined
}

export const callPolicy = ({ question, actions, maker, localPolicy }: CallPolicyOptions): CallPolicy => {
  const known: { question: Question; decision?: Decision } = { question }
  // Nearly no call has any.
  let refusals: Map<GatewayError, Decision> | undefined
  const factsOf: CallPolicy['factsOf'] = (request, region) => {
    const place = { accountId: maker.accountId, region, partition: partitionOfRegion(region) }
    const facts = actions?.factsOf(request, place) ?? bareFacts(request)
    const requests: PolicyRequest[] = facts.map((each) => policyRequest(each, { ...maker, region }))
    return { requests, passes: actions?.passedRoles(request, place) ?? bareRoles(known.question) }
  }
  const asked = (now: Question): Exclude<Decision, { effect: 'deny' }> => {
    if (localPolicy === 'off') return { effect: 'allow', ruleIds: [] }
    const decision = decide(now)
    if (decision.effect !== 'deny') return decision
    const refusal = refusalOf(decision, now)
    refusals ??= new Map()
    refusals.set(refusal, decision)
    throw refusal
  }
  return {
    get question() {
      return known.question
    },
    ask(more = {}) {
      known.question = { ...known.question, ...more }
      const decision = asked(known.question)
      known.decision = decision
      return decision
    },
    factsOf,
    judge(request, region) {
      // What the call as a whole was allowed by says more than what one of its requests was.
      // Who must agree was asked of the call: what takes back its preparation needs nobody's word.
      const { agreement: _, ...question } = known.question
      asked({ ...question, regions: [region], ...factsOf(request, region) })
    },
    last(error) {
      const rule = ruleOf.get(error?.code)
      const aside: Decision | undefined =
        error === undefined || rule === undefined
          ? undefined
          : { effect: 'deny', ruleIds: [rule], denials: [{ rule, code: error.code, reason: error.message }] }
      return (error && refusals?.get(error)) ?? aside ?? known.decision
    },
  }
}

/** Rules of refusals that are found out beside the decision: by the ledger, in a turn, at a request of a call that runs. */
const ruleOf: ReadonlyMap<ErrorCode | undefined, string> = new Map([
  ['boundary_unknown', 'permission.boundary'],
  ['budget_exceeded', 'cost.budget'],
  ['cost_limit_exceeded', 'cost.limit'],
  ['stopped', 'stopped'],
])

/** Without a catalogue of actions nothing is known of the resources. */
const bareFacts = ({ service, operation, input }: AwsRequest) =>
  iamActionsOf(service, operation, input).map((action) => ({
    action,
    resource: undefined,
    keys: new Map<string, readonly string[]>(),
  }))

const bareRoles = ({ tool }: Question): readonly 'unknown'[] =>
  tool.iamActions.includes('iam:PassRole') ? ['unknown'] : []

/** The document behind the tenant's permission boundary, read as the account of `target` has it; undefined where there is none. */
export const boundaryOf = async (
  boundaries: PermissionBoundaries | undefined,
  target: AwsTarget,
  signal: AbortSignal,
): Promise<PolicyDocument | undefined> => {
  // The operator's own credentials are not bounded by it: nothing is assumed.
  if (target.role === 'profile' || target.tenant.permissions.permissionBoundary === undefined)
    return undefined
  try {
    if (!boundaries) throw new Error('nothing reads permission boundaries')
    return await boundaries.of(target, signal)
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError(
      'boundary_unknown',
      "The tenant's permission boundary cannot be read just now, so nothing was sent. Try again.",
      { cause },
    )
  }
}
