import type { Table } from './class-tables.ts'

/** Who may do what, beyond what IAM calls permissions management: sharing, exposing, and policies inside of inputs. */
const access: Table = {
  acm: 'UpdateAcmeEndpoint',
  apigateway: `CreateAuthorizer CreateDomainName CreateDomainNameAccessAssociation CreateRestApi CreateUsagePlanKey
    ImportRestApi PutMethod PutRestApi UpdateAuthorizer UpdateDomainName UpdateMethod UpdateRestApi`,
  backup: `*BackupVaultMpaApprovalTeam CreateRestoreAccessBackupVault DeleteBackupVaultAccessPolicy
    PutBackupVaultAccessPolicy UpdateGlobalSettings UpdateRecoveryPointPolicy`,
  cloudfront: `*DistributionWebACL *DistributionTenantWebACL CopyDistribution Create*Distribution
    Create*DistributionWithTags CreateDistributionTenant CreateVpcOrigin Update*Distribution
    UpdateDistributionTenant UpdateDistributionWithStagingConfig UpdateKeyGroup UpdateOriginAccessControl
    UpdateResponseHeadersPolicy UpdateTrustStore UpdateVpcOrigin`,
  cloudtrail: 'RegisterOrganizationDelegatedAdmin',
  config: 'PutAggregationAuthorization',
  dynamodb: 'ExportTableToPointInTime',
  ec2: `*VpcBlockPublicAccess* ApplySecurityGroupsToClientVpnTargetNetwork AssociateCapacityReservationBillingOwner
    AssociateClientVpnTargetNetwork AssociateRouteTable AssociateSecurityGroupVpc AssociateTransitGatewayRouteTable
    AttachInternetGateway AttachVerifiedAccessTrustProvider BundleInstance Create*Route CreateClientVpnEndpoint
    CreateInstanceConnectEndpoint CreateInstanceExportTask CreateMacSystemIntegrityProtectionModificationTask
    CreateNetworkAclEntry CreateStoreImageTask CreateTrafficMirrorSession CreateTransitGatewayPrefixListReference
    CreateVerifiedAccess* CreateVpcEndpoint CreateVpcEndpointServiceConfiguration CreateVpcPeeringConnection
    DisableImageBlockPublicAccess DisableSnapshotBlockPublicAccess EnableAddressTransfer
    EnableAllowedImagesSettings EnableIpamOrganizationAdminAccount
    EnableReachabilityAnalyzerOrganizationSharing EnableSerialConsoleAccess
    EnableTransitGatewayRouteTablePropagation ImportClientVpnClientCertificateRevocationList
    ModifyAccountVpcEncryptionControl ModifyClientVpnEndpoint ModifyFpgaImageAttribute ModifyImageAttribute
    ModifyInstanceConnectEndpoint ModifyInstanceMetadataDefaults ModifyInstanceMetadataOptions
    ModifyLocalGatewayRoute ModifyManagedPrefixList ModifyNetworkInterfaceAttribute ModifySecurityGroupRules
    ModifySnapshotAttribute ModifySubnetAttribute ModifyTrafficMirrorSession ModifyTransitGateway
    ModifyTransitGatewayPrefixListReference ModifyVerifiedAccess* ModifyVpcEncryptionControl ModifyVpcEndpoint
    ModifyVpcEndpointServiceConfiguration ModifyVpcEndpointServicePermissions ModifyVpcPeeringConnectionOptions
    ModifyVpnTunnelOptions Replace*Route Replace*RouteTableAssociation ReplaceImageCriteriaInAllowedImagesSettings
    ReplaceNetworkAcl* ResetImageAttribute ResetSnapshotAttribute RestoreManagedPrefixListVersion
    UpdateCapacityManagerOrganizationsAccess`,
  ecr: 'PutAccountSetting PutReplicationConfiguration RegisterPullTimeUpdateExclusion',
  ecs: 'RegisterContainerInstance',
  eks: `*AccessEntry *AccessPolicy *PodIdentityAssociation *IdentityProviderConfig ActivateCertificateAuthority
    CreateCertificateAuthority`,
  elasticache: `CopySnapshot CreateUser CreateUserGroup ExportServerlessCacheSnapshot ModifyCacheCluster
    ModifyReplicationGroup ModifyServerlessCache ModifyUser ModifyUserGroup`,
  elasticfilesystem: 'DeleteFileSystemPolicy ModifyMountTargetSecurityGroups PutFileSystemPolicy',
  elasticloadbalancing: `CreateListener CreateRule ModifyListener ModifyRule ModifyTrustStore RemoveTrustStoreRevocations
    SetRulePriorities SetSecurityGroups`,
  elasticmapreduce: 'CreateStudioSessionMapping SetVisibleToAllUsers UpdateStudioSessionMapping',
  es: 'AuthorizeVpcEndpointAccess CreateDomain CreateOutboundConnection RevokeVpcEndpointAccess UpdateDomainConfig UpdatePackageScope',
  // Where events go, with the credentials of a connection.
  events: 'CreateApiDestination UpdateApiDestination UpdateConnection',
  glue: 'CreateGlueIdentityCenterConfiguration UpdateGlueIdentityCenterConfiguration',
  guardduty: 'EnableOrganizationAdminAccount',
  kms: 'CreateKey ReplicateKey UpdateCustomKeyStore',
  lambda: `CreateFunctionUrlConfig DeleteFunctionUrlConfig PutFunctionCodeSigningConfig UpdateCodeSigningConfig
    UpdateFunctionUrlConfig`,
  logs: `DeleteDeliveryDestinationPolicy PutBearerTokenAuthentication PutDataProtectionPolicy
    PutDeliveryDestinationPolicy PutDestinationPolicy`,
  organizations: `AttachPolicy CloseAccount CreateAccount CreateGovCloudAccount CreateOrganization CreatePolicy
    DeletePolicy DetachPolicy DisableAWSServiceAccess DisablePolicyType EnableAWSServiceAccess EnableAllFeatures
    EnablePolicyType Invite* LeaveOrganization MoveAccount RegisterDelegatedAdministrator
    RemoveAccountFromOrganization UpdatePolicy UpdateResponsibilityTransfer`,
  rds: `EnableHttpEndpoint ModifyDBClusterSnapshotAttribute ModifyDBProxyEndpoint ModifyDBSnapshotAttribute
    ModifyTenantDatabase`,
  redshift: `AddPartner AssociateDataShareConsumer CreateAuthenticationProfile CreateEndpointAccess
    CreateQev2IdcApplication ModifyAuthenticationProfile ModifyCluster ModifyEndpointAccess
    ModifyQev2IdcApplication RegisterNamespace`,
  route53: 'AssociateVPCWithHostedZone CreateVPCAssociationAuthorization',
  s3: 'PutBucketAbac PutBucketCors PutBucketWebsite',
  securityhub: 'EnableOrganizationAdminAccount',
  ses: 'CreateEmailIdentityPolicy DeleteEmailIdentityPolicy UpdateEmailIdentityPolicy',
  sns: 'ConfirmSubscription CreateTopic PutDataProtectionPolicy SetTopicAttributes Subscribe',
  sqs: 'CreateQueue SetQueueAttributes',
  ssm: 'ModifyDocumentPermission ResetServiceSetting',
  wafv2: 'AssociateWebACL DisassociateWebACL UpdateIPSet UpdateRegexPatternSet UpdateRuleGroup UpdateWebACL',
}

/** Code and commands of the caller's choice, which may do whatever the role of who runs them may. */
const code: Table = {
  // A call that no authorizer sees, as the integration.
  apigateway: 'TestInvokeMethod',
  athena: 'StartCalculationExecution',
  cloudformation: `*StackSet *StackInstances ContinueUpdateRollback CreateChangeSet
    ActivateOrganizationsAccess CreateGeneratedTemplate CreateStack DeactivateOrganizationsAccess
    ExecuteChangeSet PublishType RollbackStack SetTypeConfiguration SetTypeDefaultVersion UpdateStack`,
  cloudfront: 'PublishConnectionFunction PublishFunction',
  codebuild: `CreateWebhook ImportSourceCredentials StartBuild StartBuildBatch StartCommandExecution
    StartSandboxConnection UpdateWebhook`,
  codepipeline: 'PutWebhook UpdateActionType',
  config: 'PutConformancePack PutOrganizationConformancePack PutRemediationConfigurations',
  // Its start script runs as root.
  ec2: 'ModifyInstanceAttribute',
  ecs: 'ExecuteCommand',
  glue: 'RunStatement UpdateDevEndpoint UpdateJobFromSourceControl',
  lambda: 'UpdateFunctionCode',
  ssm: `*PatchBaseline* RegisterTargetWithMaintenanceWindow ResumeSession StartAccessRequest StartSession
    UpdateDocument UpdateDocumentDefaultVersion UpdateMaintenanceWindowTarget`,
}

/** Approvals, signatures and results, given in the place of a person or a program that others wait for. */
const approvals: Table = {
  bedrock: 'CreateFoundationModelAgreement PutEnforcedGuardrailConfiguration',
  budgets: 'ExecuteBudgetAction',
  codepipeline: `EnableStageTransition OverrideStageCondition PutApprovalResult PutJob*Result
    PutThirdPartyJob*Result`,
  ecs: 'ContinueServiceDeployment',
  kms: 'GenerateMac Sign',
  lambda: 'SendDurableExecutionCallbackFailure SendDurableExecutionCallbackSuccess',
  ssm: 'SendAutomationSignal UpdateDocumentMetadata',
  states: 'SendTaskFailure SendTaskSuccess',
}

export const permissionChanges: readonly Table[] = [access, code, approvals]
