import { defineTool, GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { type View, viewRows } from './costs/view-rows.ts'
import { quotaActions } from './quotas/read-quotas.ts'

const dimensions = z.array(z.object({ name: z.string(), value: z.string() }))

/** Cost Explorer, Budgets and Service Quotas, one view at a time. */
export const costAndQuotas = defineTool({
  name: 'aws_cost_and_quotas',
  title: 'Costs and quotas',
  description:
    'Rows of costs, forecast, budgets, or quotas of a service and their usage. AWS bills cost and forecast at $0.01.',
  access: 'read',
  iamActions: [
    'budgets:ViewBudget',
    'ce:GetCostAndUsage',
    'ce:GetCostForecast',
    'cloudwatch:GetMetricData',
    ...quotaActions,
  ],
  idempotent: true,
  listField: 'rows',
  pack: 'analytics',
  input: z.strictObject({
    view: z.enum(['cost', 'forecast', 'budgets', 'quotas', 'usage']),
    service: z.string().min(1).max(256).optional().describe('such as ec2; of costs such as AWS Lambda'),
    group: z.enum(['service', 'account', 'region', 'usageType', 'day']).optional(),
    range: z.string().max(24).optional().describe('30d or, of costs, 2026-01-01/2026-02-01'),
  }),
  output: z.object({
    view: z.string(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), dimensions]))),
    start: z.string().optional(),
    end: z.string().optional().describe('exclusive'),
    total: z.number().optional(),
    currency: z.string().optional(),
    estimated: z.boolean().optional().describe('AWS may still change it'),
    requests: z.number().optional().describe('to Cost Explorer, billed by AWS at $0.01 each'),
    notMeasured: z.number().optional().describe('quotas of which CloudWatch reports no usage'),
  }),
  scopeOf: ({ view }) => ({ access: 'read', iamActions: actionsOf[view] }),
  async run(context, { view, service, group, range }) {
    const quotas = view === 'quotas' || view === 'usage'
    if (quotas && service === undefined) throw invalid(`service: is needed with view ${view}, such as ec2`)
    if (view === 'budgets' && service !== undefined) throw invalid('service: is not for view budgets')
    if (group !== undefined && view !== 'cost') throw invalid('group: is for view cost only')
    if (range !== undefined && view !== 'cost' && view !== 'forecast')
      throw invalid('range: is for views cost and forecast only')
    const { truncated, ...data } = await viewRows(context, { view, service, group, range })
    return { data: { view, ...data }, truncated }
  },
})

const actionsOf: { readonly [Name in View]: readonly string[] } = {
  cost: ['ce:GetCostAndUsage'],
  forecast: ['ce:GetCostForecast'],
  budgets: ['budgets:ViewBudget'],
  quotas: quotaActions,
  usage: [...quotaActions, 'cloudwatch:GetMetricData'],
}

const invalid = (issue: string): GatewayError =>
  new GatewayError('invalid_arguments', 'These do not go together.', { details: { issues: [issue] } })
