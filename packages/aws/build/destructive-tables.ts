import type { Table } from './class-tables.ts'

/** What destroys, overwrites or ends something, or cannot be undone, though its name does not say so. */
const losses: Table = {
  acm: 'ImportCertificate',
  apigateway: 'UpdateBasePathMapping',
  // SQL can drop and overwrite.
  athena: 'StartQueryExecution',
  autoscaling: `BatchPutScheduledUpdateGroupAction CompleteLifecycleAction Detach* EnterStandby ExecutePolicy
    PutScheduledUpdateGroupAction RollbackInstanceRefresh SetDesiredCapacity SetInstanceHealth
    SetInstanceProtection StartInstanceRefresh`,
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
    RestoreTableToPointInTime TransactWriteItems UpdateContinuousBackups UpdateGlobalTable UpdateItem UpdateTable
    UpdateTimeToLive`,
  ec2: `AssociateAddress CancelCapacityReservation CancelCapacityReservationFleets CancelConversionTask
    CancelSpotFleetRequests CreateReplaceRootVolumeTask DetachVolume DisassociateIamInstanceProfile LockSnapshot
    ModifyVpcTenancy ModifyVpnConnection ReplaceVpnTunnel SendDiagnosticInterrupt UnlockSnapshot`,
  ecr: 'PutImage PutImageTagMutability PutLifecyclePolicy',
  ecs: 'StopServiceDeployment StopTask UpdateContainerInstancesState',
  eks: 'AssociateEncryptionConfig UpdateClusterVersion UpdateNodegroupVersion',
  elasticache: `CompleteMigration Decrease* DisassociateGlobalReplicationGroup ModifyCacheParameterGroup
    ModifyGlobalReplicationGroup RebootCacheCluster ResetCacheParameterGroup StartMigration TestFailover`,
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
  rds: `ApplyPendingMaintenanceAction Modify*ParameterGroup ModifyDBSnapshot ModifyGlobalCluster ModifyOptionGroup
    PromoteReadReplica* Reboot* RemoveFromGlobalCluster Reset*ParameterGroup StopDBCluster StopDBInstance
    StopDBInstanceAutomatedBackupsReplication`,
  redshift: `BatchModifyClusterSnapshots DisassociateDataShareConsumer ModifyClusterDbRevision
    ModifyClusterParameterGroup ModifyClusterSnapshot* ModifySnapshotCopyRetentionPeriod ModifySnapshotSchedule
    PauseCluster RebootCluster ResetClusterParameterGroup`,
  route53: `*KeySigningKey ChangeCidrCollection ChangeResourceRecordSets CreateTrafficPolicyInstance
    DisassociateVPCFromHostedZone EnableHostedZoneDNSSEC UpdateHealthCheck UpdateTrafficPolicyInstance`,
  s3: `CompleteMultipartUpload CopyObject PutBucketEncryption PutBucketLifecycleConfiguration
    PutBucketNotificationConfiguration PutBucketVersioning PutObject PutObjectLegalHold
    PutObjectLockConfiguration PutObjectRetention RenameObject UpdateObjectEncryption`,
  secretsmanager: `CancelRotateSecret PutSecretValue RemoveRegionsFromReplication StopReplicationToReplica
    UpdateSecret UpdateSecretVersionStage`,
  ses: `CreateImportJob PutAccountSendingAttributes PutConfigurationSetSendingOptions PutEmailIdentityDkim* SendBulkEmail
    SendCustomVerificationEmail SendEmail UpdateReputationEntity*`,
  sns: 'Unsubscribe',
  sqs: 'StartMessageMoveTask',
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
  config: `DisassociateResourceTypes PutDeliveryChannel PutRetentionConfiguration StopConfigurationRecorder`,
  guardduty: `CreateFilter CreateIPSet CreateTrustedEntitySet DisassociateFrom* DisassociateMembers
    StopMonitoringMembers UpdateDetector UpdateFilter UpdateIPSet UpdateMalwareScanSettings UpdateMemberDetectors
    UpdateOrganizationConfiguration UpdatePublishingDestination UpdateTrustedEntitySet`,
  rds: 'ModifyActivityStream StopActivityStream',
  redshift: 'EnableLogging',
  s3: 'PutBucketLogging',
  securityhub: `BatchUpdateAutomationRules BatchUpdateStandardsControlAssociations CreateAutomationRule*
    DisassociateFrom* DisassociateMembers StartConfigurationPolicy* UpdateAutomationRuleV2
    UpdateConfigurationPolicy UpdateOrganizationConfiguration UpdateSecurityControl
    UpdateSecurityHubConfiguration UpdateStandardsControl`,
  wafv2: 'PutLoggingConfiguration',
}

export const destructive: readonly Table[] = [losses, blindness]
