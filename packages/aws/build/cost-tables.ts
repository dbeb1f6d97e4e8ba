import type { Table } from './class-tables.ts'

/** Launches, purchases and provisioned capacity. */
export const spend: Table = {
  athena:
    'CreateCapacityReservation UpdateCapacityReservation StartQueryExecution StartSession StartCalculationExecution',
  'application-autoscaling': 'PutScalingPolicy RegisterScalableTarget',
  autoscaling: `CreateAutoScalingGroup ExecutePolicy LaunchInstances SetDesiredCapacity StartInstanceRefresh
    UpdateAutoScalingGroup`,
  backup: 'StartCopyJob StartRestoreJob',
  batch: 'CreateComputeEnvironment SubmitJob SubmitServiceJob UpdateComputeEnvironment',
  bedrock: `Converse* CreateEvaluationJob CreateModelCustomizationJob CreateModelImportJob CreateModelInvocationJob
    CreateProvisionedModelThroughput InvokeModel* UpdateProvisionedModelThroughput CreateMarketplaceModelEndpoint
    CreateAdvancedPromptOptimizationJob CreateCustomModelDeployment`,
  ce: 'StartCommitmentPurchaseAnalysis StartSavingsPlansPurchaseRecommendationGeneration',
  cloudfront: 'CreateAnycastIpList',
  cloudtrail: 'CreateEventDataStore',
  codebuild: 'CreateFleet RetryBuild RetryBuildBatch StartBuild StartBuildBatch StartSandbox UpdateFleet',
  dynamodb: `CreateGlobalTable CreateTable ImportTable RestoreTableFromBackup UpdateTable
    UpdateTableReplicaAutoScaling`,
  ec2: `AcceptReservedInstancesExchangeQuote AllocateAddress AllocateHosts CopyImage CopySnapshot CreateCapacityReservation
    CreateCapacityReservationBySplitting CreateCapacityReservationFleet CreateClientVpnEndpoint CreateFleet CreateNatGateway CreateReservedInstancesListing
    CreateTransitGateway CreateTransitGatewayConnect CreateTransitGatewayPeeringAttachment
    CreateTransitGatewayVpcAttachment CreateVerifiedAccessEndpoint CreateVerifiedAccessInstance CreateVolume CreateVpcEndpoint CreateVpnConnection
    EnableFastSnapshotRestores ModifyCapacityReservation* ModifyFleet ModifyReservedInstances ModifySpotFleetRequest
    ModifyVolume Purchase* StartNetworkInsightsAccessScopeAnalysis StartNetworkInsightsAnalysis RequestSpot* RunInstances RunScheduledInstances`,
  ecs: 'CreateExpressGatewayService CreateService CreateTaskSet RunTask StartTask UpdateService',
  eks: `CreateAddon CreateCapability CreateCluster CreateEksAnywhereSubscription CreateFargateProfile CreateNodegroup
    UpdateNodegroupConfig`,
  elasticache: `CreateCacheCluster CreateGlobalReplicationGroup CreateReplicationGroup CreateServerlessCache Increase*
    ModifyReplicationGroup* ModifyCacheCluster ModifyServerlessCache Purchase*`,
  elasticfilesystem: 'CreateFileSystem CreateReplicationConfiguration UpdateFileSystem',
  elasticloadbalancing: 'CreateLoadBalancer ModifyCapacityReservation',
  elasticmapreduce: `AddInstanceFleet AddInstanceGroups AddJobFlowSteps ModifyInstanceFleet ModifyInstanceGroups RunJobFlow
    PutManagedScalingPolicy`,
  es: 'CreateDomain CreateVpcEndpoint Purchase* UpdateDomainConfig',
  glue: `CreateDevEndpoint CreateSession RunStatement Start*Run StartCrawler UpdateDevEndpoint`,
  guardduty: 'CreateDetector CreateMalwareProtectionPlan UpdateOrganizationConfiguration StartMalwareScan',
  kinesis: 'CreateStream IncreaseStreamRetentionPeriod SplitShard UpdateShardCount UpdateStreamMode',
  lambda: 'PutProvisionedConcurrencyConfig CreateCapacityProvider',
  organizations: 'CreateAccount CreateGovCloudAccount',
  rds: `CreateBlueGreenDeployment CreateCustomDBEngineVersion CreateDB* CreateGlobalCluster ModifyDBCluster ModifyDBInstance Purchase* Restore*
    StartDBCluster StartDBInstance PromoteReadReplica`,
  redshift: `AcceptReservedNodeExchange CreateCluster ModifyCluster Purchase* ResizeCluster RestoreFromClusterSnapshot
    ResumeCluster`,
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
