import type { RequestFacts } from '@gateway/domain'
import { expect, test } from 'vitest'
import { factsOf } from './testing/catalogue.ts'

/** The keys of one action and resource of a request. */
const keysOf = (service: string, operation: string, input: object, wanted = /^/): RequestFacts['keys'] => {
  const found = factsOf(service, operation, input).find(({ action, resource }) =>
    wanted.test(`${action} ${resource}`),
  )
  if (!found) throw new Error('there is no such fact')
  return found.keys
}

test.each<[string, string, object, string, readonly string[] | undefined, RegExp?]>([
  ['s3', 'ListObjectsV2', { Bucket: 'b1x', Prefix: 'home/ada/', MaxKeys: 10 }, 's3:prefix', ['home/ada/']],
  ['s3', 'ListObjectsV2', { Bucket: 'b1x', MaxKeys: 10 }, 's3:max-keys', ['10']],
  ['s3', 'ListObjectsV2', { Bucket: 'b1x' }, 's3:prefix', []],
  ['s3', 'ListObjectsV2', { Bucket: 'b1x' }, 's3:delimiter', []],
  ['s3', 'PutObject', { Bucket: 'b1x', Key: 'k', ACL: 'public-read' }, 's3:x-amz-acl', ['public-read']],
  ['s3', 'PutObject', { Bucket: 'b1x', Key: 'k' }, 's3:x-amz-server-side-encryption', []],
  [
    's3',
    'PutObject',
    { Bucket: 'b1x', Key: 'k', ServerSideEncryption: 'aws:kms' },
    's3:x-amz-server-side-encryption',
    ['aws:kms'],
  ],
  ['s3', 'GetObject', { Bucket: 'b1x', Key: 'k', VersionId: 'v1' }, 's3:versionid', ['v1']],
  // AWS has no such key for a read of an object.
  ['s3', 'GetObject', { Bucket: 'b1x', Key: 'k' }, 's3:prefix', []],
  // What hangs on the object, only AWS knows.
  ['s3', 'GetObject', { Bucket: 'b1x', Key: 'k' }, 's3:existingobjecttag/team', undefined],
  [
    'ec2',
    'RunInstances',
    { ImageId: 'ami-1', InstanceType: 't3.micro' },
    'ec2:instancetype',
    ['t3.micro'],
    /instance\/\*/,
  ],
  ['ec2', 'RunInstances', { ImageId: 'ami-1', InstanceType: 't3.micro' }, 'ec2:instancetype', [], /image\//],
  // A launch template, or a default, decides.
  [
    'ec2',
    'RunInstances',
    { LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
    'ec2:instancetype',
    undefined,
    /instance\/\*/,
  ],
  ['ec2', 'StartInstances', { InstanceIds: ['i-1'] }, 'ec2:instancetype', undefined],
  ['ec2', 'StartInstances', { InstanceIds: ['i-1'] }, 'ec2:region', ['eu-west-1']],
  ['ec2', 'StartInstances', { InstanceIds: ['i-1'] }, 'ec2:resourcetag/team', undefined],
  ['ec2', 'StartInstances', { InstanceIds: ['i-1'] }, 'aws:resourcetag/team', undefined],
  ['ec2', 'CreateVolume', { Size: 500, VolumeType: 'gp3' }, 'ec2:volumesize', ['500']],
  [
    'lambda',
    'CreateEventSourceMapping',
    { FunctionName: 'app' },
    'lambda:functionarn',
    ['arn:aws:lambda:eu-west-1:111122223333:function:app'],
  ],
  ['lambda', 'AddPermission', { FunctionName: 'app', Principal: '*' }, 'lambda:principal', ['*']],
  [
    'iam',
    'AttachRolePolicy',
    { RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/X' },
    'iam:policyarn',
    ['arn:aws:iam::aws:policy/X'],
  ],
  ['iam', 'CreateRole', { RoleName: 'r' }, 'iam:permissionsboundary', []],
  ['cloudformation', 'CreateStack', { StackName: 'app' }, 'cloudformation:rolearn', []],
  [
    'cloudformation',
    'CreateStack',
    { StackName: 'app', TemplateURL: 'https://x' },
    'cloudformation:templateurl',
    ['https://x'],
  ],
  ['dynamodb', 'GetItem', { TableName: 't', Key: { id: { S: 'ada' } } }, 'dynamodb:leadingkeys', ['ada']],
  [
    'dynamodb',
    'GetItem',
    { TableName: 't', Key: { id: { S: 'ada' }, at: { N: '1' } } },
    'dynamodb:leadingkeys',
    undefined,
  ],
  [
    'rds',
    'CreateDBInstance',
    { DBInstanceIdentifier: 'd', DBInstanceClass: 'db.t3.micro' },
    'rds:databaseclass',
    ['db.t3.micro'],
    /:db:d/,
  ],
  ['kms', 'Encrypt', { KeyId: 'alias/app' }, 'kms:requestalias', ['alias/app']],
  ['kms', 'Encrypt', { KeyId: 'k1' }, 'kms:requestalias', []],
  [
    'kms',
    'Encrypt',
    { KeyId: 'arn:aws:kms:eu-west-1:111122223333:alias/app' },
    'kms:requestalias',
    ['alias/app'],
  ],
  [
    'kms',
    'ReEncrypt',
    { SourceKeyId: 'alias/a', DestinationKeyId: 'alias/b' },
    'kms:requestalias',
    ['alias/a'],
    /From/,
  ],
  [
    'kms',
    'ReEncrypt',
    { SourceKeyId: 'alias/a', DestinationKeyId: 'alias/b' },
    'kms:requestalias',
    ['alias/b'],
    /To/,
  ],
  [
    'lambda',
    'CreateEventSourceMapping',
    { FunctionName: '444455556666:function:prod' },
    'lambda:functionarn',
    ['arn:aws:lambda:eu-west-1:444455556666:function:prod'],
  ],
  ['lambda', 'CreateEventSourceMapping', { FunctionName: 'prod:live' }, 'lambda:functionarn', undefined],
  ...['DeleteEventSourceMapping', 'GetEventSourceMapping', 'UpdateEventSourceMapping'].map(
    (operation): [string, string, object, string, undefined] => [
      'lambda',
      operation,
      { UUID: 'a-b' },
      'lambda:functionarn',
      undefined,
    ],
  ),
  [
    'cloudformation',
    'ExecuteChangeSet',
    { ChangeSetName: 'arn:aws:cloudformation:eu-west-1:111122223333:changeSet/c1/0a-1', StackName: 's' },
    'cloudformation:changesetname',
    ['c1'],
  ],
  ['ec2', 'RunInstances', { ImageId: 'ami-1' }, 'ec2:keypairname', [], /instance\/\*/],
  ...['ec2:ebsoptimized', 'aws:requesttag/team', 'aws:tagkeys'].map(
    (key): [string, string, object, string, undefined, RegExp] => [
      'ec2',
      'RunInstances',
      { LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
      key,
      undefined,
      /instance\/\*/,
    ],
  ),
  ['cloudformation', 'UpdateStack', { StackName: 's' }, 'cloudformation:rolearn', undefined],
  [
    'cloudformation',
    'CreateChangeSet',
    { StackName: 's', ChangeSetName: 'c', ImportExistingResources: true },
    'cloudformation:importresourcetypes',
    undefined,
  ],
  ['lambda', 'UpdateFunctionConfiguration', { FunctionName: 'f' }, 'lambda:subnetids', undefined],
  ['lambda', 'CreateFunction', { FunctionName: 'f' }, 'lambda:subnetids', []],
  ['s3', 'CreateBucket', { Bucket: 'b1x' }, 's3:locationconstraint', undefined],
  [
    's3',
    'PutObjectRetention',
    { Bucket: 'b1x', Key: 'k', Retention: { RetainUntilDate: new Date(0) } },
    's3:object-lock-retain-until-date',
    ['1970-01-01T00:00:00.000Z'],
  ],
  ['nowhere', 'DoIt', {}, 'ec2:instancetype', undefined],
  ['s3', 'CreateSession', { Bucket: 'b1x' }, 's3:prefix', undefined],
])('%s %s %j: %s is %j', (service, operation, input, key, values, wanted) => {
  expect(keysOf(service, operation, input, wanted).get(key)).toEqual(values)
})

test.each<[string, string, object]>([
  ['ec2', 'CreateTags', { Resources: ['i-1'], Tags: [{ Key: 'Team', Value: 'a' }] }],
  [
    'rds',
    'AddTagsToResource',
    { ResourceName: 'arn:aws:rds:eu-west-1:111122223333:db:d', Tags: [{ Key: 'Team', Value: 'a' }] },
  ],
  ['lambda', 'CreateFunction', { FunctionName: 'f', Tags: { Team: 'a' } }],
  ['sqs', 'CreateQueue', { QueueName: 'q', tags: { Team: 'a' } }],
  ['ecs', 'CreateCluster', { clusterName: 'c', tags: [{ key: 'Team', value: 'a' }] }],
  ['kms', 'CreateKey', { Tags: [{ TagKey: 'Team', TagValue: 'a' }] }],
  ['s3', 'PutObject', { Bucket: 'b1x', Key: 'k', Tagging: 'Team=a' }],
  ['backup', 'CreateBackupVault', { BackupVaultName: 'v', BackupVaultTags: { Team: 'a' } }],
  [
    'budgets',
    'CreateBudget',
    { AccountId: '111122223333', Budget: { BudgetName: 'b' }, ResourceTags: [{ Key: 'Team', Value: 'a' }] },
  ],
  ['s3', 'PutBucketTagging', { Bucket: 'b1x', Tagging: { TagSet: [{ Key: 'Team', Value: 'a' }] } }],
])('tags of %s %s', (service, operation, input) => {
  const keys = keysOf(service, operation, input)
  expect(keys.get('aws:requesttag/team')).toEqual(['a'])
  expect(keys.get('aws:tagkeys')).toEqual(['Team'])
  expect(keys.get('aws:requesttag/owner')).toEqual([])
  expect(keys.get('aws:principaltag/team')).toBeUndefined()
})

test('each thing that a launch makes has its own tags', () => {
  const input = {
    ImageId: 'ami-1',
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'a' }] },
      { ResourceType: 'volume', Tags: [{ Key: 'team', Value: 'b' }] },
    ],
  }
  const tag = (wanted: RegExp) => keysOf('ec2', 'RunInstances', input, wanted).get('aws:requesttag/team')
  expect(tag(/RunInstances .*instance\/\*/)).toEqual(['a'])
  expect(tag(/RunInstances .*volume\/\*/)).toEqual(['b'])
  expect(tag(/RunInstances .*image\//)).toEqual([])
  expect(tag(/CreateTags .*volume\/\*/)).toEqual(['b'])
  expect(keysOf('ec2', 'RunInstances', input, /CreateTags/).get('ec2:createaction')).toEqual(['RunInstances'])
})

test('tags that are taken away are keys without values', () => {
  const keys = keysOf('lambda', 'UntagResource', {
    Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f',
    TagKeys: ['team', 'owner'],
  })
  expect(keys.get('aws:tagkeys')).toEqual(['team', 'owner'])
  expect(keys.get('aws:requesttag/team')).toEqual([])
})

test('tags in a shape that nobody knows are not known, and neither are those that are not seen', () => {
  const keys = keysOf('lambda', 'CreateFunction', { FunctionName: 'f', Tags: { team: { deep: 'a' } } })
  for (const key of ['aws:requesttag/team', 'aws:requesttag/other', 'aws:tagkeys'])
    expect(keys.get(key)).toBeUndefined()
})

test.each<[string, string, object]>([
  ['lambda', 'CreateFunction', { FunctionName: 'f', OtherTags: { team: 'a' } }],
  [
    'ec2',
    'RequestSpotFleet',
    {
      SpotFleetRequestConfig: {
        TagSpecifications: [{ ResourceType: 'spot-fleet-request', Tags: [{ Key: 'team', Value: 'a' }] }],
      },
    },
  ],
  ['ec2', 'CreateFleet', { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: {} }] }],
  ['ecs', 'CreateService', { serviceName: 's', propagateTags: 'TASK_DEFINITION' }],
  ['logs', 'UntagLogGroup', { logGroupName: 'l', tags: ['team'] }],
])('tags that are not collected are not known: %s %s %j', (service, operation, input) => {
  for (const key of ['aws:requesttag/team', 'aws:tagkeys'])
    expect(keysOf(service, operation, input).get(key)).toBeUndefined()
})

test('what only looks like tags hides none', () => {
  const keys = keysOf('rds', 'CreateDBSnapshot', { DBSnapshotIdentifier: 's', CopyTagsToSnapshot: false })
  expect(keys.get('aws:requesttag/team')).toEqual([])
  expect(keysOf('ecr', 'PutImage', { repositoryName: 'r', imageTag: 'v1' }).get('aws:tagkeys')).toEqual([])
})

test('which key pair a launch template names is not known', () => {
  const valuesOf = (input: object) =>
    factsOf('ec2', 'RunInstances', input)
      .filter(({ action }) => action === 'ec2:RunInstances')
      .map(({ keys }) => keys.get('ec2:keypairname'))
  expect(valuesOf({ LaunchTemplate: { LaunchTemplateId: 'lt-1' } })).toContain(undefined)
  expect(valuesOf({ ImageId: 'ami-1' })).not.toContain(undefined)
})
