import { type CostQuestion, GatewayError } from '@gateway/domain'
import type { Assessor } from './assessment.ts'
import { type Charge, estimateOf, unpriced } from './charges.ts'
import { microUsdOf } from './exact-usd.ts'
import { listOf, type Members, membersOf, recordOf, textOf } from './input-values.ts'

/** CloudWatch Logs StartQuery: a scan of all that its groups store, whatever the span, by the gigabyte. */
export const logQuery: Assessor = {
  reads: () => ['logs:DescribeLogGroups'],
  async assess(question, prices) {
    const bytes = await bytesOf(question)
    if (bytes === undefined)
      return { faults: [], estimate: estimateOf([unpriced('a query of log groups of unknown size')], prices) }
    const charge: Charge = {
      what: `a scan of at most ${bytes / 1e9} GB of logs`,
      microUsd: microUsdOf(prices.request('logs', 'StartQuery'), bytes, 1_000_000_000),
    }
    return { faults: [], estimate: estimateOf([charge], prices) }
  },
}

/** Logs are stored compressed, often to 15 %, and scanned as they were. */
const compression = 10

/** What of the newest events AWS has not yet added to the size that it tells. */
const newest = 1_000_000_000

const bytesOf = async ({ aws, request }: CostQuestion): Promise<number | undefined> => {
  const groups = groupsIn(membersOf(request))
  if (!groups) return undefined
  const asked = { logGroupIdentifiers: groups }
  const answer = await aws('logs', 'DescribeLogGroups', asked).catch((thrown: unknown) => {
    const code = thrown instanceof GatewayError ? (thrown.details.aws?.code ?? '') : ''
    if (/^AccessDenied/.test(code)) return undefined
    throw thrown
  })
  const sizes = new Map(
    listOf(recordOf(answer).logGroups)
      .map(recordOf)
      .map(({ logGroupName, storedBytes }) => [String(logGroupName), storedBytes]),
  )
  let stored = 0
  for (const group of groups) {
    const size = sizes.get(group.replace(/^.*:log-group:/, ''))
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
    stored += size
  }
  // In whole gigabytes, so that what somebody is asked about does not change with every event.
  return Math.ceil((stored * compression + newest) / 1e9) * 1e9
}

/** Undefined where the query itself may name groups (`SOURCE`, SQL), or there are more than AWS tells of at once. */
const groupsIn = (members: Members): readonly string[] | undefined => {
  const { logGroupIdentifiers, logGroupName, logGroupNames, queryLanguage = 'CWLI', queryString } = members
  if (queryLanguage !== 'CWLI' || /\bSOURCE\b/i.test(String(queryString))) return undefined
  const named = [...listOf(logGroupIdentifiers), ...listOf(logGroupNames), textOf(logGroupName)]
  const groups = [...new Set(named.filter((each) => typeof each === 'string').map(withoutStar))]
  return groups.length > 0 && groups.length <= 50 ? groups : undefined
}

const withoutStar = (group: string): string => group.replace(/:\*$/, '')
