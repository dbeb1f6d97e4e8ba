import type { OperationTable } from './operation-tables.ts'

/** What changes something and so makes AWS bill more: size, number, tier, or work that is done by the hour or the gigabyte. */
export const billableChanges: OperationTable = {
  acm: 'RenewCertificate UpdateCertificateOptions',
  'application-autoscaling': 'Put* Register*',
  athena: 'UpdateCapacityReservation',
  backup: 'UpdateBackupPlan UpdateRecoveryPoint*',
  batch: 'UpdateServiceEnvironment',
  bedrock: `RegisterMarketplaceModelEndpoint UpdateCustomModelDeployment UpdateMarketplaceModelEndpoint
    UpdateProvisionedModelThroughput`,
  budgets: 'UpdateBudgetAction',
  cloudtrail: 'PutEventSelectors PutInsightSelectors UpdateEventDataStore UpdateTrail',
  cloudwatch: `EnableInsightRules PutAnomalyDetector PutDashboard PutInsightRule PutLogAlarm PutManagedInsightRules PutMetricData
    PutMetricStream`,
  config: `AssociateResourceTypes PutConfigRule PutConfigurationRecorder PutConformancePack PutOrganization* PutRemediationConfigurations
    PutServiceLinkedConfigurationRecorder PutThirdPartyServiceLinkedConfigurationRecorder`,
  dynamodb: `EnableKinesisStreamingDestination UpdateContinuousBackups UpdateContributorInsights UpdateGlobalTable
    UpdateGlobalTableSettings UpdateKinesisStreamingDestination UpdateTableReplicaAutoScaling`,
  ec2: `AcceptCapacityReservationBillingOwnership AcceptTransitGateway* AssociateCapacityReservationBillingOwner
    AssociateClientVpnTargetNetwork AssociateNatGatewayAddress EnableAwsNetworkPerformanceMetricSubscription EnableFastLaunch
    EnableFastSnapshotRestores EnableInstanceSqlHaStandbyDetections ModifyAccountVpcEncryptionControl
    ModifyDefaultCreditSpecification ModifyHosts ModifyInstanceCreditSpecification ModifyInstancePlacement ModifyIpam
    ModifySnapshotTier ModifyVpcEncryptionControl ModifyVpcEndpointPayerResponsibility
    ModifyVpcEndpointServicePayerResponsibility ModifyVpnConnection UpdateInterruptibleCapacityReservationAllocation`,
  ecr: 'PutRegistryScanningConfiguration PutReplicationConfiguration',
  ecs: `PutClusterCapacityProviders RegisterContainerInstance UpdateDaemon UpdateExpressGatewayService UpdateService
    UpdateTaskSet`,
  eks: 'UpdateEksAnywhereSubscription',
  elasticache: `BatchApplyUpdateAction ModifyCacheCluster ModifyGlobalReplicationGroup ModifyReplicationGroup*
    ModifyServerlessCache`,
  elasticfilesystem: 'PutBackupPolicy UpdateFileSystem',
  elasticloadbalancing: 'ModifyCapacityReservation SetSubnets',
  elasticmapreduce:
    'AddJobFlowSteps PutManagedScalingPolicy SetKeepJobFlowAliveWhenNoSteps SetUnhealthyNodeReplacement',
  es: 'AddDataSource AddDirectQueryDataSource UpdateDomainConfig',
  glue: 'UpdateColumnStatisticsTaskSettings UpdateCrawlerSchedule UpdateDevEndpoint UpdateTableOptimizer UpdateTrigger',
  guardduty: `EnableOrganizationAdminAccount SendObjectMalwareScan UpdateDetector UpdateMalwareProtectionPlan
    UpdateMalwareScanSettings UpdateMemberDetectors UpdateOrganizationConfiguration`,
  kinesis: `EnableEnhancedMonitoring RegisterStreamConsumer UpdateAccountSettings UpdateShardCount UpdateStreamMode
    UpdateStreamWarmThroughput`,
  kms: 'EnableKeyRotation RotateKeyOnDemand',
  lambda: 'PutFunctionScalingConfig',
  logs: `AssociateSourceToS3TableIntegration PutAccountPolicy PutDataProtectionPolicy PutIntegration UpdateLookupTable
    UpdateScheduledQuery`,
  rds: `EnableHttpEndpoint ModifyCurrentDBClusterCapacity ModifyDBCluster ModifyDBShardGroup ModifyGlobalCluster
    ModifyTenantDatabase`,
  redshift: `EnableSnapshotCopy ModifyCluster ModifyScheduledAction ModifySnapshotCopyRetentionPeriod ModifySnapshotSchedule
    ModifyUsageLimit`,
  route53: 'UpdateHealthCheck UpdateTrafficPolicyInstance',
  s3: `PutBucketAccelerateConfiguration PutBucketAnalyticsConfiguration PutBucketIntelligentTieringConfiguration
    PutBucketInventoryConfiguration PutBucketMetricsConfiguration PutBucketReplication UpdateBucketMetadata*`,
  securityhub: `BatchEnableStandards BatchUpdateStandardsControlAssociations EnableSecurityHub* UpdateConfigurationPolicy
    UpdateOrganizationConfiguration UpdateSecurityHubConfiguration UpdateStandardsControl`,
  ses: `PutAccountDedicatedIpWarmupAttributes PutAccountPricingAttributes PutAccountVdmAttributes
    PutConfigurationSetArchivingOptions PutConfigurationSetVdmOptions PutDedicatedIp* PutDeliverabilityDashboardOption`,
  sns: 'SetSMSAttributes',
  ssm: `RegisterTaskWithMaintenanceWindow UpdateAssociation UpdateMaintenanceWindowTask UpdateServiceSetting`,
  wafv2: 'UpdateWebACL',
}
