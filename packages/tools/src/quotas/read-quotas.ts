import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** A quota of a service as it holds in one account and region. */
export interface Quota {
  readonly code: string
  readonly name: string
  readonly value: number
  /** `None` where it is a number of things. */
  readonly unit: string
  readonly adjustable: boolean
  /** That it is one for all regions. */
  readonly global: boolean
  /** AWS's default where no value of the account's own is known. */
  readonly source: 'applied' | 'default'
  readonly metric: QuotaMetric | undefined
  /** Seconds that a rate is counted in; absent for a number of things. */
  readonly perSeconds: number | undefined
}

/** Where CloudWatch says how much of a quota is used. */
export interface QuotaMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly stat: string
}

/** What reading them takes in IAM. */
export const quotaActions = [
  'servicequotas:ListServiceQuotas',
  'servicequotas:ListAWSDefaultServiceQuotas',
] as const

/** Code of a service in Service Quotas, such as `ec2` (API, ListServiceQuotas: ServiceCode). */
export const serviceCode = /^[a-z][a-z0-9-]{0,62}$/i

const perPage = 100
const mostPages = 8

/** All quotas of a service: what applies to the account, and AWS's defaults for those of which it says nothing. */
export const readQuotas = async (
  context: ToolContext,
  service: string,
): Promise<{ quotas: readonly Quota[]; truncated: boolean }> => {
  const applied = await pagesOf(context, 'ListServiceQuotas', service)
  const defaults = await pagesOf(context, 'ListAWSDefaultServiceQuotas', service)
  const known = new Set(applied.quotas.map(({ QuotaCode }) => QuotaCode))
  const quotas = [
    ...applied.quotas.map((quota) => quotaOf(quota, 'applied')),
    // With a part of the applied ones a default could stand where another value holds.
    ...(applied.truncated ? [] : defaults.quotas)
      .filter(({ QuotaCode }) => !known.has(QuotaCode))
      .map((quota) => quotaOf(quota, 'default')),
  ]
  return { quotas, truncated: applied.truncated || defaults.truncated }
}

type Operation = 'ListServiceQuotas' | 'ListAWSDefaultServiceQuotas'
type AwsQuota = NonNullable<
  Awaited<ReturnType<typeof typedAws<'servicequotas', 'ListServiceQuotas'>>>['Quotas']
>[number]

const pagesOf = async (context: ToolContext, operation: Operation, service: string) => {
  const quotas: AwsQuota[] = []
  let token: string | undefined
  let pages = 0
  do {
    const page = await typedAws(context, 'servicequotas', operation, {
      ServiceCode: service,
      MaxResults: perPage,
      ...(token !== undefined && { NextToken: token }),
    })
    quotas.push(...(page.Quotas ?? []))
    token = page.NextToken || undefined
    pages += 1
  } while (token !== undefined && pages < mostPages)
  return { quotas, truncated: token !== undefined }
}

const quotaOf = (quota: AwsQuota, source: Quota['source']): Quota => {
  const {
    MetricNamespace,
    MetricName,
    MetricDimensions = {},
    MetricStatisticRecommendation,
  } = quota.UsageMetric ?? {}
  const { PeriodValue, PeriodUnit } = quota.Period ?? {}
  const seconds = secondsOf[PeriodUnit ?? '']
  return {
    code: quota.QuotaCode ?? '',
    name: quota.QuotaName ?? '',
    value: quota.Value ?? 0,
    unit: quota.Unit ?? 'None',
    adjustable: quota.Adjustable === true,
    global: quota.GlobalQuota === true,
    source,
    metric:
      MetricNamespace && MetricName
        ? {
            namespace: MetricNamespace,
            name: MetricName,
            dimensions: MetricDimensions,
            stat: MetricStatisticRecommendation || 'Maximum',
          }
        : undefined,
    perSeconds: seconds === undefined ? undefined : seconds * (PeriodValue ?? 1),
  }
}

const secondsOf: Readonly<Record<string, number>> = {
  MICROSECOND: 1e-6,
  MILLISECOND: 1e-3,
  SECOND: 1,
  MINUTE: 60,
  HOUR: 3_600,
  DAY: 86_400,
  WEEK: 604_800,
}
