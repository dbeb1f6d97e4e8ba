import { expect, test } from 'vitest'
import { type AnswersOfAws, assessing, sampleGuard } from '../testing/cost-questions.ts'

const day = 86_400_000
const now = Date.UTC(2026, 0, 2)

interface Bucket {
  readonly region?: string
  readonly age?: number
  /** Bytes by storage class; `none` of a class that has no value. */
  readonly classes?: Readonly<Record<string, number | 'none'>>
}

const account = (buckets: Readonly<Record<string, Bucket>>): AnswersOfAws => {
  const metrics = Object.entries(buckets).flatMap(([name, { classes = {} }]) =>
    Object.entries(classes).map(([type, bytes]) => ({
      bytes,
      metric: {
        Dimensions: [
          { Name: 'StorageType', Value: type },
          { Name: 'BucketName', Value: name },
        ],
      },
    })),
  )
  return {
    's3:ListBuckets': ({ ContinuationToken }) =>
      ContinuationToken === undefined
        ? { Buckets: [], ContinuationToken: 'next' }
        : {
            Buckets: Object.entries(buckets).map(([Name, { region = 'eu-west-1', age = 9 }]) => ({
              Name,
              BucketRegion: region,
              CreationDate: new Date(now - age * day),
            })),
          },
    'cloudwatch:ListMetrics': ({ NextToken }) =>
      NextToken === undefined
        ? { Metrics: [], NextToken: 'next' }
        : { Metrics: metrics.map(({ metric }) => metric) },
    'cloudwatch:GetMetricData': () => ({
      MetricDataResults: metrics.map(({ bytes }, at) => ({
        Id: `m${at}`,
        Values: bytes === 'none' ? [] : [bytes, 1],
      })),
    }),
  }
}

const put = (bytes: number, buckets: Readonly<Record<string, Bucket>>) =>
  assessing(
    's3:PutObject',
    { Bucket: 'b', Key: 'k', Body: Buffer.alloc(bytes) },
    {
      limits: { s3: { maxStorageGb: 1 } },
      answers: account(buckets),
    },
  )

test('an object is charged with a month of its bytes and the request', async () => {
  const cost = async (name: string, input: object, answers: AnswersOfAws = {}) =>
    (await assessing(name, input, { answers })).estimate?.microUsd
  const head: AnswersOfAws = { 's3:HeadObject': ({ Key }) => ({ ContentLength: Key === 'a b' ? 1e9 : 5 }) }
  expect(await cost('s3:PutObject', { Body: Buffer.alloc(1_000_000) })).toBe(23 + 5)
  expect(await cost('s3:PutObject', { Body: 'é' })).toBe(1 + 5)
  expect(await cost('s3:PutObject', {})).toBe(5)
  expect(await cost('s3:UploadPart', { Body: {}, ContentLength: 1e9 })).toBe(23_005)
  expect(await cost('s3:PutObject', { Body: {} })).toBe('unpriced')
  expect(await cost('s3:PutObject', { Body: 'x', StorageClass: 'EXPRESS_ONEZONE' })).toBe('unpriced')
  expect(await cost('s3:CreateMultipartUpload', {})).toBe(5)
  expect(await cost('s3:CopyObject', { CopySource: '/bucket/a%20b' }, head)).toBe(23_005)
  expect(await cost('s3:CopyObject', { CopySource: 'bucket/c?versionId=v1' }, head)).toBe(6)
  expect(
    await cost('s3:CopyObject', { CopySource: 'arn:aws:s3:eu-west-1:1:accesspoint/x/object/y' }, head),
  ).toBe('unpriced')
  expect(
    await cost('s3:UploadPartCopy', { CopySource: 'bucket/c', CopySourceRange: 'bytes=0-999999999' }),
  ).toBe(23_005)
})

test('a length that is none is refused', async () => {
  for (const ContentLength of [-1, Number.NaN, 1e300, '5']) {
    expect((await assessing('s3:PutObject', { Body: {}, ContentLength })).faults).toHaveLength(1)
  }
})

test('what the account stores in all classes, and the object beside it, fit the limit or do not', async () => {
  const buckets = {
    one: { classes: { StandardStorage: 5e8, GlacierStorage: 3e8 } },
    two: { classes: { StandardStorage: 1e8 } },
  }
  expect((await put(1e8, buckets)).faults).toEqual([])
  expect((await put(1e8 + 1, buckets)).faults).toEqual([
    "The account stores 0.9 GB by yesterday's metric, and the tenant allows 1 GB in one account.",
  ])
  expect((await put(0, buckets)).asked).toEqual([])
  const stream = { limits: { s3: { maxStorageGb: 1 } }, answers: account(buckets) }
  expect((await assessing('s3:PutObject', { Body: {} }, stream)).faults).toHaveLength(1)
  const huge = await assessing('s3:UploadPart', { Body: {}, ContentLength: 2e9 }, stream)
  expect([huge.faults.length, huge.asked]).toEqual([1, []])
})

test('a bucket without its metric is refused, but for one younger than a day', async () => {
  expect((await put(1, { young: { age: 0.9 } })).faults).toEqual([])
  for (const bucket of [{ age: 1.1 }, { classes: { StandardStorage: 'none' } as const }]) {
    expect((await put(1, { old: bucket })).faults).toEqual([
      'How much bucket old stores is not known: it has no daily metric. The tenant allows 1 GB in one account.',
    ])
  }
})

test('buckets of another region are asked there, or it is refused', async () => {
  const buckets = { far: { region: 'us-east-1', classes: { StandardStorage: 9e8 } } }
  expect((await put(1, buckets)).faults).toEqual([
    'How much the buckets in us-east-1 store cannot be asked from here, and the tenant allows 1 GB in one account.',
  ])
  const answers = account(buckets)
  const aws = async (service: string, operation: string, input: object) =>
    answers[`${service}:${operation}`]?.(input as Record<string, unknown>)
  const assess = (bytes: number) =>
    sampleGuard.assess({
      request: { service: 's3', operation: 'PutObject', input: { Body: Buffer.alloc(bytes) } },
      region: 'eu-west-1',
      limits: { s3: { maxStorageGb: 1 } },
      now,
      aws,
      awsIn: (region) => (region === 'us-east-1' ? aws : undefined),
    })
  expect((await assess(1e8)).faults).toEqual([])
  expect((await assess(1e8 + 1)).faults).toHaveLength(1)
})

test('buckets are counted over all pages', async () => {
  const create = (maxBuckets: number) =>
    assessing(
      's3:CreateBucket',
      { Bucket: 'x' },
      { limits: { s3: { maxBuckets } }, answers: account({ a: {}, b: {} }) },
    )
  expect(await create(3)).toMatchObject({ faults: [], estimate: { microUsd: 0 } })
  expect((await create(2)).faults).toEqual(['There are 2 buckets in the account, and the tenant allows 2.'])
  expect((await assessing('s3:CreateBucket', {})).asked).toEqual([])
})
