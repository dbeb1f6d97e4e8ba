import type { ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { dimensionsSchema, fromAws, toAws } from './dimensions.ts'
import type { MetricName } from './read-series.ts'

/** Metrics that there are: one line for each name with the same dimensions. */
export const knownSchema = z.array(
  z.object({
    namespace: z.string(),
    metricName: z.string(),
    count: z.number(),
    dimensions: dimensionsSchema.describe('of one of them'),
  }),
)

/** Most lines of an answer, and most pages of 500 metrics that are read for it. */
const mostLines = 100
const mostPages = 4

/** What ListMetrics knows of a name, as far as it is given; where that is not all, what is missing. */
export const knownMetrics = async (
  context: ToolContext,
  {
    namespace,
    metricName,
    dimensions,
  }: { readonly [Field in keyof MetricName]?: MetricName[Field] | undefined },
): Promise<{ readonly metrics: z.output<typeof knownSchema>; readonly truncated: string | false }> => {
  const found = new Map<string, z.output<typeof knownSchema>[number]>()
  let next: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await typedAws(context, 'cloudwatch', 'ListMetrics', {
      ...(namespace !== undefined && { Namespace: namespace }),
      ...(metricName !== undefined && { MetricName: metricName }),
      ...(dimensions && { Dimensions: toAws(dimensions) }),
      ...(next !== undefined && { NextToken: next }),
    })
    for (const { Namespace = '', MetricName = '', Dimensions = [] } of answer.Metrics ?? []) {
      const dimensions = fromAws(Dimensions)
      const key = JSON.stringify([Namespace, MetricName, ...dimensions.map(({ name }) => name).sort()])
      const line = found.get(key) ?? { namespace: Namespace, metricName: MetricName, count: 0, dimensions }
      found.set(key, { ...line, count: line.count + 1 })
    }
    next = answer.NextToken
    if (!next) break
  }
  const metrics = [...found.values()].slice(0, mostLines)
  const missing = `The first ${metrics.length} metrics are listed; namespace, metricName and dimensions ask for fewer.`
  return { metrics, truncated: (Boolean(next) || found.size > mostLines) && missing }
}
