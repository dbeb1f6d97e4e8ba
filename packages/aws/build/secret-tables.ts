import type { Table } from './class-tables.ts'

/**
 * Answers that are secrets, ways to sign in or links that need no sign-in, whatever IAM calls their level: denied without
 * an explicit grant. The patterns of AWS services without a client here wait for theirs.
 */
export const secretReads: Table = {
  acm: 'ExportCertificate GetAcmeExternalAccountBindingCredentials',
  apigateway: 'GetApiKey GetApiKeys GetUsagePlanKey GetUsagePlanKeys',
  appsync: 'ListApiKeys',
  athena: 'CreatePresignedNotebookUrl GetResourceDashboard GetSessionEndpoint',
  autoscaling: 'DescribeLaunchConfigurations',
  codeartifact: 'GetAuthorizationToken',
  codepipeline: 'GetJobDetails GetThirdPartyJobDetails PollForJobs PollForThirdPartyJobs',
  'cognito-identity': 'GetCredentialsForIdentity GetOpenIdToken*',
  'cognito-idp': 'ListUserPoolClientSecrets',
  datazone: 'GetIamPortalLoginUrl',
  deadline: 'Assume*',
  ec2: `DescribeInstanceAttribute DescribeLaunchTemplateVersions ExportClientVpnClientConfiguration
    ExportVerifiedAccessInstanceClientConfiguration GetConsoleOutput GetConsoleScreenshot GetLaunchTemplateData
    GetPasswordData GetVpnConnectionDeviceSampleConfiguration`,
  ecr: 'GetAuthorizationToken GetDownloadUrlForLayer',
  'eks-auth': 'AssumeRoleForPodIdentity',
  elasticloadbalancing: 'GetTrustStoreCaCertificatesBundle GetTrustStoreRevocationContent',
  elasticmapreduce: `Get*SessionCredentials GetOnClusterAppUIPresignedURL GetPersistentAppUIPresignedURL
    GetSessionEndpoint`,
  glue: 'GetConnection GetConnections GetDashboardUrl GetSessionEndpoint',
  kms: 'Decrypt DeriveSharedSecret',
  lakeformation: 'GetTemporary*',
  lambda: 'GetFunction',
  lightsail: 'GetKeyPair GetInstanceAccessDetails GetRelationalDatabaseMasterUserPassword',
  redshift: 'GetClusterCredentials* GetIdentityCenterAuthToken',
  'redshift-serverless': 'GetCredentials',
  s3: 'CreateSession',
  secretsmanager: 'BatchGetSecretValue GetRandomPassword GetSecretValue',
  securityhub: 'GetConnectorV2 ListConnectorsV2',
  ses: 'GetExportJob GetImportJob',
  ssm: 'GetAccessToken GetDeployablePatchSnapshotForInstance GetParameter*',
  sso: 'GetRoleCredentials',
  states: 'GetActivityTask RevealSecrets TestState',
  sts: 'AssumeRole* AssumeRoot GetFederationToken GetSessionToken GetDelegatedAccessToken GetWebIdentityToken',
  wafv2: 'GenerateMobileSdkReleaseUrl ListAPIKeys',
}

/** Writes whose answer holds a secret: their class stays, but they take the grant too. */
export const secretWrites: Table = {
  apigateway: 'CreateApiKey CreateUsagePlanKey ImportApiKeys UpdateApiKey',
  codebuild: 'CreateWebhook StartSandboxConnection UpdateWebhook',
  ec2: `CreateKeyPair CreateVpnConnection ModifyVpnConnection ModifyVpnConnectionOptions ModifyVpnTunnelCertificate
    ModifyVpnTunnelOptions`,
  ecs: 'ExecuteCommand',
  elasticmapreduce: 'CreatePersistentAppUI',
  iam: 'CreateAccessKey CreateServiceSpecificCredential CreateVirtualMFADevice ResetServiceSpecificCredential',
  kms: 'GenerateDataKey GenerateDataKeyPair GenerateRandom',
  securityhub: 'CreateConnectorV2',
  ssm: 'CreateActivation ResumeSession StartSession',
  wafv2: 'CreateAPIKey',
}
