import type { Table } from './class-tables.ts'

/** Who may do what, beyond what IAM calls permissions management: sharing, exposing, and policies inside of inputs. */
const access: Table = {
  acm: 'UpdateAcmeEndpoint',
  apigateway: `CreateAuthorizer CreateDomainName CreateDomainNameAccessAssociation CreateRestApi
    CreateUsagePlanKey ImportRestApi PutMethod PutRestApi UpdateAuthorizer UpdateDomainName UpdateMethod
    UpdateRestApi`,
  backup: `*BackupVaultMpaApprovalTeam CreateRestoreAccessBackupVault DeleteBackupVaultAccessPolicy
    PutBackupVaultAccessPolicy UpdateGlobalSettings UpdateRecoveryPointPolicy`,
  cloudfront: `*DistributionWebACL *DistributionTenantWebACL CopyDistribution Create*Distribution
    Create*DistributionWithTags CreateDistributionTenant CreateVpcOrigin Update*Distribution
    UpdateDistributionTenant UpdateDistributionWithStagingConfig UpdateKeyGroup UpdateOriginAccessControl
    UpdateResponseHeadersPolicy UpdateTrustStore UpdateVpcOrigin`,
  cloudtrail: 'RegisterOrganizationDelegatedAdmin',
  config: 'PutAggregationAuthorization',
  dynamodb: 'ExportTableToPointInTime',
  ec2: `*VpcBlockPublicAccess* ApplySecurityGroupsToClientVpnTargetNetwork
    AssociateCapacityReservationBillingOwner AssociateClientVpnTargetNetwork AssociateRouteTable
    AssociateSecurityGroupVpc AssociateTransitGatewayRouteTable AttachInternetGateway
    AttachVerifiedAccessTrustProvider BundleInstance CreateClientVpnRoute CreateLocalGatewayRoute
    CreateTransitGatewayRoute CreateVpnConnectionRoute CreateClientVpnEndpoint CreateInstanceConnectEndpoint
    CreateInstanceExportTask CreateMacSystemIntegrityProtectionModificationTask CreateNetworkAclEntry
    CreateStoreImageTask CreateTrafficMirrorSession CreateTransitGatewayPrefixListReference
    CreateVerifiedAccess* CreateVpcEndpointServiceConfiguration CreateVpcPeeringConnection
    DisableImageBlockPublicAccess DisableSnapshotBlockPublicAccess EnableAddressTransfer
    EnableAllowedImagesSettings EnableIpamOrganizationAdminAccount
    EnableReachabilityAnalyzerOrganizationSharing EnableSerialConsoleAccess
    EnableTransitGatewayRouteTablePropagation ImportClientVpnClientCertificateRevocationList
    ModifyAccountVpcEncryptionControl ModifyClientVpnEndpoint ModifyFpgaImageAttribute ModifyImageAttribute
    ModifyInstanceConnectEndpoint ModifyInstanceMetadataDefaults ModifyLocalGatewayRoute
    ModifyManagedPrefixList ModifyNetworkInterfaceAttribute ModifySecurityGroupRules ModifySnapshotAttribute
    ModifyTrafficMirrorSession ModifyTransitGateway ModifyTransitGatewayPrefixListReference
    ModifyVerifiedAccess* ModifyVpcEncryptionControl ModifyVpcEndpointServiceConfiguration
    ModifyVpcEndpointServicePermissions ModifyVpcPeeringConnectionOptions ModifyVpnTunnelOptions
    ReplaceTransitGatewayRoute Replace*RouteTableAssociation
    ReplaceImageCriteriaInAllowedImagesSettings ReplaceNetworkAcl* ResetImageAttribute ResetSnapshotAttribute
    RestoreManagedPrefixListVersion UpdateCapacityManagerOrganizationsAccess`,
  ecr: 'PutAccountSetting PutReplicationConfiguration RegisterPullTimeUpdateExclusion',
  ecs: 'RegisterContainerInstance',
  eks: `*AccessEntry *AccessPolicy *PodIdentityAssociation *IdentityProviderConfig
    ActivateCertificateAuthority CreateCertificateAuthority`,
  elasticache: `CopySnapshot CreateUser CreateUserGroup ExportServerlessCacheSnapshot ModifyUser
    ModifyUserGroup`,
  elasticfilesystem: 'DeleteFileSystemPolicy ModifyMountTargetSecurityGroups PutFileSystemPolicy',
  elasticloadbalancing: 'ModifyTrustStore RemoveTrustStoreRevocations SetSecurityGroups',
  elasticmapreduce: 'CreateStudioSessionMapping SetVisibleToAllUsers UpdateStudioSessionMapping',
  es: 'AuthorizeVpcEndpointAccess CreateDomain CreateOutboundConnection RevokeVpcEndpointAccess UpdateDomainConfig UpdatePackageScope',
  // Where events go, with the credentials of a connection.
  events: 'CreateApiDestination UpdateApiDestination UpdateConnection',
  glue: 'CreateGlueIdentityCenterConfiguration UpdateGlueIdentityCenterConfiguration',
  guardduty: 'EnableOrganizationAdminAccount',
  kms: 'CreateKey ReplicateKey UpdateCustomKeyStore',
  lambda: `CreateFunctionUrlConfig DeleteFunctionUrlConfig PutFunctionCodeSigningConfig
    UpdateCodeSigningConfig UpdateFunctionUrlConfig`,
  logs: `DeleteDeliveryDestinationPolicy PutBearerTokenAuthentication PutDataProtectionPolicy
    PutDeliveryDestinationPolicy PutDestinationPolicy`,
  organizations: `AttachPolicy CloseAccount CreateAccount CreateGovCloudAccount CreateOrganization
    CreatePolicy DeletePolicy DetachPolicy DisableAWSServiceAccess DisablePolicyType EnableAWSServiceAccess
    EnableAllFeatures EnablePolicyType Invite* LeaveOrganization MoveAccount RegisterDelegatedAdministrator
    RemoveAccountFromOrganization UpdatePolicy UpdateResponsibilityTransfer`,
  rds: `EnableHttpEndpoint ModifyDBClusterSnapshotAttribute ModifyDBProxyEndpoint ModifyDBSnapshotAttribute
    ModifyTenantDatabase`,
  redshift: `AddPartner AssociateDataShareConsumer CreateAuthenticationProfile CreateEndpointAccess
    CreateQev2IdcApplication ModifyAuthenticationProfile ModifyEndpointAccess ModifyQev2IdcApplication
    RegisterNamespace`,
  route53: 'AssociateVPCWithHostedZone CreateVPCAssociationAuthorization',
  s3: 'PutBucketAbac PutBucketCors PutBucketWebsite',
  securityhub: 'EnableOrganizationAdminAccount',
  ses: 'CreateEmailIdentityPolicy DeleteEmailIdentityPolicy UpdateEmailIdentityPolicy',
  sns: 'ConfirmSubscription PutDataProtectionPolicy',
  ssm: 'ModifyDocumentPermission ResetServiceSetting',
  wafv2: 'AssociateWebACL DisassociateWebACL UpdateIPSet UpdateRegexPatternSet UpdateRuleGroup UpdateWebACL',
}

/**
 * Code of the caller's choice that runs in whose name is not known when it is given: of the caller, of whoever runs it
 * later, on any machine of a group. Also sessions, and who may start a build.
 */
const code: Table = {
  // A call that no authorizer sees, as the integration.
  apigateway: 'TestInvokeMethod',
  cloudformation: `*StackSet *StackInstances ContinueUpdateRollback CreateChangeSet
    ActivateOrganizationsAccess CreateGeneratedTemplate CreateStack DeactivateOrganizationsAccess
    ExecuteChangeSet PublishType RollbackStack SetTypeConfiguration SetTypeDefaultVersion UpdateStack`,
  cloudfront: 'PublishConnectionFunction PublishFunction',
  codebuild: 'CreateWebhook ImportSourceCredentials StartSandboxConnection UpdateWebhook',
  codepipeline: 'PutWebhook UpdateActionType',
  config: 'PutConformancePack PutOrganizationConformancePack PutRemediationConfigurations',
  ecs: 'ExecuteCommand',
  glue: 'UpdateDevEndpoint',
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
