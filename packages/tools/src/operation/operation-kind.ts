import type { CallScope, Plan, RunningOperation, ToolContext } from '@gateway/domain'

/** How an operation goes; what else there is to tell depends on its kind. */
export interface OperationLook {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly [fact: string]: unknown
}

type Facts = RunningOperation['facts']

/** One kind of work that goes on in AWS: how it is looked at, and how it is stopped. */
export interface OperationKind {
  /** What a look takes. */
  readonly look: CallScope
  status(context: ToolContext, facts: Facts): Promise<OperationLook>
  /** Called where a look found another state than the one before. */
  moved?(context: ToolContext, facts: Facts): Promise<void>
  /** Absent where it cannot be stopped. */
  readonly stop?: {
    readonly scope: CallScope
    confirm?(context: ToolContext, facts: Facts): Promise<Plan | undefined>
    run(context: ToolContext, facts: Facts): Promise<StopAnswer>
  }
}

/** What came of stopping an operation, and what to do instead where it goes on. */
export interface StopAnswer {
  readonly cancelled: boolean
  readonly note: string
}
