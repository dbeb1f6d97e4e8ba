import { iamActionsOf } from '@gateway/domain'
import { expect, test } from 'vitest'
import { accountRequests } from '../packages/aws/src/actions/testing/account-requests.ts'
import { factsOf, place } from '../packages/aws/src/actions/testing/catalogue.ts'
import { computeRequests } from '../packages/aws/src/actions/testing/compute-requests.ts'
import { dataRequests } from '../packages/aws/src/actions/testing/data-requests.ts'
import { type AwsCall, readAwsCall } from '../packages/backends/src/strict/aws-call.ts'
import { neededPermissions } from '../packages/backends/src/strict/needed-permissions.ts'
import { arnsOf } from '../packages/backends/src/strict/resource-arns.ts'

// The stand-in that judges sessions derives resources by code of its own, from requests as they are on the wire.
type Input = Readonly<Record<string, unknown>>

/** A request as far as the stand-in reads its members: a list of the query protocol has the name of one. */
const callOf = (service: string, operation: string, input: Input): AwsCall => ({
  ...readAwsCall({ method: 'POST', url: '/', headers: {}, body: Buffer.from('') }),
  service,
  operation,
  region: place.region,
  path:
    service === 'lambda' && input.FunctionName ? ['2015-03-31', 'functions', String(input.FunctionName)] : [],
  values: (name) => [input[name] ?? input[`${name}s`] ?? []].flat().map(String),
})

/** Where this side knows better: indexes, streams, names as ARNs, versions of a function, and actions of no resource. */
const finer =
  /^(dynamodb (Query|Batch|Scan)|logs GetLogEvents|cloudformation DescribeStacks|lambda (Invoke|CreateEvent)|budgets |servicequotas Request|cloudwatch PutDash|iam |sns Unsub)/

const compared = [...computeRequests, ...dataRequests, ...accountRequests].flatMap(
  ([service, operation, input]) => {
    if (service === 's3' || finer.test(`${service} ${operation}`)) return []
    const [action = ''] = iamActionsOf(service, operation, input)
    const call = callOf(service, operation, input as Input)
    const theirs = arnsOf(call, action.slice(service.length + 1), place.accountId)
    const ours = factsOf(service, operation, input)
      .filter((fact) => fact.action === action)
      .map(({ resource }) => resource)
    const said = !theirs.includes('unknown') && !ours.includes(undefined)
    return said ? [{ name: `${service} ${operation} ${JSON.stringify(input)}`, theirs, ours }] : []
  },
)

test('many requests are compared', () => {
  expect(compared.length).toBeGreaterThan(35)
})

test.for(compared)('both say the same of $name', ({ theirs, ours }) => {
  expect(ours).toEqual(expect.arrayContaining([...theirs]))
})

test.for<[method: string, url: string, operation: string, input: object, copy?: string]>([
  ['GET', '/', 'ListBuckets', {}],
  ['GET', '/b1x?list-type=2&prefix=a%2F', 'ListObjectsV2', { Bucket: 'b1x', Prefix: 'a/' }],
  ['HEAD', '/b1x', 'HeadBucket', { Bucket: 'b1x' }],
  ['GET', '/b1x?location', 'GetBucketLocation', { Bucket: 'b1x' }],
  ['GET', '/b1x?versions', 'ListObjectVersions', { Bucket: 'b1x' }],
  ['GET', '/b1x?encryption', 'GetBucketEncryption', { Bucket: 'b1x' }],
  ['PUT', '/b1x?policy', 'PutBucketPolicy', { Bucket: 'b1x', Policy: '{}' }],
  ['DELETE', '/b1x?tagging', 'DeleteBucketTagging', { Bucket: 'b1x' }],
  ['PUT', '/b1x', 'CreateBucket', { Bucket: 'b1x' }],
  ['DELETE', '/b1x', 'DeleteBucket', { Bucket: 'b1x' }],
  ['GET', '/b1x/a/b%20c//d', 'GetObject', { Bucket: 'b1x', Key: 'a/b c//d' }],
  ['GET', '/b1x/k?versionId=1', 'GetObject', { Bucket: 'b1x', Key: 'k', VersionId: '1' }],
  ['PUT', '/b1x/k', 'PutObject', { Bucket: 'b1x', Key: 'k' }],
  ['PUT', '/b1x/k?partNumber=1&uploadId=u', 'UploadPart', { Bucket: 'b1x', Key: 'k' }],
  ['DELETE', '/b1x/k?versionId=1', 'DeleteObject', { Bucket: 'b1x', Key: 'k', VersionId: '1' }],
  ['DELETE', '/b1x/k?uploadId=u', 'AbortMultipartUpload', { Bucket: 'b1x', Key: 'k' }],
  ['GET', '/b1x/k?tagging', 'GetObjectTagging', { Bucket: 'b1x', Key: 'k' }],
  [
    'PUT',
    '/b1x/k',
    'CopyObject',
    { Bucket: 'b1x', Key: 'k', CopySource: '/src/from%20here' },
    '/src/from%20here',
  ],
  [
    'PUT',
    '/b1x/k',
    'CopyObject',
    { Bucket: 'b1x', Key: 'k', CopySource: 'src/x?versionId=7' },
    'src/x?versionId=7',
  ],
])('s3 %s %s is %s %j', ([method, url, operation, input, copy]) => {
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=KEY/20260101/${place.region}/s3/aws4_request, SignedHeaders=host`,
    ...(copy !== undefined && { 'x-amz-copy-source': copy }),
  }
  const call = readAwsCall({ method, url, headers, body: Buffer.from('') })
  const theirs = neededPermissions(call, place.accountId)?.flatMap(({ action, resources }) =>
    resources.map((resource) => `${action} ${resource}`),
  )
  expect(factsOf('s3', operation, input).map(({ action, resource }) => `${action} ${resource}`)).toEqual(
    theirs,
  )
})
