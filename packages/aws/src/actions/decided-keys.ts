import { textsAt, valuesAt } from './input-texts.ts'
import {
  all,
  at,
  changeSetNames,
  type DecidedKey,
  flag,
  functionArns,
  ifSaid,
  keyAliases,
  leadingKeys,
  nowhere,
  of,
  times,
  unlessLaunched,
  unlessUpdated,
} from './key-readers.ts'

const writes = /^(PutObject|CopyObject|CreateMultipartUpload)$/
const functions = /^(CreateFunction|UpdateFunctionConfiguration)$/
const lists = /^List(Objects|ObjectsV2|ObjectVersions|MultipartUploads)$/

/** Condition keys of services by the members of inputs that decide them (Service Authorization Reference, "Condition keys"). */
export const decidedKeys: readonly DecidedKey[] = [
  ...of('s3', {
    prefix: [lists, at('Prefix')],
    delimiter: [lists, at('Delimiter')],
    'max-keys': [lists, at('MaxKeys', 'MaxUploads')],
    versionid: [all, at('VersionId')],
    'x-amz-acl': [
      /^(PutObject|CopyObject|CreateMultipartUpload|PutObjectAcl|PutBucketAcl|CreateBucket)$/,
      at('ACL'),
    ],
    'x-amz-grant-full-control': [all, at('GrantFullControl')],
    'x-amz-grant-read': [all, at('GrantRead')],
    'x-amz-grant-read-acp': [all, at('GrantReadACP')],
    'x-amz-grant-write': [all, at('GrantWrite')],
    'x-amz-grant-write-acp': [all, at('GrantWriteACP')],
    'x-amz-copy-source': [all, at('CopySource')],
    'x-amz-metadata-directive': [/^CopyObject$/, at('MetadataDirective')],
    'x-amz-server-side-encryption': [writes, at('ServerSideEncryption')],
    'x-amz-server-side-encryption-aws-kms-key-id': [writes, at('SSEKMSKeyId')],
    'x-amz-server-side-encryption-customer-algorithm': [all, at('SSECustomerAlgorithm')],
    'x-amz-storage-class': [writes, at('StorageClass')],
    'x-amz-website-redirect-location': [writes, at('WebsiteRedirectLocation')],
    'x-amz-object-ownership': [/^CreateBucket$/, at('ObjectOwnership')],
    'object-lock-mode': [
      /^(PutObject|CopyObject|CreateMultipartUpload|PutObjectRetention)$/,
      at('ObjectLockMode', 'Retention.Mode'),
    ],
    'object-lock-legal-hold': [
      /^(PutObject|CopyObject|CreateMultipartUpload|PutObjectLegalHold)$/,
      at('ObjectLockLegalHoldStatus', 'LegalHold.Status'),
    ],
    'object-lock-retain-until-date': [
      /^(PutObject|CopyObject|CreateMultipartUpload|PutObjectRetention)$/,
      times('ObjectLockRetainUntilDate', 'Retention.RetainUntilDate'),
    ],
    // The SDK adds the region where it is not said.
    locationconstraint: [/^CreateBucket$/, ifSaid('CreateBucketConfiguration.LocationConstraint')],
  }),
  ...of('ec2', {
    region: [all, (_, { place }) => [place.region]],
    instancetype: [
      /^(RunInstances|RequestSpotInstances)$/,
      ifSaid('InstanceType', 'LaunchSpecification.InstanceType'),
    ],
    imageid: [/^RunInstances$/, ifSaid('ImageId')],
    tenancy: [/^RunInstances$/, ifSaid('Placement.Tenancy')],
    ebsoptimized: [
      /^RunInstances$/,
      (input) => {
        const [said] = valuesAt(input, 'EbsOptimized')
        return said === undefined ? undefined : [String(said)]
      },
    ],
    metadatahttptokens: [/^RunInstances$/, ifSaid('MetadataOptions.HttpTokens')],
    metadatahttpendpoint: [/^RunInstances$/, ifSaid('MetadataOptions.HttpEndpoint')],
    availabilityzone: [
      /^(RunInstances|CreateVolume|CreateSubnet)$/,
      ifSaid('Placement.AvailabilityZone', 'AvailabilityZone'),
    ],
    volumetype: [/^CreateVolume$/, ifSaid('VolumeType')],
    volumesize: [/^CreateVolume$/, ifSaid('Size')],
    volumeiops: [/^CreateVolume$/, ifSaid('Iops')],
    encrypted: [
      /^CreateVolume$/,
      (input) =>
        valuesAt(input, 'Encrypted').length > 0 ? flag('Encrypted')(input, { place: nowhere }) : undefined,
    ],
    keypairname: [/^RunInstances$/, unlessLaunched('KeyName')],
  }),
  ...of('lambda', {
    // What a mapping that is there is of, its id does not say.
    functionarn: [/^CreateEventSourceMapping$/, functionArns],
    layer: [functions, unlessUpdated('Layers.*')],
    principal: [/^AddPermission$/, at('Principal')],
    functionurlauthtype: [
      /^(AddPermission|(Create|Update)FunctionUrlConfig)$/,
      unlessUpdated('FunctionUrlAuthType', 'AuthType'),
    ],
    subnetids: [functions, unlessUpdated('VpcConfig.SubnetIds.*')],
    securitygroupids: [functions, unlessUpdated('VpcConfig.SecurityGroupIds.*')],
  }),
  ...of('iam', {
    policyarn: [/^(Attach|Detach)(Role|User|Group)Policy$/, at('PolicyArn')],
    permissionsboundary: [
      /^(Create(Role|User)|Put(Role|User)PermissionsBoundary)$/,
      at('PermissionsBoundary'),
    ],
    awsservicename: [/^CreateServiceLinkedRole$/, at('AWSServiceName')],
  }),
  ...of('dynamodb', {
    leadingkeys: [/^(GetItem|DeleteItem|UpdateItem|BatchGetItem)$/, leadingKeys],
    select: [/^(Query|Scan)$/, ifSaid('Select')],
    returnvalues: [/^(PutItem|UpdateItem|DeleteItem)$/, ifSaid('ReturnValues')],
  }),
  ...of('cloudformation', {
    templateurl: [all, at('TemplateURL')],
    changesetname: [/ChangeSet$/, changeSetNames],
    // A stack that is there may have a role of its own.
    rolearn: [all, unlessUpdated('RoleARN')],
    stackpolicyurl: [all, at('StackPolicyURL')],
    resourcetypes: [all, at('ResourceTypes.*')],
    importresourcetypes: [
      all,
      (input) =>
        valuesAt(input, 'ImportExistingResources').includes(true)
          ? undefined
          : textsAt(input, 'ResourcesToImport.*.ResourceType'),
    ],
  }),
  ...of('rds', {
    databaseclass: [/^(Create|Modify)DBInstance$/, ifSaid('DBInstanceClass')],
    databaseengine: [/^CreateDB(Instance|Cluster)$/, at('Engine')],
    databasename: [/^CreateDB(Instance|Cluster)$/, at('DBName', 'DatabaseName')],
    multiaz: [
      /^CreateDBInstance$/,
      (input) =>
        valuesAt(input, 'MultiAZ').length > 0 ? flag('MultiAZ')(input, { place: nowhere }) : undefined,
    ],
    storagesize: [/^CreateDBInstance$/, ifSaid('AllocatedStorage')],
    storageencrypted: [
      /^CreateDB(Instance|Cluster)$/,
      (input) =>
        valuesAt(input, 'StorageEncrypted').length > 0
          ? flag('StorageEncrypted')(input, { place: nowhere })
          : undefined,
    ],
  }),
  ...of('kms', {
    requestalias: [all, keyAliases],
    keyspec: [/^CreateKey$/, ifSaid('KeySpec')],
    keyusage: [/^CreateKey$/, ifSaid('KeyUsage')],
    scheduledeletionpendingwindowindays: [/^ScheduleKeyDeletion$/, ifSaid('PendingWindowInDays')],
    granteeprincipal: [/^CreateGrant$/, at('GranteePrincipal')],
    retiringprincipal: [/^CreateGrant$/, at('RetiringPrincipal')],
    grantoperations: [/^CreateGrant$/, at('Operations.*')],
  }),
  ...of('secretsmanager', {
    name: [/^CreateSecret$/, at('Name')],
    kmskeyid: [/^(Create|Update)Secret$/, at('KmsKeyId')],
    versionstage: [/^GetSecretValue$/, ifSaid('VersionStage')],
    versionid: [/^GetSecretValue$/, at('VersionId')],
    forcedeletewithoutrecovery: [/^DeleteSecret$/, flag('ForceDeleteWithoutRecovery')],
    recoverywindowindays: [/^DeleteSecret$/, ifSaid('RecoveryWindowInDays')],
  }),
  ...of('sns', {
    endpoint: [/^Subscribe$/, at('Endpoint')],
    protocol: [/^Subscribe$/, at('Protocol')],
  }),
  ...of('logs', { destinationarn: [/^PutSubscriptionFilter$/, at('destinationArn')] }),
]

/** The same by service. */
export const decidedByService: ReadonlyMap<string, readonly DecidedKey[]> = new Map(
  decidedKeys.map(({ service }) => [service, decidedKeys.filter((each) => each.service === service)]),
)
