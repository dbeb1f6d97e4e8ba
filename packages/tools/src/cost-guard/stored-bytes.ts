import { type CostControl, type CostQuestion, GatewayError } from '@gateway/domain'
import { bucketsOf, type KnownBucket } from './buckets.ts'
import { listOf, type Members, recordOf, textOf } from './input-values.ts'

/** IAM actions of `storageFaults`. */
export const storageReads = ({ s3 }: CostControl): readonly string[] =>
  s3?.maxStorageGb === undefined
    ? []
    : ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 's3:ListAllMyBuckets']

/**
 * What stands against so many more bytes in the account, by the daily metric of S3. Where that cannot be read of a bucket, nobody
 * knows how much there is, and it is refused; a bucket younger than a day has no metric yet.
 */
export const storageFaults = async (
  question: CostQuestion,
  bytes: number | undefined,
): Promise<readonly string[]> => {
  const most = question.limits.s3?.maxStorageGb
  if (most === undefined || bytes === 0) return []
  const limit = `the tenant allows ${most} GB in one account`
  if (bytes === undefined) return [`How many bytes it stores cannot be told from the request, and ${limit}.`]
  if (bytes > most * 1e9) return [`It stores ${bytes} bytes, and ${limit}.`]
  const byRegion = new Map<string, KnownBucket[]>()
  for (const bucket of await bucketsOf(question)) {
    const region = bucket.region ?? question.region
    byRegion.set(region, [...(byRegion.get(region) ?? []), bucket])
  }
  let stored = 0
  for (const [region, buckets] of byRegion) {
    const aws = region === question.region ? question.aws : question.awsIn?.(region)
    if (!aws) return [`How much the buckets in ${region} store cannot be asked from here, and ${limit}.`]
    const sizes = await sizesIn({ ...question, aws })
    for (const { name, created } of buckets) {
      const size = sizes.get(name)
      if (size === undefined && !(created !== undefined && question.now - created < dayMs))
        return [
          `How much bucket ${name} stores is not known: it has no daily metric. ${limit[0]?.toUpperCase()}${limit.slice(1)}.`,
        ]
      stored += size ?? 0
    }
  }
  return stored + bytes <= most * 1e9
    ? []
    : [`The account stores ${(stored / 1e9).toFixed(1)} GB by yesterday's metric, and ${limit}.`]
}

const dayMs = 86_400_000

/** Bytes of each bucket of a region that has the metric, all storage classes together (S3 User Guide, "Metrics and dimensions"). */
const sizesIn = async (question: CostQuestion): Promise<ReadonlyMap<string, number>> => {
  const metrics = await metricsIn(question)
  const sizes = new Map<string, number>()
  for (let from = 0; from < metrics.length; from += metricsPerRequest) {
    const some = metrics.slice(from, from + metricsPerRequest)
    const values = await newestValues(question, some)
    for (const [at, metric] of some.entries()) {
      const bytes = values.get(`m${at}`)
      const bucket = bucketOf(metric)
      // One class without a value makes the whole bucket unknown.
      if (bytes === undefined || !(bytes >= 0)) sizes.set(bucket, Number.NaN)
      else sizes.set(bucket, (sizes.get(bucket) ?? 0) + bytes)
    }
  }
  return new Map([...sizes].filter(([, bytes]) => Number.isFinite(bytes)))
}

/** CloudWatch API, GetMetricData. */
const metricsPerRequest = 500

const name = { Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes' }

const metricsIn = async ({ aws }: CostQuestion): Promise<readonly Members[]> =>
  pages((token) => aws('cloudwatch', 'ListMetrics', { ...name, ...token }), 'Metrics')

const newestValues = async ({ aws, now }: CostQuestion, metrics: readonly Members[]) => {
  const MetricDataQueries = metrics.map(({ Dimensions }, at) => ({
    Id: `m${at}`,
    MetricStat: { Metric: { ...name, Dimensions }, Period: 86_400, Stat: 'Average' },
  }))
  const range = {
    StartTime: new Date(now - 3 * dayMs),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
  }
  const results = await pages(
    (token) => aws('cloudwatch', 'GetMetricData', { ...range, MetricDataQueries, ...token }),
    'MetricDataResults',
  )
  const values = new Map<string, number>()
  for (const { Id, Values } of results) {
    const newest = listOf(Values)[0]
    if (typeof newest === 'number' && !values.has(String(Id))) values.set(String(Id), newest)
  }
  return values
}

const pages = async (
  ask: (token: { NextToken?: string }) => Promise<unknown>,
  list: string,
): Promise<readonly Members[]> => {
  const found: Members[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const answer = recordOf(await ask(token === undefined ? {} : { NextToken: token }))
    found.push(...listOf(answer[list]).map(recordOf))
    token = textOf(answer.NextToken)
    if (token === undefined) return found
  }
  throw new GatewayError('cost_limit_exceeded', 'There is too much in S3 to be added up; nothing was sent.')
}

const mostPages = 100

const bucketOf = ({ Dimensions }: Members): string =>
  String(
    listOf(Dimensions)
      .map(recordOf)
      .find((each) => each.Name === 'BucketName')?.Value,
  )
