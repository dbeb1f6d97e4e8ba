import type { CostControl, CostQuestion } from '@gateway/domain'
import { GatewayError } from '@gateway/domain'
import { type Assessor, refusedFor } from './assessment.ts'
import { free } from './charges.ts'
import { listOf, recordOf, textOf } from './input-values.ts'

/** A bucket as ListBuckets tells it. */
export interface KnownBucket {
  readonly name: string
  readonly region: string | undefined
  readonly created: number | undefined
}

/** IAM actions of `bucketCountFaults`. */
export const bucketReads = ({ s3 }: CostControl): readonly string[] =>
  s3?.maxBuckets === undefined ? [] : ['s3:ListAllMyBuckets']

/** What stands against so many more buckets. */
export const bucketCountFaults = async (
  question: CostQuestion,
  count: number,
): Promise<readonly string[]> => {
  const most = question.limits.s3?.maxBuckets
  if (most === undefined || count === 0) return []
  const there = (await bucketsOf(question)).length
  return there + count <= most
    ? []
    : [`There are ${there} buckets in the account, and the tenant allows ${most}.`]
}

/** S3 CreateBucket. */
export const bucketCreation: Assessor = {
  reads: bucketReads,
  async assess(question) {
    const faults = await bucketCountFaults(question, 1)
    return faults.length > 0
      ? refusedFor(...faults)
      : { faults, estimate: free('A bucket costs nothing while it is empty.') }
  },
}

/** Every bucket of the account. */
export const bucketsOf = async ({ aws }: CostQuestion): Promise<readonly KnownBucket[]> => {
  const buckets: KnownBucket[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const input = { MaxBuckets: 1000, ...(token !== undefined && { ContinuationToken: token }) }
    const answer = recordOf(await aws('s3', 'ListBuckets', input))
    buckets.push(...listOf(answer.Buckets).map(recordOf).map(bucketIn))
    token = textOf(answer.ContinuationToken)
    if (token === undefined) return buckets
  }
  throw new GatewayError('cost_limit_exceeded', 'There are too many buckets to be counted; nothing was sent.')
}

const mostPages = 100

const bucketIn = ({ Name, BucketRegion, CreationDate }: ReturnType<typeof recordOf>): KnownBucket => ({
  name: String(Name),
  region: textOf(BucketRegion),
  created: CreationDate instanceof Date ? CreationDate.getTime() : undefined,
})
