import type { CostQuestion } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { type Assessor, refusedFor } from './assessment.ts'
import { type Charge, estimateOf, unpriced } from './charges.ts'
import { microUsdOf, sumOf } from './exact-usd.ts'
import { type Members, membersOf, numbersOf, recordOf, textOf } from './input-values.ts'
import { shown } from './shown-names.ts'
import { storageFaults, storageReads } from './stored-bytes.ts'

const writing = (
  bytesOf: (question: CostQuestion, members: Members, faults: string[]) => Promise<number | undefined>,
  ownReads: readonly string[] = [],
): Assessor => ({
  reads: (limits) => [...ownReads, ...storageReads(limits)],
  async assess(question, prices) {
    const members = membersOf(question.request)
    const faults: string[] = []
    const bytes = await bytesOf(question, members, faults)
    if (faults.length === 0) faults.push(...(await storageFaults(question, bytes)))
    if (faults.length > 0) return refusedFor(...faults)
    return {
      faults,
      estimate: estimateOf([storageCharge(question.region, prices, { bytes, members })], prices),
    }
  },
})

/** A month of so many bytes, and the request that puts them there. */
const storageCharge = (
  region: string,
  prices: PriceBook,
  { bytes, members }: { readonly bytes: number | undefined; readonly members: Members },
): Charge => {
  const storageClass = textOf(members.StorageClass) ?? 'STANDARD'
  if (bytes === undefined) return unpriced('an object of unknown size')
  if (storageClass !== 'STANDARD') return unpriced(`storage of class ${shown('storage class', storageClass)}`)
  const price = prices.s3(region)
  return {
    what: `a month of ${bytes} bytes, and the request`,
    microUsd: sumOf([
      microUsdOf(price?.usdPerGbMonth, bytes, 1_000_000_000),
      microUsdOf(price?.usdPer1000Puts, 1, 1000),
    ]),
  }
}

/** S3 PutObject and UploadPart. */
export const objectWrite = writing(async (_question, members, faults) => sizeIn(members, faults))

/** S3 CreateMultipartUpload and CompleteMultipartUpload: a request, whose bytes are those of its parts. */
export const multipartStep = writing(async () => 0)

/** S3 CopyObject and UploadPartCopy: as many bytes as the source has, or the range of it. */
export const objectCopy = writing(
  async ({ aws }, { CopySource, CopySourceRange }) => {
    const [, from, to] = /^bytes=(\d{1,14})-(\d{1,14})$/.exec(String(CopySourceRange)) ?? []
    if (from !== undefined && to !== undefined && Number(to) >= Number(from))
      return Number(to) - Number(from) + 1
    const source = sourceIn(String(CopySource))
    if (!source) return undefined
    const { ContentLength } = recordOf(await aws('s3', 'HeadObject', source))
    return numbersOf({ ContentLength }, []).whole('ContentLength', { least: 0, most: largestObject })
  },
  ['s3:GetObject'],
)

/** `bucket/key` or `/bucket/key`, the key encoded, with a version or without (S3 API, CopyObject); undefined for an access point. */
const sourceIn = (source: string) => {
  const [, Bucket, key, VersionId] =
    /^\/?([a-z0-9.-]{3,63})\/([^?]+)(?:\?versionId=(.+))?$/.exec(source) ?? []
  if (Bucket === undefined || key === undefined) return undefined
  const Key = decoded(key)
  return Key === undefined ? undefined : { Bucket, Key, ...(VersionId !== undefined && { VersionId }) }
}

const decoded = (key: string): string | undefined => {
  try {
    return decodeURIComponent(key)
  } catch {
    return undefined
  }
}

/** Undefined where the body is a stream that tells no length. */
const sizeIn = (members: Members, faults: string[]): number | undefined => {
  const { Body, ContentLength } = members
  if (typeof Body === 'string') return Buffer.byteLength(Body)
  if (Body instanceof Uint8Array) return Body.byteLength
  if (Body === undefined && ContentLength === undefined) return 0
  return numbersOf(members, faults).whole('ContentLength', { least: 0, most: largestObject })
}

/** Bytes (S3 User Guide, "Uploading objects"), with room for what it grows to. */
const largestObject = 100 * 2 ** 40
