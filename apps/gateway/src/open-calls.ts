import { createHmac } from 'node:crypto'
import { approvalUrl } from '@gateway/authorization'
import { createActionCatalogue, createApiIndex, createAwsApi, createPermissionBoundaries } from '@gateway/aws'
import {
  type ApprovalPages,
  type AwsAccess,
  auditDigests,
  type BudgetLedger,
  type CallDependencies,
  createApprovals,
  type Measured,
  type Offer,
  type RecordStore,
  sessionPolicies,
  type Tenant,
} from '@gateway/domain'
import { createDraw } from '@gateway/pictures'
import { createCostGuard, openPriceBook } from '@gateway/tools'
import type { Config } from './config.ts'

/** What calls are judged by, beside their tenant. */
export interface JudgingParts {
  readonly aws: AwsAccess
  readonly records: RecordStore
  readonly ledger: BudgetLedger
  readonly measured: Measured
  /** Shared by all replicas, so that the same arguments have one digest on each. */
  readonly stateKey: Uint8Array
  offerOf(tenant: Tenant): Offer
  now(): number
}

/** What judges calls: the index of AWS, its actions, boundaries, prices, budgets, and where people approve. */
export const openCalls = async (
  { authorization, priceTableFile }: Pick<Config, 'authorization' | 'priceTableFile'>,
  { aws, records, ledger, measured, stateKey, offerOf, now }: JudgingParts,
): Promise<
  Pick<
    CallDependencies,
    | 'actions'
    | 'api'
    | 'boundaries'
    | 'costs'
    | 'digests'
    | 'draw'
    | 'ledger'
    | 'records'
    | 'pages'
    | 'prices'
    | 'sessionPolicies'
    | 'spent'
  >
> => {
  const api = createAwsApi(await createApiIndex())
  const prices = await openPriceBook(priceTableFile, { now: now() })
  const approvals = createApprovals({ records, now })
  const pages: ApprovalPages | undefined = authorization && {
    approvals,
    urlOf: (approval) => approvalUrl(authorization.issuer, approval),
  }
  return {
    sessionPolicies: sessionPolicies(offerOf),
    spent: records,
    records,
    api,
    actions: await createActionCatalogue(api),
    boundaries: createPermissionBoundaries({ aws, measured, now }),
    prices,
    costs: createCostGuard({ prices, api }),
    ledger,
    digests: auditDigests(createHmac('sha256', stateKey).update('audit digests').digest()),
    draw: createDraw(),
    ...(pages && { pages }),
  }
}
