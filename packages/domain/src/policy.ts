import type { ConfirmationRung } from './confirmation-rules.ts'
import type { CostFacts } from './cost.ts'
import { agreementLayers, freedBy } from './decision/agreement-layers.ts'
import { classLayers } from './decision/class-layers.ts'
import { documentLayers } from './decision/document-layers.ts'
import { standingLayers } from './decision/standing-layers.ts'
import type { ErrorCode } from './errors.ts'
import type { Grant, GrantedAccount } from './grant.ts'
import type { PolicyRequest } from './iam/evaluate/evaluate-policy.ts'
import type { PolicyDocument } from './iam/policy-document.ts'
import type { Plan } from './plan.ts'
import type { Stop } from './stops.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool, CallScope, OperationClass } from './tool.ts'

export interface Denial {
  readonly rule: string
  readonly code: ErrorCode
  /** For the caller: what was refused and what to do. */
  readonly reason: string
}

/** Somebody must agree first. */
export interface Need {
  readonly rule: string
  readonly rung: ConfirmationRung
  /** For whoever agrees: why they are asked. */
  readonly reason: string
}

export type Decision =
  | {
      readonly effect: 'allow'
      /** All that were asked, and a rule of the tenant by which nobody had to agree. */
      readonly ruleIds: readonly string[]
    }
  | {
      readonly effect: 'confirm'
      readonly ruleIds: readonly string[]
      /** All that ask for it. */
      readonly needs: readonly [Need, ...Need[]]
    }
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

/** What is decided, by as much as is known of it: more knowledge only refuses more. */
export interface Question {
  readonly grant: Grant
  readonly tool: Pick<AnyTool, 'access' | 'iamActions'> &
    Pick<CallScope, 'secret'> & { readonly name?: string }
  /** Absent while listing: then any account will do. */
  readonly account?: GrantedAccount
  /** Absent while listing. */
  readonly regions?: readonly string[]
  /** What operators have stopped. */
  readonly stops?: readonly Stop[]
  /** What is asked of AWS; absent before that is known, and then only what is refused whatever it is counts. */
  readonly requests?: readonly PolicyRequest[]
  /** The document behind the tenant's permission boundary; absent where that is not known yet, or there is none. */
  readonly boundary?: PolicyDocument
  /** ARNs of roles and instance profiles that are passed to a service. */
  readonly passes?: readonly (string | 'unknown')[]
  /** What somebody may have to agree to. */
  readonly agreement?: Agreement
}

export interface Agreement {
  readonly plan: Plan
  /** Whether the tool itself asks; otherwise only a rule of the tenant does. */
  readonly asked: boolean
  readonly cost: CostFacts
}

/**
 * Whether a caller may use a tool, for listing and for calling alike, and who must agree. Every layer is asked, so that the caller
 * learns all reasons at once; one denial is a no, and so is an exception. Pure.
 */
export const decide = (question: Question): Decision => {
  try {
    const denials: Denial[] = []
    const needs: Need[] = []
    for (const { rule, judge } of layers) {
      const finding = judge(question)
      if (!finding) continue
      for (const each of [finding].flat()) {
        if ('code' in each) denials.push({ rule: each.rule ?? rule, code: each.code, reason: each.reason })
        else needs.push({ rule: each.rule ?? rule, rung: each.rung, reason: each.reason })
      }
    }
    const [denied, ...denials2] = denials
    if (denied) return { effect: 'deny', ruleIds: rulesOf(denials), denials: [denied, ...denials2] }
    const [needed, ...needs2] = needs
    if (needed) return { effect: 'confirm', ruleIds: rulesOf(needs), needs: [needed, ...needs2] }
    const freed = freedBy(question)
    return freed === undefined ? allowed : { effect: 'allow', ruleIds: [...policyRules, freed] }
  } catch {
    const denial: Denial = {
      rule: 'policy.error',
      code: 'internal',
      reason: 'The policy could not be evaluated.',
    }
    return { effect: 'deny', ruleIds: [denial.rule], denials: [denial] }
  }
}

/** What a layer has against a call as it is: a refusal, or that somebody must agree; `rule` where it is not the layer's own id. */
export type Finding = { readonly rule?: string } & (Omit<Denial, 'rule'> | Omit<Need, 'rule'>)

export interface Layer {
  readonly rule: string
  judge(question: Question): Finding | readonly Finding[] | undefined
}

const layers: readonly Layer[] = [...standingLayers, ...classLayers, ...documentLayers, ...agreementLayers]

const rulesOf = (findings: readonly { readonly rule: string }[]): readonly string[] => [
  ...new Set(findings.map(({ rule }) => rule)),
]

/** Rules in the order in which they are asked. */
export const policyRules: readonly string[] = layers.map(({ rule }) => rule)

const allowed: Decision = { effect: 'allow', ruleIds: policyRules }
