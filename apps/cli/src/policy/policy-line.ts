import { randomBytes } from 'node:crypto'
import {
  type createApiIndex,
  createAwsAccess,
  createAwsApi,
  createPermissionBoundaries,
  gatewayCredentials,
} from '@gateway/aws'
import {
  type ActionCatalogue,
  callTool,
  cursorCodec,
  type Grant,
  isInputNeeded,
  noInteraction,
  offerOf,
  sessionPolicies,
  type ToolResult,
} from '@gateway/domain'
import { memoryBudgetLedger, memoryConcurrencyLimiter } from '@gateway/stores'
import { createCostGuard, type openPriceBook, tools } from '@gateway/tools'
import { version } from '../version.ts'

/** What is asked, and of which surroundings. */
export interface PolicyLineOptions {
  readonly grant: Grant
  /** Arguments of `aws_check_access`. */
  readonly question: Readonly<Record<string, unknown>>
  readonly index: Awaited<ReturnType<typeof createApiIndex>>
  readonly actions: ActionCatalogue
  readonly prices: Awaited<ReturnType<typeof openPriceBook>>
  /** A test backend for all of AWS. */
  readonly endpoint?: string | undefined
  /** Whether the gateway serves pages of approval. */
  readonly hasPages: boolean
  now(): number
}

/** Asks `aws_check_access` as the caller itself would, in a line of its own that audits and spends nothing. */
export const askPolicy = async (options: PolicyLineOptions): Promise<ToolResult> => {
  const { grant, question, index, actions, prices, endpoint, hasPages, now } = options
  const offer = offerOf({ tools: tools.filter(({ name }) => name === tool) })
  const api = createAwsApi(index)
  const aws = createAwsAccess({
    now,
    userAgent: `aws-mcp/${version}`,
    gatewayCredentials: gatewayCredentials(),
    ...(endpoint !== undefined && { endpoint }),
  })
  try {
    const result = await callTool(
      {
        offerOf: () => offer,
        sessionPolicies: sessionPolicies(() => offer),
        limiter: { take: async () => ({ allowed: true }) },
        concurrency: memoryConcurrencyLimiter({ now }),
        aws,
        cursors: cursorCodec([randomBytes(32)], now),
        audit: { append: async () => {} },
        changes: { publish: async () => {} },
        api,
        actions,
        boundaries: createPermissionBoundaries({ aws, now }),
        costs: createCostGuard({ prices, api }),
        // As if nothing had been spent today.
        ledger: memoryBudgetLedger({ now }),
        ...(hasPages && { pages: { urlOf: () => '', approvals: noApprovals } }),
        now,
      },
      {
        grant,
        tool,
        args: Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined)),
        era: 'modern',
        requestId: 'policy-explain',
        signal: AbortSignal.timeout(patience),
        log: { info() {}, error() {} },
        interaction: noInteraction,
      },
    )
    if (isInputNeeded(result)) throw new Error('a question about access asked back')
    return result
  } finally {
    aws.close()
  }
}

const tool = 'aws_check_access'

/** Milliseconds. */
const patience = 60_000

const never = async (): Promise<never> => {
  throw new Error('nothing is approved here')
}

const noApprovals = { create: never, find: never, decide: never, use: never }
