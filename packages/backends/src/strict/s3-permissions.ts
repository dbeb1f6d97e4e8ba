import type { AwsCall } from './aws-call.ts'
import type { Permission } from './needed-permissions.ts'

/** What IAM asks for an S3 request, path style (Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"). */
export const s3Permissions = (call: AwsCall): readonly Permission[] | undefined => {
  const { method, query, headers } = call
  const [bucket = '', ...rest] = call.path
  const key = rest.join('/')
  if (bucket === '')
    return method === 'GET' ? [{ action: 's3:ListAllMyBuckets', resources: ['*'] }] : undefined
  const arn = `arn:aws:s3:::${bucket}`
  if (key === '') {
    const action = bucketAction(method, query)
    return action === undefined ? undefined : [{ action: `s3:${action}`, resources: [arn] }]
  }
  const action = objectAction(method, query)
  if (action === undefined) return undefined
  const source = headers['x-amz-copy-source']
  const permission = { action: `s3:${action}`, resources: [`${arn}/${key}`] }
  if (typeof source !== 'string') return [permission]
  const [from = '', version] = decodeURIComponent(source).replace(/^\//, '').split('?versionId=')
  const read = version === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  return [permission, { action: read, resources: [`arn:aws:s3:::${from}`] }]
}

const bucketAction = (method: string, query: URLSearchParams): string | undefined => {
  const sub = bucketParts.find(([name]) => query.has(name))
  if (sub) {
    const [, name, verbs] = sub
    if (method === 'GET' && verbs.includes('G')) return name.startsWith('List') ? name : `Get${name}`
    if (method === 'PUT' && verbs.includes('P')) return `Put${name}`
    // Most deletions of a bucket's settings are a kind of putting.
    return method === 'DELETE' && verbs.includes('D') ? `Put${name}` : undefined
  }
  // What is left may only page and filter; any other part of a bucket is unknown here.
  const paging = /^(list-type|prefix|delimiter|max-keys|marker|start-after|continuation-token|encoding-type)$/
  const plain = /^(fetch-owner|x-id|X-Amz-.*)$/
  if (![...query.keys()].every((each) => paging.test(each) || plain.test(each))) return undefined
  const actions: Readonly<Record<string, string>> = {
    GET: 'ListBucket',
    HEAD: 'ListBucket',
    PUT: 'CreateBucket',
    DELETE: 'DeleteBucket',
  }
  return actions[method]
}

/** Parts of a bucket: its query, its action without the verb, and which of get, put and delete it has. */
const bucketParts = [
  ['acl', 'BucketAcl', 'GP'],
  ['cors', 'BucketCORS', 'GPD'],
  ['encryption', 'EncryptionConfiguration', 'GPD'],
  ['lifecycle', 'LifecycleConfiguration', 'GPD'],
  ['location', 'BucketLocation', 'G'],
  ['logging', 'BucketLogging', 'GP'],
  ['notification', 'BucketNotification', 'GP'],
  ['object-lock', 'BucketObjectLockConfiguration', 'GP'],
  ['ownershipControls', 'BucketOwnershipControls', 'GPD'],
  ['policy', 'BucketPolicy', 'GP'],
  ['policyStatus', 'BucketPolicyStatus', 'G'],
  ['publicAccessBlock', 'BucketPublicAccessBlock', 'GPD'],
  ['replication', 'ReplicationConfiguration', 'GPD'],
  ['tagging', 'BucketTagging', 'GPD'],
  ['uploads', 'ListBucketMultipartUploads', 'G'],
  ['versioning', 'BucketVersioning', 'GP'],
  ['versions', 'ListBucketVersions', 'G'],
  ['website', 'BucketWebsite', 'GP'],
] as const

const objectAction = (method: string, query: URLSearchParams): string | undefined => {
  const version = query.has('versionId') ? 'Version' : ''
  const part = objectParts.find(([name]) => query.has(name))
  if (part) {
    const [, name] = part
    const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }[method]
    return verb === undefined ? undefined : `${verb}Object${version}${name}`
  }
  if (query.has('uploadId')) {
    return {
      GET: 'ListMultipartUploadParts',
      PUT: 'PutObject',
      POST: 'PutObject',
      DELETE: 'AbortMultipartUpload',
    }[method]
  }
  if (query.has('uploads')) return method === 'POST' ? 'PutObject' : undefined
  const plain = /^(versionId|partNumber|x-id|response-.*|X-Amz-.*)$/
  if (![...query.keys()].every((each) => plain.test(each))) return undefined
  const actions: Readonly<Record<string, string>> = {
    GET: `GetObject${version}`,
    HEAD: `GetObject${version}`,
    PUT: 'PutObject',
    DELETE: `DeleteObject${version}`,
  }
  return actions[method]
}

const objectParts = [
  ['acl', 'Acl'],
  ['attributes', 'Attributes'],
  ['legal-hold', 'LegalHold'],
  ['retention', 'Retention'],
  ['tagging', 'Tagging'],
] as const
