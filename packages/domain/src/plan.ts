import type { AwsRequest } from './aws.ts'
import type { CostEstimate } from './cost.ts'
import type { PlanLines } from './plan-lines.ts'

/** What a call is about to do, for the person who is asked whether it may. */
export interface Plan {
  /** One sentence that starts with a verb: what happens, to what, and whether it can be undone. */
  readonly effect: string
  /** Ids of what is changed, each with its Name tag or what else a person knows it by. */
  readonly resources: readonly PlannedResource[]
  /** Estimated change of cost in US dollars per hour; `unpriced` where nobody knows, absent where the tool says nothing of it. */
  readonly usdPerHour?: number | 'unpriced'
  /** True where no second call may stand for a person, whatever the class. */
  readonly byPerson?: true
  /** What the budget is charged with, where the tool reckons it by itself; otherwise `sends` is estimated. */
  readonly cost?: CostEstimate
  /** The request that will be sent: held against policy and limits before a person is asked, and not shown. */
  readonly sends?: AwsRequest
  /** True where nobody is asked unless a rule of the tenant or the cost wants it. */
  readonly onlyByRule?: true
  /** Where that price is from, and of when. */
  readonly prices?: string
  /** The same as data, which a person is shown as lines: part of the answer where nobody can be asked. */
  readonly details?: PlanDetails
}

export interface PlannedResource {
  readonly id: string
  readonly name?: string
  /** Absent where nobody has asked AWS: then it may be production. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface PlanDetails extends Readonly<Record<string, unknown>> {
  /** What for, in the caller's own words. */
  readonly reason?: string
  /** What is asked of AWS; a person is shown this instead of the other details. */
  readonly request?: PlanLines
  /** How many there are beyond `resources`. */
  readonly moreResources?: number
}
