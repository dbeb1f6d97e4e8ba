import { GatewayError, type ToolContext } from '@gateway/domain'
import { quotaUsage } from '../quotas/quota-usage.ts'
import { type QuotaMetric, readQuotas, serviceCode } from '../quotas/read-quotas.ts'
import { costChanges } from './cost-changes.ts'
import { dateRange, daysAhead, demandFewDays, demandKept } from './date-range.ts'
import { readForecast } from './forecast.ts'
import { readBudgets } from './read-budgets.ts'
import { type CostGroup, readCosts } from './read-costs.ts'

/** What can be looked at. */
export type View = 'cost' | 'forecast' | 'budgets' | 'quotas' | 'usage'

export interface ViewQuestion {
  readonly view: View
  readonly service: string | undefined
  readonly group: CostGroup | undefined
  /** `30d`, or two dates with a slash between them. */
  readonly range: string | undefined
}

/** As `aws_cloudwatch_get_metrics` takes it. */
interface Dimension {
  readonly name: string
  readonly value: string
}

/** Rows, and what there is to say of all of them. */
export interface ViewRows {
  readonly rows: Record<string, string | number | boolean | Dimension[]>[]
  readonly start?: string
  readonly end?: string
  readonly total?: number
  readonly currency?: string
  readonly requests?: number
  readonly notMeasured?: number
  readonly estimated?: boolean
  /** What is missing. */
  readonly truncated: string | false
}

/** The rows of a view. */
export const viewRows = (context: ToolContext, question: ViewQuestion): Promise<ViewRows> =>
  views[question.view](context, question)

const views: {
  readonly [Name in View]: (context: ToolContext, question: ViewQuestion) => Promise<ViewRows>
} = {
  async cost(context, { service, group: by = 'service', range: text }) {
    const range = dateRange(text, context.now())
    if (by === 'day') demandFewDays(range)
    demandKept(range, context.now())
    const { amounts, currency, estimated, requests, truncated } = await readCosts(context, {
      range,
      by,
      service,
    })
    const days = by === 'day' ? { range, before: range } : undefined
    const { rows, total } = costChanges(amounts, new Map(), { days })
    const { start, end } = range
    return {
      rows: rows.map(({ key, cost }) => ({ [by]: key, cost })),
      start,
      end,
      total: total.cost,
      currency,
      estimated,
      requests,
      truncated,
    }
  },
  async forecast(context, { service, range: text }) {
    const range = daysAhead(text, context.now())
    const { start, end } = range
    return { ...(await readForecast(context, { range, service })), start, end, requests: 1, truncated: false }
  },
  budgets: (context) => readBudgets(context),
  async quotas(context, { service }) {
    const { quotas, truncated } = await readQuotas(context, codeOf(service))
    const rows = quotas.map(({ metric, perSeconds, ...quota }) => quota)
    return { rows, truncated: truncated && missing(quotas.length) }
  },
  async usage(context, { service }) {
    const { quotas, truncated } = await readQuotas(context, codeOf(service))
    const usage = await quotaUsage(context, quotas)
    const rows = quotas.flatMap(({ code, name, value, adjustable, perSeconds, metric }) => {
      const used = usage.get(code)
      if (!used || !metric) return []
      const per = perSeconds !== undefined && { perSeconds }
      const share = { used: used.used, usedPercent: used.percent }
      return [{ code, name, value, ...per, ...share, adjustable, ...metricOf(metric) }]
    })
    rows.sort((one, other) => other.usedPercent - one.usedPercent)
    return { rows, notMeasured: quotas.length - rows.length, truncated: truncated && missing(quotas.length) }
  },
}

const missing = (quotas: number): string => `The first ${quotas} quotas of the service were read.`

/** A metric in the words of `aws_cloudwatch_get_metrics`, so that its course can be asked for. */
const metricOf = ({ namespace, name, dimensions, stat }: QuotaMetric) => ({
  namespace,
  metricName: name,
  dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
  statistic: stat,
})

const codeOf = (service = ''): string => {
  if (serviceCode.test(service)) return service
  throw invalid('service: must be a code of Service Quotas such as ec2, lambda or vpc')
}

const invalid = (issue: string): GatewayError =>
  new GatewayError('invalid_arguments', 'This cannot be looked up.', { details: { issues: [issue] } })
