import type { OperationTable } from './operation-tables.ts'

/** What begins something and costs nothing while nobody uses it, or a fraction of a cent; whatever is not listed may be billed. */
export const freeBeginnings: OperationTable = {
  'access-analyzer':
    'CreateAccessPreview CreateArchiveRule CreateServiceLinkedAnalyzer Generate* StartPolicyGeneration StartResourceScan',
  acm: 'CreateAcme* ImportCertificate',
  apigateway: `CreateApiKey CreateAuthorizer CreateBasePathMapping CreateDocumentation* CreateDomainName* CreateModel
    CreateRequestValidator CreateResource CreateRestApi CreateUsagePlan* CreateVpcLink GenerateClientCertificate Import*`,
  athena:
    'CreateDataCatalog CreateNamedQuery CreateNotebook CreatePreparedStatement CreateWorkGroup ExportNotebook ImportNotebook',
  autoscaling: 'CreateLaunchConfiguration CreateOrUpdateTags RecordLifecycleActionHeartbeat',
  backup: `CreateBackupVault CreateLegalHold CreateLogicallyAirGappedBackupVault CreateReportPlan CreateRestoreAccessBackupVault
    CreateTieringConfiguration StartReportJob`,
  batch: 'CreateConsumableResource CreateJobQueue CreateQuotaShare CreateSchedulingPolicy',
  bedrock: `CreateAutomatedReasoningPolicy CreateAutomatedReasoningPolicyTestCase CreateAutomatedReasoningPolicyVersion
    CreateGuardrail CreateGuardrailVersion CreateInferenceProfile CreatePromptRouter`,
  budgets: 'CreateBudget CreateNotification CreateSubscriber ExecuteBudgetAction',
  ce: 'CreateAnomaly* CreateCostCategoryDefinition StartCostAllocationTagBackfill',
  cloudformation: `CreateChangeSet CreateGeneratedTemplate CreateStackRefactor ExecuteStackRefactor PublishType
    RecordHandlerProgress StartResourceScan`,
  cloudfront: `CopyDistribution CreateCachePolicy CreateCloudFrontOriginAccessIdentity CreateConnectionFunction
    CreateConnectionGroup CreateContinuousDeploymentPolicy CreateDistribution CreateDistributionTenant CreateDistributionWithTags
    CreateFieldLevelEncryption* CreateFunction CreateKeyGroup CreateKeyValueStore CreateOrigin* CreatePublicKey
    CreateResponseHeadersPolicy CreateStreamingDistribution* CreateVpcOrigin Publish* Test*`,
  cloudtrail: 'StartLogging',
  codebuild: `CreateProject CreateReportGroup CreateWebhook ImportSourceCredentials InvalidateProjectCache
    StartCommandExecution StartSandboxConnection`,
  codepipeline: 'CreateCustomActionType',
  config: 'DeliverConfigSnapshot',
  dynamodb: 'BatchExecuteStatement BatchWriteItem ExecuteStatement ExecuteTransaction TransactWriteItems',
  ec2: `AdvertiseByoipCidr AllocateIpamPoolCidr CreateCarrierGateway CreateClientVpnRoute CreateCoip* CreateCustomerGateway
    CreateDefaultSubnet CreateDefaultVpc CreateDhcpOptions CreateEgressOnlyInternetGateway CreateInstanceConnectEndpoint
    CreateInstanceEventWindow CreateInternetGateway CreateIpamPool CreateIpamResourceDiscovery CreateIpamScope CreateKeyPair
    CreateLaunchTemplate CreateLaunchTemplateVersion CreateLocalGatewayRoute* CreateManagedPrefixList CreateNetworkAcl
    CreateNetworkAclEntry CreateNetworkInsightsAccessScope CreateNetworkInsightsPath CreateNetworkInterface
    CreateNetworkInterfacePermission CreatePlacementGroup CreatePublicIpv4Pool CreateRoute CreateRouteTable CreateSecurityGroup
    CreateSpotDatafeedSubscription CreateSubnet CreateSubnetCidrReservation CreateTags CreateTrafficMirrorFilter*
    CreateTrafficMirrorTarget CreateTransitGatewayPolicyTable CreateTransitGatewayPolicyTableEntry
    CreateTransitGatewayPrefixListReference CreateTransitGatewayRoute* CreateVerifiedAccessGroup CreateVerifiedAccessInstance
    CreateVerifiedAccessTrustProvider CreateVpc CreateVpcBlockPublicAccessExclusion CreateVpcEndpointConnectionNotification
    CreateVpcEndpointServiceConfiguration CreateVpcPeeringConnection CreateVpnConnectionRoute CreateVpnGateway
    ExportTransitGatewayRoutes ImportClientVpnClientCertificateRevocationList ImportKeyPair ProvisionByoipCidr
    ProvisionIpamByoasn RestoreManagedPrefixListVersion StartDeclarativePoliciesReport
    StartVpcEndpointServicePrivateDnsVerification`,
  ecr: `CreatePullThroughCacheRule CreateRepository CreateRepositoryCreationTemplate InitiateLayerUpload StartImageScan
    StartLifecyclePolicyPreview UploadLayerPart`,
  ecs: 'ContinueServiceDeployment CreateCluster DiscoverPollEndpoint ExecuteCommand',
  eks: 'CreateAccessEntry CreatePodIdentityAssociation StartInsightsRefresh',
  elasticache: `CreateCacheParameterGroup CreateCacheSecurityGroup CreateCacheSubnetGroup CreateUser CreateUserGroup
    Rebalance* Test*`,
  elasticfilesystem: 'CreateAccessPoint CreateMountTarget CreateTags',
  elasticloadbalancing: 'CreateListener CreateRule CreateTargetGroup',
  elasticmapreduce:
    'CreatePersistentAppUI CreateSecurityConfiguration CreateStudio CreateStudioSessionMapping',
  es: `CreateIndex CreateOutboundConnection CreatePackage RollbackServiceSoftwareUpdate StartDomainMaintenance
    StartServiceSoftwareUpdate`,
  events: 'CreateApiDestination CreateConnection CreateEndpoint CreateEventBus CreatePartnerEventSource',
  firehose: 'StartDeliveryStreamEncryption',
  glue: `BatchCreatePartition CreateBlueprint CreateCatalog CreateClassifier CreateColumnStatisticsTaskSettings CreateConnection
    CreateCrawler CreateCustomEntityType CreateDataQualityRuleset CreateDatabase CreateGlueIdentityCenterConfiguration
    CreateIntegrationResourceProperty CreateIntegrationTableProperties CreateJob CreateMLTransform CreatePartition
    CreatePartitionIndex CreateRegistry CreateSchema CreateScript CreateSecurityConfiguration CreateTable CreateUsageProfile
    CreateUserDefinedFunction CreateWorkflow ImportCatalogToGlue RunStatement TestConnection`,
  guardduty: `CreateFilter CreateIPSet CreateMembers CreatePublishingDestination CreateSampleFindings CreateThreat*
    CreateTrustedEntitySet Invite*`,
  iam: '*',
  kinesis: 'StartStreamEncryption',
  kms: 'CreateAlias CreateGrant Encrypt Generate* ImportKeyMaterial ReEncrypt Sign',
  lambda: `CheckpointDurableExecution CreateAlias CreateCodeSigningConfig CreateFunctionUrlConfig PublishLayerVersion
    PublishVersion`,
  logs: 'CreateLogAnomalyDetector CreateLogGroup CreateLogStream',
  organizations: '*',
  rds: `CopyDBClusterParameterGroup CopyDBParameterGroup CopyOptionGroup CreateDBClusterParameterGroup CreateDBParameterGroup
    CreateDBSecurityGroup CreateDBSubnetGroup CreateEventSubscription CreateOptionGroup CreateTenantDatabase`,
  redshift: `CreateAuthenticationProfile CreateClusterParameterGroup CreateClusterSecurityGroup CreateClusterSubnetGroup
    CreateCustomDomainAssociation CreateEventSubscription CreateHsm* CreateQev2IdcApplication CreateRedshiftIdcApplication
    CreateSnapshotCopyGrant CreateSnapshotSchedule CreateTags CreateUsageLimit`,
  route53: `CreateCidrCollection CreateKeySigningKey CreateQueryLoggingConfig CreateReusableDelegationSet CreateTrafficPolicy
    CreateTrafficPolicyVersion CreateVPCAssociationAuthorization`,
  s3: 'WriteGetObjectResponse',
  scheduler: 'CreateScheduleGroup',
  secretsmanager: 'RestoreSecret ValidateResourcePolicy',
  securityhub: `BatchImportFindings CreateActionTarget CreateAggregatorV2 CreateAutomationRule* CreateConfigurationPolicy
    CreateFindingAggregator CreateInsight CreateMembers CreateTicketV2 GenerateRecommendedPolicyV2 Invite*
    StartConfigurationPolicyDisassociation`,
  servicequotas: '*',
  ses: `CreateConfigurationSet* CreateContact* CreateCustomVerificationEmailTemplate CreateEmail* CreateExportJob
    CreateImportJob CreateTenant* TestRenderEmailTemplate`,
  sns: `CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber CreateTopic OptInPhoneNumber PublishBatch
    Subscribe`,
  sqs: '*',
  ssm: `CreateActivation CreateDocument CreateMaintenanceWindow CreateOpsItem CreateOpsMetadata CreatePatchBaseline
    CreateResourceDataSync ResumeSession StartExecutionPreview StartSession`,
  states: 'CreateActivity CreateStateMachine* PublishStateMachineVersion',
  sts: '*',
  tag: '*',
  wafv2: 'CreateAPIKey CreateIPSet CreateRegexPatternSet CreateRuleGroup',
}
