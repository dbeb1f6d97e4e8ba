import type { Table } from './class-tables.ts'

/** Launches, purchases and provisioned capacity, but for what is more by another table: no call of it would be of this class. */
export const spend: Table = {
  athena: 'CreateCapacityReservation UpdateCapacityReservation StartSession',
  'application-autoscaling': 'PutScalingPolicy RegisterScalableTarget',
  autoscaling: 'LaunchInstances',
  backup: 'StartCopyJob',
  batch: 'CreateComputeEnvironment UpdateComputeEnvironment',
  bedrock: `Converse* CreateEvaluationJob CreateModelCustomizationJob CreateModelImportJob
    CreateModelInvocationJob CreateProvisionedModelThroughput InvokeModel* UpdateProvisionedModelThroughput
    CreateMarketplaceModelEndpoint CreateAdvancedPromptOptimizationJob CreateCustomModelDeployment`,
  ce: 'StartCommitmentPurchaseAnalysis StartSavingsPlansPurchaseRecommendationGeneration',
  cloudfront: 'CreateAnycastIpList',
  cloudtrail: 'CreateEventDataStore',
  codebuild: 'CreateFleet RetryBuild RetryBuildBatch StartSandbox UpdateFleet',
  dynamodb: 'CreateGlobalTable CreateTable ImportTable RestoreTableFromBackup UpdateTableReplicaAutoScaling',
  ec2: `AllocateAddress AllocateHosts CopyImage CopySnapshot CreateCapacityReservation
    CreateCapacityReservationBySplitting CreateCapacityReservationFleet CreateNatGateway
    CreateReservedInstancesListing CreateTransitGateway CreateTransitGatewayConnect
    CreateTransitGatewayPeeringAttachment CreateTransitGatewayVpcAttachment CreateVolume CreateVpnConnection
    EnableFastSnapshotRestores ModifyCapacityReservation* ModifyReservedInstances ModifySpotFleetRequest
    ModifyVolume Purchase* StartNetworkInsightsAccessScopeAnalysis StartNetworkInsightsAnalysis RequestSpot*
    RunInstances RunScheduledInstances`,
  ecs: 'CreateExpressGatewayService UpdateService',
  eks: `CreateAddon CreateCapability CreateCluster CreateEksAnywhereSubscription CreateFargateProfile
    CreateNodegroup UpdateNodegroupConfig`,
  elasticache: `CreateCacheCluster CreateGlobalReplicationGroup CreateReplicationGroup CreateServerlessCache
    Increase* ModifyReplicationGroup* Purchase*`,
  elasticfilesystem: 'CreateFileSystem CreateReplicationConfiguration UpdateFileSystem',
  elasticloadbalancing: 'CreateLoadBalancer ModifyCapacityReservation',
  elasticmapreduce: 'AddInstanceFleet AddInstanceGroups PutManagedScalingPolicy',
  es: 'CreateVpcEndpoint Purchase*',
  glue: 'CreateDevEndpoint CreateSession Start*Run StartCrawler',
  guardduty: 'CreateDetector CreateMalwareProtectionPlan StartMalwareScan',
  kinesis: 'CreateStream IncreaseStreamRetentionPeriod SplitShard UpdateShardCount UpdateStreamMode',
  lambda: 'PutProvisionedConcurrencyConfig CreateCapacityProvider',
  rds: `CreateBlueGreenDeployment CreateCustomDBEngineVersion CreateDB* CreateGlobalCluster ModifyDBCluster
    ModifyDBInstance Purchase* Restore* StartDBCluster StartDBInstance`,
  redshift: 'CreateCluster Purchase* ResizeCluster RestoreFromClusterSnapshot ResumeCluster',
  securityhub: 'EnableSecurityHub EnableSecurityHubV2',
  ses: 'CreateDedicatedIpPool PutAccountDedicatedIpWarmupAttributes PutDeliverabilityDashboardOption',
}

/** Creates of rds whose name looks like capacity, but that cost nothing by themselves. */
export const freeOfCharge: Table = {
  rds: 'CreateDB*Group CreateDBClusterSnapshot CreateDBSnapshot CreateDBSecurityGroup',
}

/** Where AWS bills the request itself, reads among them. */
export const billedRequests: Table = {
  'access-analyzer': 'CheckAccessNotGranted CheckNoNewAccess',
  athena: 'StartQueryExecution',
  bedrock: 'Converse* InvokeModel*',
  ce: 'Get*',
  cloudtrail: 'StartQuery',
  cloudwatch: 'GetInsightRuleReport GetMetricData GetMetricWidgetImage',
  logs: 'StartLiveTail StartQuery',
  s3: 'SelectObjectContent',
}
