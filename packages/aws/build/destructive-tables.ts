import type { Table } from './class-tables.ts'

/** What destroys, overwrites or ends something, or cannot be undone, though its name does not say so. */
const losses: Table = {
  acm: 'ImportCertificate',
  apigateway: 'UpdateBasePathMapping',
  // SQL can drop and overwrite.
  athena: 'StartQueryExecution',
  autoscaling: `BatchPutScheduledUpdateGroupAction CompleteLifecycleAction Detach* EnterStandby ExecutePolicy
    PutScheduledUpdateGroupAction RollbackInstanceRefresh SetDesiredCapacity SetInstanceHealth
    SetInstanceProtection StartInstanceRefresh UpdateAutoScalingGroup`,
  backup: `CancelLegalHold DisassociateRecoveryPoint* PutBackupVaultLockConfiguration StopBackupJob
    UpdateRecoveryPointLifecycle UpdateRegionSettings`,
  // Jobs run commands of the caller's choice.
  batch: 'CancelJob SubmitJob',
  bedrock: 'PutAccountDataRetention Stop*Job UpdateGuardrail',
  cloudformation: `CancelUpdateStack DeactivateType ExecuteStackRefactor SignalResource StopStackSetOperation
    UpdateTerminationProtection`,
  cloudfront: 'AssociateAlias UpdateDomainAssociation UpdateFieldLevelEncryption*',
  codepipeline: 'RollbackStage StopPipelineExecution',
  config: 'StartRemediationExecution',
  dynamodb: `BatchExecuteStatement BatchWriteItem ExecuteStatement ExecuteTransaction PutItem
    RestoreTableToPointInTime TransactWriteItems UpdateContinuousBackups UpdateGlobalTable UpdateItem
    UpdateTable UpdateTimeToLive`,
  ec2: `AssociateAddress CancelCapacityReservation CancelCapacityReservationFleets CancelConversionTask
    CancelSpotFleetRequests CreateReplaceRootVolumeTask DetachVolume DisassociateIamInstanceProfile
    LockSnapshot ModifyInstanceAttribute ModifyVpcTenancy ModifyVpnConnection ReplaceVpnTunnel
    SendDiagnosticInterrupt UnlockSnapshot`,
  ecr: 'PutImage PutImageTagMutability PutLifecyclePolicy',
  ecs: 'StopServiceDeployment StopTask UpdateContainerInstancesState',
  eks: 'AssociateEncryptionConfig UpdateClusterVersion UpdateNodegroupVersion',
  elasticache: `CompleteMigration Decrease* DisassociateGlobalReplicationGroup ModifyCacheCluster
    ModifyCacheParameterGroup ModifyGlobalReplicationGroup ModifyReplicationGroup ModifyServerlessCache
    RebootCacheCluster ResetCacheParameterGroup StartMigration TestFailover`,
  elasticfilesystem: 'PutBackupPolicy UpdateFileSystemProtection',
  elasticloadbalancing: 'ModifyLoadBalancerAttributes',
  elasticmapreduce: `CancelSteps ModifyInstanceFleet ModifyInstanceGroups PutAutoTerminationPolicy
    SetKeepJobFlowAliveWhenNoSteps SetTerminationProtection StopNotebookExecution`,
  es: 'StartDomainMaintenance UpgradeDomain',
  events: 'DeactivateEventSource DeauthorizeConnection RemoveTargets StartReplay UpdateArchive',
  firehose: 'StopDeliveryStreamEncryption',
  glue: `BatchStopJobRun ImportCatalogToGlue ResetJobBookmark StartJobRun StopSession StopWorkflowRun
    UpdateSourceControlFromJob`,
  kinesis: 'DecreaseStreamRetentionPeriod MergeShards StopStreamEncryption',
  kms: 'DisconnectCustomKeyStore ImportKeyMaterial ScheduleKeyDeletion UpdateAlias UpdatePrimaryRegion',
  lambda: 'PutFunctionConcurrency StopDurableExecution',
  logs: 'PutRetentionPolicy PutLogGroupDeletionProtection',
  organizations: 'CloseAccount LeaveOrganization RemoveAccountFromOrganization',
  rds: `ApplyPendingMaintenanceAction Modify*ParameterGroup ModifyDBSnapshot ModifyGlobalCluster
    ModifyOptionGroup PromoteReadReplica* Reboot* RemoveFromGlobalCluster Reset*ParameterGroup StopDBCluster
    StopDBInstance StopDBInstanceAutomatedBackupsReplication`,
  redshift: `BatchModifyClusterSnapshots DisassociateDataShareConsumer ModifyCluster ModifyClusterDbRevision
    ModifyClusterParameterGroup ModifyClusterSnapshot* ModifySnapshotCopyRetentionPeriod
    ModifySnapshotSchedule PauseCluster RebootCluster ResetClusterParameterGroup`,
  route53: `*KeySigningKey ChangeCidrCollection ChangeResourceRecordSets CreateTrafficPolicyInstance
    DisassociateVPCFromHostedZone EnableHostedZoneDNSSEC UpdateHealthCheck UpdateTrafficPolicyInstance`,
  s3: `CompleteMultipartUpload CopyObject PutBucketEncryption PutBucketLifecycleConfiguration
    PutBucketNotificationConfiguration PutBucketVersioning PutObject PutObjectLegalHold
    PutObjectLockConfiguration PutObjectRetention RenameObject UpdateObjectEncryption`,
  secretsmanager: `CancelRotateSecret PutSecretValue RemoveRegionsFromReplication StopReplicationToReplica
    UpdateSecret UpdateSecretVersionStage`,
  ses: `CreateImportJob PutAccountSendingAttributes PutConfigurationSetSendingOptions PutEmailIdentityDkim*
    SendBulkEmail SendCustomVerificationEmail SendEmail UpdateReputationEntity*`,
  sns: 'Unsubscribe',
  sqs: 'SetQueueAttributes StartMessageMoveTask',
  ssm: 'CancelCommand StopAutomationExecution',
  states: 'RedriveExecution StopExecution',
  wafv2: 'UpdateManagedRuleSetVersionExpiryDate',
}

/** Audit trails, alarms and detectors that go dark or are told to look away. */
const blindness: Table = {
  cloudtrail: `PutEventSelectors PutInsightSelectors StopEventDataStoreIngestion StopLogging UpdateChannel
    UpdateEventDataStore UpdateTrail`,
  // An alarm of that name is overwritten, and its actions may stop machines.
  cloudwatch: 'PutAlarmMuteRule PutCompositeAlarm PutMetricAlarm SetAlarmState StopMetricStreams',
  config: 'DisassociateResourceTypes PutDeliveryChannel PutRetentionConfiguration StopConfigurationRecorder',
  guardduty: `CreateFilter CreateIPSet CreateTrustedEntitySet DisassociateFrom* DisassociateMembers
    StopMonitoringMembers UpdateDetector UpdateFilter UpdateIPSet UpdateMalwareScanSettings
    UpdateMemberDetectors UpdateOrganizationConfiguration UpdatePublishingDestination UpdateTrustedEntitySet`,
  rds: 'ModifyActivityStream StopActivityStream',
  redshift: 'EnableLogging',
  s3: 'PutBucketLogging',
  securityhub: `BatchUpdateAutomationRules BatchUpdateStandardsControlAssociations CreateAutomationRule*
    DisassociateFrom* DisassociateMembers StartConfigurationPolicy* UpdateAutomationRuleV2
    UpdateConfigurationPolicy UpdateOrganizationConfiguration UpdateSecurityControl
    UpdateSecurityHubConfiguration UpdateStandardsControl`,
  wafv2: 'PutLoggingConfiguration',
}

/**
 * Code and commands of the caller's choice for what has a role of its own already: replaced or run, they may do what that
 * role may, but nobody may do more than before. A person decides each time, and an operator may ask; what passes a role,
 * lets others in or opens something is `permissions`.
 */
const code: Table = {
  athena: 'StartCalculationExecution',
  codebuild: 'StartBuild StartBuildBatch StartCommandExecution UpdateProject',
  ec2: 'ModifyLaunchTemplate',
  ecs: 'RunTask StartTask',
  elasticmapreduce: 'AddJobFlowSteps StartNotebookExecution',
  es: 'UpdatePackage',
  // A trigger has arguments of jobs, which may name other code.
  glue: 'CreateTrigger RunStatement UpdateJob UpdateJobFromSourceControl UpdateTrigger',
  lambda: 'UpdateFunctionCode UpdateFunctionConfiguration',
  ssm: 'SendCommand',
  states: 'UpdateStateMachine',
}

/** Ways of traffic and of the credentials of a machine, which end what went another way. */
const ways: Table = {
  ec2: `CreateRoute CreateVpcEndpoint ModifyInstanceMetadataOptions ModifySubnetAttribute ModifyVpcEndpoint
    ReplaceRoute`,
  eks: 'UpdateClusterConfig',
  elasticloadbalancing: 'CreateListener CreateRule ModifyListener ModifyRule SetRulePriorities',
}

export const destructive: readonly Table[] = [losses, blindness, code, ways]
