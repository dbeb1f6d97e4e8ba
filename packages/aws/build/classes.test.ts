import { type ApiOperation, iamActionsOf, type OperationClass } from '@gateway/domain'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApiIndex } from '../src/api/create-api-index.ts'
import { serviceFiles } from '../src/api/service-files.ts'
import { iamLevelOf } from './iam-levels.ts'

let find: (name: string) => ApiOperation | undefined
let all: readonly ApiOperation[]
beforeAll(async () => {
  const api = await createApiIndex()
  find = (name) => {
    const [service = '', operation = ''] = name.split(':')
    return api.find(service, operation)
  }
  const files = await Promise.all(Object.values(serviceFiles).map((load) => load()))
  all = files
    .map((file) => file.default as { service: string; operations: object })
    .flatMap(({ service, operations }) =>
      Object.keys(operations).flatMap((operation) => api.find(service, operation) ?? []),
    )
})
const nameOf = ({ service, operation }: ApiOperation) => `${service}:${operation}`

describe('the class of', () => {
  test.for<[OperationClass, string]>([
    [
      'read',
      'ec2:DescribeInstances ec2:DescribeVpcs s3:ListBuckets s3:GetObject s3:HeadBucket s3:GetBucketPolicy',
    ],
    ['read', 'iam:ListRoles iam:GetRole iam:SimulatePrincipalPolicy sts:GetCallerIdentity logs:StartQuery'],
    ['read', 'ce:GetCostAndUsage dynamodb:TransactGetItems apigateway:GetRestApis budgets:DescribeBudgets'],
    ['read', 'cloudformation:DescribeStackSet eks:DescribeAccessEntry athena:GetCapacityReservation'],
    [
      'write',
      'ec2:StopInstances ec2:StartInstances ec2:CreateTags sns:Publish sqs:SendMessage sqs:ReceiveMessage',
    ],
    [
      'write',
      'lambda:Invoke lambda:PublishVersion ssm:PutParameter apigateway:UpdateStage s3:PutBucketTagging',
    ],
    [
      'destructive',
      'ec2:TerminateInstances ec2:ReleaseAddress s3:DeleteBucket s3:DeleteObjects sqs:PurgeQueue',
    ],
    [
      'destructive',
      'kms:ScheduleKeyDeletion kms:DisableKey cloudtrail:StopLogging route53:ChangeResourceRecordSets',
    ],
    [
      'destructive',
      's3:PutObject dynamodb:ExecuteStatement dynamodb:TransactWriteItems logs:PutRetentionPolicy',
    ],
    ['destructive', 'ec2:RevokeSecurityGroupIngress ssm:DeregisterManagedInstance apigateway:DeleteRestApi'],
    ['permissions', 'iam:CreateUser iam:TagRole iam:DeleteRole iam:CreateAccessKey iam:AttachRolePolicy'],
    ['permissions', 's3:PutBucketPolicy s3:PutObjectAcl s3:DeletePublicAccessBlock sqs:SetQueueAttributes'],
    ['permissions', 'cloudformation:CreateStack cloudformation:UpdateStack cloudformation:ExecuteChangeSet'],
    [
      'permissions',
      'lambda:AddPermission kms:PutKeyPolicy ec2:ModifySnapshotAttribute kinesis:PutResourcePolicy',
    ],
    [
      'permissions',
      'organizations:AttachPolicy apigateway:UpdateRestApi ecs:ExecuteCommand ssm:StartSession',
    ],
    [
      'spend',
      'ec2:PurchaseReservedInstancesOffering ec2:AllocateAddress ec2:CreateNatGateway ec2:CreateVolume',
    ],
    ['spend', 'dynamodb:CreateTable lambda:PutProvisionedConcurrencyConfig kinesis:UpdateShardCount'],
    [
      'spend',
      'bedrock:CreateProvisionedModelThroughput rds:PurchaseReservedDBInstancesOffering elasticache:CreateCacheCluster',
    ],
  ])('%s: %s', ([access, names]) => {
    for (const name of names.split(' ')) expect(find(name)?.access, name).toBe(access)
  })

  test('a database snapshot is no capacity', () => {
    expect(find('rds:CreateDBSnapshot')?.access).toBe('write')
  })
})

test('fifty operations, picked at random, that IAM calls Write are none that only reads', async () => {
  const writes: ApiOperation[] = []
  for (const operation of all) {
    const [own = ''] = operation.iamActions
    if ((await iamLevelOf(own)) === 'Write' && !operation.secret) writes.push(operation)
  }
  expect(writes.length).toBeGreaterThan(1_000)
  // The same fifty each time, so that a failure can be looked at (a linear congruential generator).
  let seed = 20_260_926
  const picked = Array.from({ length: 50 }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return writes[seed % writes.length]
  })
  expect(new Set(picked).size).toBeGreaterThan(40)
  for (const operation of picked) {
    expect(operation && nameOf(operation)).toBeDefined()
    expect(['write', 'destructive', 'spend', 'permissions'], operation && nameOf(operation)).toContain(
      operation?.access,
    )
  }
})

test('no operation reads whose action is anything but Read or List', async () => {
  const wrong: string[] = []
  for (const operation of all.filter(({ access }) => access === 'read')) {
    for (const action of operation.iamActions) {
      const level = await iamLevelOf(action)
      if (!['Read', 'List'].includes(level ?? '')) wrong.push(`${nameOf(operation)} by ${action}: ${level}`)
    }
  }
  expect(wrong).toEqual([])
})

test('operations that are called as if they read, and do not', async () => {
  const reads = /^(?:Get|List|Describe|Search|Head|Test|Validate|Query|Scan|View)[A-Z]/
  const writes: string[] = []
  for (const operation of all.filter((each) => reads.test(each.operation))) {
    const level = await iamLevelOf(operation.iamActions[0] ?? '')
    if (level !== 'Read' && level !== 'List') writes.push(`${nameOf(operation)} ${operation.access}`)
  }
  expect(writes).toMatchInlineSnapshot(`
    [
      "apigateway:TestInvokeAuthorizer write",
      "apigateway:TestInvokeMethod permissions",
      "athena:GetSessionEndpoint sensitive-read",
      "cloudformation:TestType write",
      "cloudfront:TestConnectionFunction write",
      "cloudfront:TestFunction write",
      "elasticache:TestFailover destructive",
      "elasticache:TestMigration write",
      "elasticmapreduce:GetClusterSessionCredentials sensitive-read",
      "elasticmapreduce:GetOnClusterAppUIPresignedURL sensitive-read",
      "elasticmapreduce:GetPersistentAppUIPresignedURL sensitive-read",
      "elasticmapreduce:GetSessionEndpoint sensitive-read",
      "glue:DescribeConnectionType permissions",
      "glue:DescribeEntity permissions",
      "glue:ListConnectionTypes permissions",
      "glue:ListEntities permissions",
      "glue:TestConnection permissions",
      "redshift:GetClusterCredentials sensitive-read",
      "redshift:GetClusterCredentialsWithIAM sensitive-read",
      "secretsmanager:ValidateResourcePolicy permissions",
      "ses:TestRenderEmailTemplate write",
      "states:GetActivityTask sensitive-read",
      "states:TestState sensitive-read",
      "sts:GetDelegatedAccessToken sensitive-read",
      "sts:GetFederationToken sensitive-read",
      "sts:GetWebIdentityToken sensitive-read",
    ]
  `)
  expect(writes.length).toBeGreaterThanOrEqual(14)
})

test.for([
  'acm:ExportCertificate',
  'acm:GetAcmeExternalAccountBindingCredentials',
  'apigateway:GetApiKeys',
  'apigateway:GetUsagePlanKey',
  'apigateway:GetUsagePlanKeys',
  'athena:GetResourceDashboard',
  'ec2:DescribeInstanceAttribute',
  'ec2:ExportClientVpnClientConfiguration',
  'ec2:GetConsoleOutput',
  'ec2:GetPasswordData',
  'ec2:GetVpnConnectionDeviceSampleConfiguration',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
  'elasticloadbalancing:GetTrustStoreCaCertificatesBundle',
  'elasticmapreduce:GetClusterSessionCredentials',
  'kms:Decrypt',
  'lambda:GetFunction',
  'redshift:GetClusterCredentials',
  'redshift:GetClusterCredentialsWithIAM',
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:GetSecretValue',
  'securityhub:GetConnectorV2',
  'securityhub:ListConnectorsV2',
  'ses:GetExportJob',
  'ssm:GetDeployablePatchSnapshotForInstance',
  'ssm:GetParameter',
  'ssm:GetParameterHistory',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:AssumeRoot',
  'sts:GetFederationToken',
  'sts:GetSessionToken',
  'wafv2:GenerateMobileSdkReleaseUrl',
])('%s takes an explicit grant', (name) => {
  expect(find(name)).toMatchObject({ access: 'sensitive-read', secret: true })
})

test.for([
  ['iam:CreateAccessKey', 'permissions'],
  ['apigateway:CreateUsagePlanKey', 'permissions'],
  ['codebuild:StartSandboxConnection', 'permissions'],
  ['ec2:CreateKeyPair', 'write'],
  ['kms:GenerateDataKey', 'write'],
] as const)('%s writes, and answers with a secret', ([name, access]) => {
  expect(find(name)).toMatchObject({ access, secret: true })
})

test('each request of Cost Explorer for data is billed', () => {
  const billed = all.filter(({ costs }) => costs).map(nameOf)
  expect(billed).toEqual(
    expect.arrayContaining(['ce:GetCostAndUsage', 'ce:GetCostForecast', 'logs:StartQuery']),
  )
  expect(billed).not.toContain('ec2:DescribeInstances')
})

describe('a role is passed on by', () => {
  test.for<[string, string, OperationClass | undefined]>([
    ['ec2:RunInstances', 'IamInstanceProfile.Arn', 'spend'],
    ['apigateway:CreateAuthorizer', 'authorizerCredentials', undefined],
    ['apigateway:PutIntegration', 'credentials', 'write'],
    ['codebuild:StartBuild', 'serviceRoleOverride', 'destructive'],
    ['codebuild:StartBuildBatch', 'serviceRoleOverride', 'destructive'],
    ['es:CreateApplication', 'dataSources.*.iamRoleForDataSourceArn', 'write'],
    ['es:UpdateApplication', 'iamIdentityCenterOptions.iamRoleForIdentityCenterApplicationArn', 'write'],
    ['ec2:AssociateIamInstanceProfile', 'IamInstanceProfile.Name', 'write'],
    ['ec2:CreateLaunchTemplate', 'LaunchTemplateData.IamInstanceProfile.Arn', undefined],
    ['ec2:CreateFlowLogs', 'DeliverCrossAccountRole', 'write'],
    ['lambda:CreateFunction', 'Role', 'write'],
    ['lambda:UpdateFunctionConfiguration', 'Role', 'destructive'],
    ['cloudformation:CreateStack', 'RoleARN', undefined],
    ['cloudformation:DeleteStack', 'RoleARN', undefined],
    ['cloudformation:CreateStackSet', 'AdministrationRoleARN', undefined],
    ['ec2:CreateLaunchTemplate', 'LaunchTemplateData.IamInstanceProfile.Name', undefined],
    ['logs:PutSubscriptionFilter', 'roleArn', 'write'],
    ['cloudwatch:PutMetricStream', 'RoleArn', 'write'],
    ['rds:CreateDBInstance', 'MonitoringRoleArn', 'spend'],
    ['ssm:SendCommand', 'ServiceRoleArn', 'destructive'],
    ['ecs:RegisterTaskDefinition', 'taskRoleArn', 'write'],
    ['ecs:RunTask', 'overrides.taskRoleArn', 'destructive'],
    ['events:PutTargets', 'Targets.*.RoleArn', 'write'],
    ['scheduler:CreateSchedule', 'Target.RoleArn', 'write'],
    ['states:CreateStateMachine', 'roleArn', 'write'],
    ['states:UpdateStateMachine', 'roleArn', 'destructive'],
    ['elasticmapreduce:AddJobFlowSteps', 'ExecutionRoleArn', 'destructive'],
    ['codebuild:UpdateProject', 'serviceRole', 'destructive'],
    ['glue:UpdateJob', 'JobUpdate.Role', 'destructive'],
    ['glue:CreateJob', 'Role', 'write'],
    ['eks:CreateCluster', 'roleArn', 'spend'],
    ['batch:RegisterJobDefinition', 'containerProperties.jobRoleArn', 'write'],
    ['codebuild:CreateProject', 'serviceRole', 'write'],
    ['codepipeline:CreatePipeline', 'pipeline.roleArn', 'write'],
    ['s3:PutBucketReplication', 'ReplicationConfiguration.Role', 'write'],
  ])('%s at %s', ([name, path, withoutRole]) => {
    const found = find(name)
    expect(found?.access).toBe('permissions')
    expect(found?.passesRole).toContain(path)
    expect(found?.iamActions.at(-1)).toBe('iam:PassRole')
    expect(found?.withoutRole).toBe(withoutRole)
  })

  test.for([
    // In a definition, a template, a backup or a document that another request shows.
    'autoscaling:CreateLaunchConfiguration',
    'backup:StartRestoreJob',
    'ec2:CreateFleet',
    'ec2:CreateLaunchTemplateVersion',
    'ecs:CreateService',
    'elasticmapreduce:RunJobFlow',
    'ssm:StartAutomationExecution',
    'autoscaling:CreateAutoScalingGroup',
    'ecs:CreateDaemon',
    // In the value of a patch, a text or a map.
    'apigateway:UpdateAccount',
    'apigateway:UpdateAuthorizer',
    'apigateway:UpdateIntegration',
    'athena:CreateDataCatalog',
    'batch:SubmitServiceJob',
    'config:PutRemediationConfigurations',
    'glue:CreateConnection',
    'logs:PutAccountPolicy',
    'sns:SetPlatformApplicationAttributes',
    'sns:SetSMSAttributes',
    'ssm:CreateDocument',
    'ssm:UpdateDocument',
    'ssm:UpdateServiceSetting',
  ])('%s, where no member of its input says so', (name) => {
    expect(find(name)?.access).toBe('permissions')
    expect(find(name)?.iamActions).toContain('iam:PassRole')
    expect(find(name)?.withoutRole).toBeUndefined()
  })

  test('never is a call without a role a read: the tool that writes would read', () => {
    const reads = all.filter(({ withoutRole }) => withoutRole === 'read' || withoutRole === 'sensitive-read')
    expect(reads.map(nameOf)).toEqual([])
  })

  test.for([
    'ec2:DescribeIamInstanceProfileAssociations',
    'ec2:DescribeCapacityReservationBillingRequests',
    'iam:AddRoleToInstanceProfile',
    'sts:AssumeRole',
    'securityhub:BatchImportFindings',
    'codebuild:CreateWebhook',
    'rds:CreateDBProxyEndpoint',
  ])('not by %s', (name) => {
    expect(find(name)).toBeDefined()
    expect(find(name)?.passesRole).toBeUndefined()
    expect(find(name)?.iamActions).not.toContain('iam:PassRole')
  })
})

test('what a request demands when it is sent is what the index says, for every operation', () => {
  const undeclared = all.filter(({ service, operation, iamActions }) => {
    const demanded = iamActionsOf(service, operation, {})
    return demanded.some((action) => !iamActions.includes(action))
  })
  expect(undeclared.map(nameOf)).toEqual([])
})

test('what changes permissions beside a plain write is left to AWS to refuse', () => {
  expect(find('s3:PutObject')?.iamActions).toEqual([
    's3:PutObject',
    's3:PutObjectTagging',
    's3:PutObjectRetention',
    's3:PutObjectLegalHold',
  ])
  expect(find('s3:CopyObject')?.iamActions).toEqual(
    expect.arrayContaining(['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion']),
  )
  expect(find('s3:PutObject')?.access).toBe('destructive')
})
