import type { CostControl, CostEstimate, CostQuestion } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'

/** What a request costs, and what stands against it. */
export interface Assessment {
  readonly estimate?: CostEstimate
  readonly faults: readonly string[]
}

/** Assesses the requests of some operations. */
export interface Assessor {
  /** IAM actions of what it asks AWS under these limits. */
  reads(limits: CostControl): readonly string[]
  assess(question: CostQuestion, prices: PriceBook): Promise<Assessment>
}

/** What costs and limits nothing. */
export const nothing: Assessment = { faults: [] }

/** Refused, so that nobody needs to know what it would cost. */
export const refusedFor = (...faults: readonly string[]): Assessment => ({ faults })
