/** Where the resources of a role's account are. */
export interface ArnScope {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string
  readonly accountId: string
}

/** What AWS checks for an action. */
export interface ActionResources {
  /** Type of the resources, such as `instance`; absent where there are several. */
  readonly type?: string
  readonly arns: readonly string[]
}

/**
 * The narrowest resources that AWS checks for an action in one account, or undefined where it checks none (or this table
 * does not know the action): then only `*` works (AWS Service Authorization Reference, "Resource types").
 */
export const resourcesOf = (action: string, scope: ArnScope): ActionResources | undefined => {
  const types = typesByAction.get(action)
  if (!types) return undefined
  const [type, ...more] = types
  const arns = types.map((each) => arnOf(shapes[each], scope))
  return { ...(type !== undefined && more.length === 0 && { type }), arns }
}

/** Fields after the partition: service, region, account, resource. `ACCOUNT` is the account's id. */
const shapes = {
  alarm: 'cloudwatch:*:ACCOUNT:alarm:*',
  bucket: 's3:::*',
  budget: 'budgets::ACCOUNT:budget/*',
  function: 'lambda:*:ACCOUNT:function:*',
  image: 'ec2:*::image/*',
  instance: 'ec2:*:ACCOUNT:instance/*',
  'key-pair': 'ec2:*:ACCOUNT:key-pair/*',
  'launch-template': 'ec2:*:ACCOUNT:launch-template/*',
  'log-group': 'logs:*:ACCOUNT:log-group:*',
  'network-interface': 'ec2:*:ACCOUNT:network-interface/*',
  object: 's3:::*/*',
  queue: 'sqs:*:ACCOUNT:*',
  role: 'iam::ACCOUNT:role/*',
  'security-group': 'ec2:*:ACCOUNT:security-group/*',
  snapshot: 'ec2:*::snapshot/*',
  stack: 'cloudformation:*:ACCOUNT:stack/*',
  subnet: 'ec2:*:ACCOUNT:subnet/*',
  table: 'dynamodb:*:ACCOUNT:table/*',
  topic: 'sns:*:ACCOUNT:*',
  volume: 'ec2:*:ACCOUNT:volume/*',
} as const

type ResourceType = keyof typeof shapes

const arnOf = (shape: string, { partition, accountId }: ArnScope): string =>
  `arn:${partition}:${shape.replace('ACCOUNT', accountId)}`

/** Actions without their service, by the types that AWS checks for them. */
const actionsByTypes: readonly (readonly [
  service: string,
  types: readonly ResourceType[],
  actions: string,
])[] = [
  ['budgets', ['budget'], 'ViewBudget'],
  [
    'cloudformation',
    ['stack'],
    `CancelUpdateStack CreateChangeSet CreateStack DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents
    DescribeStackResource DescribeStackResourceDrifts DescribeStackResources DescribeStacks DetectStackDrift
    DetectStackResourceDrift ExecuteChangeSet GetStackPolicy GetTemplate ListChangeSets ListStackResources UpdateStack`,
  ],
  // DescribeAlarms and DescribeAlarmHistory are not here: narrower than `*` they hide composite alarms (CloudWatch API).
  [
    'cloudwatch',
    ['alarm'],
    'DeleteAlarms DisableAlarmActions EnableAlarmActions PutMetricAlarm SetAlarmState',
  ],
  [
    'dynamodb',
    ['table'],
    'BatchGetItem DeleteItem DescribeTable DescribeTimeToLive GetItem PutItem Query Scan UpdateItem',
  ],
  [
    'ec2',
    ['instance'],
    `DescribeInstanceAttribute GetConsoleOutput GetConsoleScreenshot ModifyInstanceMetadataOptions
    MonitorInstances RebootInstances StartInstances StopInstances TerminateInstances UnmonitorInstances`,
  ],
  ['ec2', ['instance', 'security-group', 'volume'], 'ModifyInstanceAttribute'],
  [
    'ec2',
    [
      'image',
      'instance',
      'key-pair',
      'launch-template',
      'network-interface',
      'security-group',
      'snapshot',
      'subnet',
      'volume',
    ],
    'RunInstances',
  ],
  [
    'iam',
    ['role'],
    'GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies PassRole SimulatePrincipalPolicy',
  ],
  [
    'lambda',
    ['function'],
    `GetFunction GetFunctionConcurrency GetFunctionConfiguration GetFunctionUrlConfig GetPolicy
    InvokeFunction ListAliases ListVersionsByFunction PutFunctionConcurrency UpdateFunctionCode
    UpdateFunctionConfiguration`,
  ],
  [
    'logs',
    ['log-group'],
    `DescribeLogStreams DescribeMetricFilters DescribeSubscriptionFilters FilterLogEvents GetLogEvents
    GetLogGroupFields GetQueryResults StartQuery`,
  ],
  [
    's3',
    ['bucket'],
    `GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification
    GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
    GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
    GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions`,
  ],
  [
    's3',
    ['object'],
    `AbortMultipartUpload DeleteObject DeleteObjectVersion GetObject GetObjectAcl GetObjectAttributes
    GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectVersion GetObjectVersionAttributes
    GetObjectVersionTagging ListMultipartUploadParts PutObject PutObjectTagging RestoreObject`,
  ],
  ['sns', ['topic'], 'GetTopicAttributes ListSubscriptionsByTopic Publish'],
  ['sqs', ['queue'], 'GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ReceiveMessage SendMessage'],
]

const typesByAction: ReadonlyMap<string, readonly ResourceType[]> = new Map(
  actionsByTypes.flatMap(([service, types, actions]) =>
    actions.split(/\s+/).map((action) => [`${service}:${action}`, types] as const),
  ),
)
