import type { OperationClass } from '@gateway/domain'
import { beforeAll, expect, test } from 'vitest'
import { type ApiIndex, createApiIndex } from '../src/api/create-api-index.ts'
import { serviceFiles } from '../src/api/service-files.ts'
import { isIn, type Table, writesCalledReads } from './class-tables.ts'
import { billedRequests, freeOfCharge, spend } from './cost-tables.ts'
import { destructive } from './destructive-tables.ts'
import { permissionChanges } from './permission-tables.ts'
import { definedRoles, hiddenRoles, keptRoles, shownRoles } from './role-tables.ts'
import { secretReads, secretWrites } from './secret-tables.ts'

/** What a review found to be more than a write, and more that its criteria fit. */
const reviewed: readonly (readonly [OperationClass, string, string])[] = [
  ['permissions', 'apigateway', 'PutMethod TestInvokeMethod UpdateAuthorizer UpdateMethod'],
  ['permissions', 'budgets', 'ExecuteBudgetAction'],
  ['permissions', 'cloudfront', 'DisassociateDistributionWebACL PublishFunction UpdateDistribution'],
  ['permissions', 'codebuild', 'StartSandboxConnection'],
  ['permissions', 'codepipeline', 'EnableStageTransition OverrideStageCondition PutApprovalResult'],
  ['permissions', 'config', 'PutAggregationAuthorization PutConformancePack'],
  ['permissions', 'ec2', 'AcceptVpcPeeringConnection AcceptVpcEndpointConnections EnableAddressTransfer'],
  [
    'permissions',
    'ec2',
    'AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress ModifySecurityGroupRules',
  ],
  ['permissions', 'ec2', 'CreateNetworkAclEntry ModifyNetworkInterfaceAttribute ModifyVpcEndpoint'],
  ['permissions', 'ec2', 'ModifyInstanceAttribute'],
  ['permissions', 'ecr', 'PutReplicationConfiguration RegisterPullTimeUpdateExclusion'],
  ['permissions', 'elasticache', 'CreateUser ModifyUser'],
  ['permissions', 'elasticloadbalancing', 'SetSecurityGroups'],
  ['permissions', 'events', 'UpdateApiDestination'],
  ['permissions', 'guardduty', 'AcceptAdministratorInvitation'],
  ['permissions', 'kms', 'Sign'],
  ['permissions', 'lambda', 'UpdateCodeSigningConfig'],
  ['permissions', 'organizations', 'AcceptHandshake CreateAccount MoveAccount'],
  ['permissions', 'redshift', 'AuthorizeClusterSecurityGroupIngress ModifyCluster'],
  ['permissions', 'ssm', 'SendAutomationSignal UpdateDocument UpdateDocumentMetadata'],
  ['permissions', 'states', 'SendTaskSuccess'],
  ['permissions', 'wafv2', 'DisassociateWebACL UpdateIPSet'],
  // Code for what has a role of its own, and ways of traffic.
  ['destructive', 'athena', 'StartCalculationExecution'],
  ['destructive', 'codebuild', 'StartCommandExecution'],
  ['destructive', 'ec2', 'CreateRoute ModifyInstanceMetadataOptions ModifyLaunchTemplate ReplaceRoute'],
  ['destructive', 'elasticloadbalancing', 'CreateListener ModifyListener ModifyRule SetRulePriorities'],
  ['destructive', 'glue', 'CreateTrigger RunStatement UpdateJobFromSourceControl'],
  ['destructive', 'lambda', 'UpdateFunctionCode'],
  ['destructive', 'athena', 'StartQueryExecution'],
  ['destructive', 'autoscaling', 'SetDesiredCapacity SetInstanceHealth'],
  ['destructive', 'backup', 'PutBackupVaultLockConfiguration StopBackupJob'],
  ['destructive', 'batch', 'SubmitJob'],
  ['destructive', 'cloudformation', 'ExecuteStackRefactor UpdateTerminationProtection'],
  ['destructive', 'cloudwatch', 'PutMetricAlarm SetAlarmState'],
  ['destructive', 'dynamodb', 'PutItem UpdateContinuousBackups UpdateItem UpdateTimeToLive'],
  ['destructive', 'ec2', 'DeprovisionByoipCidr LockSnapshot SendDiagnosticInterrupt UnlockSnapshot'],
  ['destructive', 'ecs', 'StopTask'],
  ['destructive', 'elasticache', 'FailoverGlobalReplicationGroup TestFailover'],
  ['destructive', 'guardduty', 'CreateFilter DisassociateFromAdministratorAccount'],
  ['destructive', 'kms', 'DisconnectCustomKeyStore ImportKeyMaterial UpdateAlias'],
  [
    'destructive',
    'rds',
    'BacktrackDBCluster RebootDBInstance StopActivityStream StopDBInstance SwitchoverReadReplica',
  ],
  [
    'destructive',
    's3',
    'AbortMultipartUpload CompleteMultipartUpload CopyObject PutBucketVersioning PutObject',
  ],
  ['destructive', 's3', 'PutObjectLegalHold PutObjectRetention'],
  ['destructive', 'secretsmanager', 'PutSecretValue UpdateSecret'],
  ['destructive', 'securityhub', 'DisassociateMembers UpdateStandardsControl'],
  ['spend', 'ses', 'PutDeliverabilityDashboardOption'],
  ['write', 'kinesis', 'SubscribeToShard'],
  ['write', 'logs', 'StopQuery'],
  // They make a report for whoever asks, and change nothing else.
  [
    'read',
    'iam',
    'GenerateCredentialReport GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails',
  ],
]

let api: ApiIndex
const names = new Map<string, readonly string[]>()
const operationsOf = (service: string) => names.get(service) ?? []
beforeAll(async () => {
  api = await createApiIndex()
  for (const [service, load] of Object.entries(serviceFiles)) {
    const file = (await load()).default as { readonly operations: object }
    names.set(service, Object.keys(file.operations))
  }
})

test.for(reviewed)('%s: %s %s', ([access, service, operations]) => {
  for (const name of operations.split(' ')) expect(api.find(service, name)?.access, name).toBe(access)
})

test('verbs that end, open or agree are never left to a model alone', () => {
  const more = api
    .services()
    .flatMap(({ service }) => operationsOf(service).map((name) => [service, name] as const))
    .filter(([, name]) =>
      /^(?:Abort|Accept|Authorize|Backtrack|Delete|Deprovision|Failover|Terminate)/.test(name),
    )
    .filter(([service, name]) => {
      const access = api.find(service, name)?.access
      return access !== 'destructive' && access !== 'permissions'
    })
  expect(more).toEqual([])
})

test('no entry for costs is always overruled by another table', () => {
  const dead = Object.entries(spend).flatMap(([service, patterns]) =>
    patterns.split(/\s+/).filter((pattern) => {
      const fitting = operationsOf(service).filter((name) => isIn({ [service]: pattern }, service, name))
      const found = fitting.map((name) => api.find(service, name))
      return fitting.length > 0 && !found.some((each) => [each?.access, each?.withoutRole].includes('spend'))
    }),
  )
  expect(dead).toEqual([])
})

test('every name and pattern of the tables is one of an operation that there is', () => {
  const secret = [secretReads, secretWrites]
  const cost = [billedRequests, freeOfCharge, spend]
  const tables: readonly Table[] = [
    ...[...permissionChanges, ...destructive, ...secret, ...cost],
    ...[definedRoles, hiddenRoles, keptRoles, shownRoles, writesCalledReads],
  ]
  const wrong = tables.flatMap((table) =>
    Object.entries(table).flatMap(([service, patterns]) => {
      // Nor is there a client for some services.
      if (!(service in serviceFiles)) return []
      const fits = (pattern: string) =>
        operationsOf(service).some((name) => isIn({ [service]: pattern }, service, name))
      return patterns
        .split(/\s+/)
        .filter((pattern) => pattern !== '' && !fits(pattern))
        .map((pattern) => `${service}:${pattern}`)
    }),
  )
  // Of bedrock-runtime and of what IAM has already: they wait for their client.
  expect([...new Set(wrong)]).toEqual([
    'backup:UpdateRecoveryPointPolicy',
    'states:RevealSecrets',
    'bedrock:Converse*',
    'bedrock:InvokeModel*',
  ])
})
