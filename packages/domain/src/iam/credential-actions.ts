/**
 * Whether an action hands out credentials of AWS or makes ones that outlive a session. No grant allows it: what it answers
 * would work outside of the gateway, where nothing narrows, confirms or records it.
 */
export const handsOutCredentials = (action: string): boolean =>
  action !== 'sts:GetCallerIdentity' && credentialActions.some((pattern) => pattern.test(action))

const credentialActions: readonly RegExp[] = [
  /^sts:/,
  /^iam:(Create|Update|Reset)(AccessKey|LoginProfile|ServiceSpecificCredential)$/,
  /^iam:UploadSigningCertificate$/,
  /^signin:/,
  /^sso:GetRoleCredentials$/,
  /^sso-oauth:/,
  /^eks-auth:/,
  /^rolesanywhere:CreateSession$/,
  /^cognito-identity:Get(CredentialsForIdentity|OpenIdToken)/,
  /^lakeformation:GetTemporary/,
  /^emr(-containers|-serverless)?:Get\w*SessionCredentials$/,
  /^elasticmapreduce:Get\w*SessionCredentials$/,
  /^deadline:Assume/,
  /^datazone:GetIamPortalLoginUrl$/,
  /^s3:(GetDataAccess|CreateSession)$/,
  /^s3express:CreateSession$/,
]
