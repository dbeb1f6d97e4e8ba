import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import type { DateRange } from './date-range.ts'

/** What costs are grouped by. */
export const costGroups = ['service', 'account', 'region', 'usageType', 'tag', 'day'] as const
export type CostGroup = (typeof costGroups)[number]

export interface CostQuestion {
  readonly range: DateRange
  readonly by: CostGroup
  /** Where `by` is `tag`. */
  readonly tagKey?: string | undefined
  /** Name of the one service that is meant, as Cost Explorer writes it. */
  readonly service?: string | undefined
}

export interface Costs {
  /** Unrounded, by what they are grouped by. */
  readonly amounts: ReadonlyMap<string, number>
  readonly currency: string
  /** Cost Explorer may still change some of it. */
  readonly estimated: boolean
  /** Requests that were made: each is billed to the account. */
  readonly requests: number
  /** What is missing. */
  readonly truncated: string | false
}

/** What AWS takes for one request (AWS Cost Explorer pricing); also for each further page. */
export const usdPerRequest = 0.01

const mostPages = 5

/** Unblended costs of a range; Cost Explorer answers for all regions from its one endpoint, whatever the call's region. */
export const readCosts = async (context: ToolContext, question: CostQuestion): Promise<Costs> => {
  const { range, by, tagKey, service } = question
  const amounts = new Map<string, number>()
  let currency = 'USD'
  let estimated = false
  let requests = 0
  let token: string | undefined
  do {
    const page = await typedAws(context, 'ce', 'GetCostAndUsage', {
      TimePeriod: { Start: range.start, End: range.end },
      Granularity: by === 'day' ? 'DAILY' : 'MONTHLY',
      Metrics: ['UnblendedCost'],
      ...(by !== 'day' && { GroupBy: [groupOf(by, tagKey)] }),
      ...(service !== undefined && { Filter: onlyService(service) }),
      ...(token !== undefined && { NextPageToken: token }),
    })
    requests += 1
    const add = (
      key: string,
      cost: { Amount?: string | undefined; Unit?: string | undefined } | undefined,
    ) => {
      amounts.set(key, (amounts.get(key) ?? 0) + Number(cost?.Amount ?? 0))
      currency = cost?.Unit ?? currency
    }
    for (const { TimePeriod, Total, Groups = [], Estimated } of page.ResultsByTime ?? []) {
      estimated ||= Estimated === true
      if (by === 'day') add(TimePeriod?.Start ?? '', Total?.UnblendedCost)
      else for (const { Keys, Metrics } of Groups) add(keyOf(by, Keys?.[0] ?? ''), Metrics?.UnblendedCost)
    }
    token = page.NextPageToken || undefined
  } while (token !== undefined && requests < mostPages)
  const missing = `The first ${mostPages} pages of Cost Explorer are counted, so sums are too low; service or a shorter range asks for less.`
  return { amounts, currency, estimated, requests, truncated: token !== undefined && missing }
}

/** The filter of a request for one service. */
export const onlyService = (service: string) => ({
  Dimensions: { Key: 'SERVICE' as const, Values: [service] },
})

const dimensions = {
  service: 'SERVICE',
  account: 'LINKED_ACCOUNT',
  region: 'REGION',
  usageType: 'USAGE_TYPE',
} as const

const groupOf = (by: Exclude<CostGroup, 'day'>, tagKey = '') =>
  by === 'tag' ? { Type: 'TAG' as const, Key: tagKey } : { Type: 'DIMENSION' as const, Key: dimensions[by] }

/** Cost Explorer writes a tag as `key$value`, and what has none as `key$`. */
const keyOf = (by: CostGroup, key: string): string =>
  by === 'tag' ? key.slice(key.indexOf('$') + 1) || '(no tag)' : key
