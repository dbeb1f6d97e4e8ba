import type { AwsRequest } from './aws.ts'
import type { CostControl } from './cost-control.ts'

/** Millionths of a US dollar; budgets and estimates are whole numbers of them. */
export type MicroUsd = number

/** A day of what was started, which is what a launch is charged to the daily budget with, in hours. */
export const chargedHours = 24

/** Upper estimate of what a call commits its tenant to. */
export interface CostEstimate {
  /** `unpriced` where nobody knows, which is never free. */
  readonly microUsd: MicroUsd | 'unpriced'
  /** What it was reckoned from, for a person: hours, count, unit price, and the date of the prices. */
  readonly basis: string
}

/** What the cost layer knows of one call. */
export interface CostFacts {
  /** Absent where the call costs nothing. */
  readonly estimate?: CostEstimate
  /** Limits of the tenant (`costControl`) that stand against it, one sentence each. */
  readonly faults: readonly string[]
  /** What is left of today's budget; absent where the tenant has none. */
  readonly leftMicroUsd?: MicroUsd
}

/** How a cost guard asks AWS for what it must know: with the session of the call. */
export interface CostQuestion {
  readonly request: AwsRequest
  readonly region: string
  readonly limits: CostControl
  readonly now: number
  aws(service: string, operation: string, input: object): Promise<unknown>
  /** The same in another region; absent or undefined where this call may not ask there. */
  awsIn?(region: string): CostQuestion['aws'] | undefined
}

/** Estimates requests, and holds them against the limits of their tenant. Knows prices; spends nothing. */
export interface CostGuard {
  /** IAM actions of the reads that `assess` may need beside the request's own. */
  readsFor(service: string, operation: string, limits: CostControl): readonly string[]
  /** Rejects with `GatewayError` where what must be known cannot be asked for: then nothing is sent. */
  assess(question: CostQuestion): Promise<Omit<CostFacts, 'leftMicroUsd'>>
  /** Of a request that AWS bills by itself, such as those of Cost Explorer; undefined where it bills none. */
  requestPrice(service: string, operation: string, input: object): CostEstimate | undefined
}

/** USD as people read it: six decimals at most. */
export const usdText = (microUsd: MicroUsd): string =>
  `${(microUsd / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1')} USD`
