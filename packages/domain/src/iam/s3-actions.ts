/**
 * Actions of the S3 operations whose action has another name (Service Authorization Reference, "Actions defined by Amazon
 * S3"; S3 API Reference, "Permissions" of each operation). Undefined where the names are the same.
 */
export const s3Actions = (operation: string, input: object): readonly string[] | undefined => {
  const entry = table.get(operation)
  if (!entry) return undefined
  const { plain, versioned, source } = entry
  const versions = versionsOf(operation, input as Input)
  return prefixed([
    ...(versions.some((each) => !each) || !versioned ? plain : []),
    ...(versions.some(Boolean) && versioned ? versioned : []),
    ...(source ? [sourceAction(input as Input)] : []),
  ])
}

/** All that an operation may need; undefined where it has the name of its action. */
export const s3Possible = (operation: string): readonly string[] | undefined => {
  const entry = table.get(operation)
  if (!entry) return undefined
  const { plain, versioned = [], source } = entry
  return prefixed([...plain, ...versioned, ...(source ? ['GetObject', 'GetObjectVersion'] : [])])
}

/** What some members of an input need beside. */
export const s3Extras = (operation: string, has: (member: string) => boolean): readonly string[] =>
  prefixed(
    extras
      .filter(([operations, member]) => operations.includes(operation) && has(member))
      .map(([, , action]) => action),
  )

interface Entry {
  readonly plain: readonly string[]
  /** Instead, where the input names a version of the object. */
  readonly versioned?: readonly string[]
  /** True where another object is read, that of `CopySource`. */
  readonly source?: true
}

type Input = Readonly<Record<string, unknown>>

const prefixed = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((name) => (name.includes(':') ? name : `s3:${name}`))),
]

/** Whether each object of the input is named with its version. */
const versionsOf = (operation: string, input: Input): readonly boolean[] => {
  if (operation !== 'DeleteObjects') return [input.VersionId !== undefined]
  const { Objects } = (input.Delete ?? {}) as Input
  const objects: readonly unknown[] = Array.isArray(Objects) ? Objects : []
  const versions = objects.map((each) => (each as Input | undefined)?.VersionId !== undefined)
  return versions.length > 0 ? versions : [false, true]
}

const sourceAction = ({ CopySource }: Input): string =>
  typeof CopySource === 'string' && CopySource.includes('?versionId=') ? 'GetObjectVersion' : 'GetObject'

const same = (action: string, ...operations: string[]): [string, Entry][] =>
  operations.map((operation) => [operation, { plain: [action] }])

const table: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ...same('ListBucket', 'HeadBucket', 'ListObjects', 'ListObjectsV2'),
  ...same('ListAllMyBuckets', 'ListBuckets'),
  ...same('ListBucketVersions', 'ListObjectVersions'),
  ...same('ListBucketMultipartUploads', 'ListMultipartUploads'),
  ...same('ListMultipartUploadParts', 'ListParts'),
  ...same('PutObject', 'CompleteMultipartUpload', 'CreateMultipartUpload', 'UploadPart'),
  ['CopyObject', { plain: ['PutObject'], source: true }],
  ['UploadPartCopy', { plain: ['PutObject'], source: true }],
  ['GetObject', { plain: ['GetObject'], versioned: ['GetObjectVersion'] }],
  ['HeadObject', { plain: ['GetObject'], versioned: ['GetObjectVersion'] }],
  ['GetObjectAcl', { plain: ['GetObjectAcl'], versioned: ['GetObjectVersionAcl'] }],
  ['GetObjectTagging', { plain: ['GetObjectTagging'], versioned: ['GetObjectVersionTagging'] }],
  [
    'GetObjectAttributes',
    {
      plain: ['GetObjectAttributes', 'GetObject'],
      versioned: ['GetObjectVersionAttributes', 'GetObjectVersion'],
    },
  ],
  ['PutObjectAcl', { plain: ['PutObjectAcl'], versioned: ['PutObjectVersionAcl'] }],
  ['PutObjectTagging', { plain: ['PutObjectTagging'], versioned: ['PutObjectVersionTagging'] }],
  ['DeleteObjectTagging', { plain: ['DeleteObjectTagging'], versioned: ['DeleteObjectVersionTagging'] }],
  ['DeleteObject', { plain: ['DeleteObject'], versioned: ['DeleteObjectVersion'] }],
  ['DeleteObjects', { plain: ['DeleteObject'], versioned: ['DeleteObjectVersion'] }],
  ...same('GetObject', 'SelectObjectContent'),
  ...same('GetAccelerateConfiguration', 'GetBucketAccelerateConfiguration'),
  ...same('PutAccelerateConfiguration', 'PutBucketAccelerateConfiguration'),
  ...['Analytics', 'IntelligentTiering', 'Inventory', 'Metrics'].flatMap((kind) => [
    ...same(`Get${kind}Configuration`, `GetBucket${kind}Configuration`, `ListBucket${kind}Configurations`),
    ...same(`Put${kind}Configuration`, `PutBucket${kind}Configuration`, `DeleteBucket${kind}Configuration`),
  ]),
  ...same('GetEncryptionConfiguration', 'GetBucketEncryption'),
  ...same('PutEncryptionConfiguration', 'PutBucketEncryption', 'DeleteBucketEncryption'),
  ...same('GetLifecycleConfiguration', 'GetBucketLifecycleConfiguration'),
  ...same('PutLifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'),
  ...same('GetReplicationConfiguration', 'GetBucketReplication'),
  ...same('PutReplicationConfiguration', 'PutBucketReplication', 'DeleteBucketReplication'),
  ...same('GetBucketNotification', 'GetBucketNotificationConfiguration'),
  ...same('PutBucketNotification', 'PutBucketNotificationConfiguration'),
  ...same('GetBucketPublicAccessBlock', 'GetPublicAccessBlock'),
  ...same('PutBucketPublicAccessBlock', 'PutPublicAccessBlock', 'DeletePublicAccessBlock'),
  ...same('GetBucketObjectLockConfiguration', 'GetObjectLockConfiguration'),
  ...same('PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration'),
  ...same('GetBucketCORS', 'GetBucketCors'),
  ...same('PutBucketCORS', 'PutBucketCors', 'DeleteBucketCors'),
  ...same('PutBucketTagging', 'DeleteBucketTagging'),
  ...same('PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'),
  ...same('CreateBucketMetadataTableConfiguration', 'CreateBucketMetadataConfiguration'),
  ...same('GetBucketMetadataTableConfiguration', 'GetBucketMetadataConfiguration'),
  ...same('DeleteBucketMetadataTableConfiguration', 'DeleteBucketMetadataConfiguration'),
  // Directory buckets and Object Lambda have prefixes of their own.
  ...same('s3express:CreateSession', 'CreateSession', 'RenameObject'),
  ...same('s3express:ListAllMyDirectoryBuckets', 'ListDirectoryBuckets'),
  ...same('s3-object-lambda:WriteGetObjectResponse', 'WriteGetObjectResponse'),
])

const writers = ['PutObject', 'CopyObject', 'CreateMultipartUpload']
const grants = ['ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP']

const extras: readonly (readonly [operations: readonly string[], member: string, action: string])[] = [
  [writers, 'Tagging', 'PutObjectTagging'],
  [writers, 'ObjectLockMode', 'PutObjectRetention'],
  [writers, 'ObjectLockLegalHoldStatus', 'PutObjectLegalHold'],
  ...grants.map((member) => [writers, member, 'PutObjectAcl'] as const),
  ...grants.map((member) => [['CreateBucket'], member, 'PutBucketAcl'] as const),
  [['CreateBucket'], 'ObjectOwnership', 'PutBucketOwnershipControls'],
  [['CreateBucket'], 'ObjectLockEnabledForBucket', 'PutBucketObjectLockConfiguration'],
  [['CreateBucket'], 'ObjectLockEnabledForBucket', 'PutBucketVersioning'],
  [
    ['DeleteObject', 'DeleteObjects', 'PutObjectRetention'],
    'BypassGovernanceRetention',
    'BypassGovernanceRetention',
  ],
]
