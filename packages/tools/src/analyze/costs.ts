import { defineTool, GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { costChanges } from '../costs/cost-changes.ts'
import { dateRange, daysBefore, demandFewDays, demandKept } from '../costs/date-range.ts'
import { costGroups, readCosts, usdPerRequest } from '../costs/read-costs.ts'

/** Cost Explorer GetCostAndUsage, of a range of days and the one before it. */
export const analyzeCosts = defineTool({
  name: 'aws_analyze_costs',
  title: 'Analyze costs',
  description:
    'Costs and their change against as many days before. AWS bills each request, two or more, at $0.01.',
  access: 'read',
  iamActions: ['ce:GetCostAndUsage'],
  idempotent: true,
  pack: 'analytics',
  input: z.strictObject({
    by: z.enum(costGroups).optional(),
    tagKey: z.string().min(1).max(128).optional(),
    service: z.string().min(1).max(256).optional().describe('such as AWS Lambda'),
    range: z.string().max(24).optional().describe('30d (default) or 2026-01-01/2026-02-01'),
  }),
  output: z.object({
    start: z.string(),
    end: z.string().describe('exclusive'),
    previousStart: z.string(),
    currency: z.string(),
    total: z.number(),
    previousTotal: z.number(),
    change: z.number(),
    changePercent: z.number().optional().describe('absent where there was nothing before'),
    estimated: z.boolean().describe('AWS may still change it'),
    costs: z.array(
      z.object({
        key: z.string(),
        cost: z.number(),
        previous: z.number(),
        change: z.number(),
        changePercent: z.number().optional(),
      }),
    ),
    others: z.number().describe('keys that are together in the last row'),
    requests: z.number().describe('to Cost Explorer, billed by AWS'),
    requestsUsd: z.number(),
  }),
  async run(context, { by = 'service', tagKey, service, range: text }) {
    if ((by === 'tag') !== (tagKey !== undefined))
      throw invalid('tagKey: is needed with by tag, and only there')
    const range = dateRange(text, context.now())
    if (by === 'day') demandFewDays(range)
    const before = daysBefore(range)
    demandKept(before, context.now(), { compared: true })
    const now = await readCosts(context, { range, by, tagKey, service })
    const previous = await readCosts(context, { range: before, by, tagKey, service })
    const { rows, total, others } = costChanges(now.amounts, previous.amounts, {
      days: by === 'day' ? { range, before } : undefined,
    })
    const requests = now.requests + previous.requests
    return {
      data: {
        start: range.start,
        end: range.end,
        previousStart: before.start,
        currency: now.currency,
        total: total.cost,
        previousTotal: total.previous,
        change: total.change,
        ...(total.changePercent !== undefined && { changePercent: total.changePercent }),
        estimated: now.estimated || previous.estimated,
        costs: rows,
        others,
        requests,
        requestsUsd: Number((requests * usdPerRequest).toFixed(2)),
      },
      truncated: now.truncated || previous.truncated,
    }
  },
})

const invalid = (issue: string): GatewayError =>
  new GatewayError('invalid_arguments', 'These do not go together.', { details: { issues: [issue] } })
