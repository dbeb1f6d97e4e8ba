import type { Table } from './class-tables.ts'

/**
 * Operations that may pass a role that no member of their input names: in a task definition, a launch template or an instance
 * that is copied, a backup, a document, a security configuration, or inside of a text or a map. RunInstances is not here:
 * that its input has a launch template is seen when it is called.
 */
export const hiddenRoles: Table = {
  athena: 'CreateDataCatalog UpdateDataCatalog',
  autoscaling: 'CreateAutoScalingGroup CreateLaunchConfiguration',
  backup: 'StartRestoreJob',
  batch: 'SubmitServiceJob',
  config: 'PutConformancePack PutOrganizationConformancePack PutRemediationConfigurations',
  ec2: 'CreateFleet CreateLaunchTemplateVersion ModifyFleet RequestSpotFleet',
  ecs: 'CreateDaemon CreateService CreateTaskSet UpdateDaemon',
  elasticmapreduce: 'RunJobFlow',
  glue: 'CreateConnection UpdateConnection',
  logs: 'PutAccountPolicy',
  ssm: `CreateAssociation CreateAssociationBatch CreateDocument RegisterTaskWithMaintenanceWindow
    StartAutomationExecution StartChangeRequestExecution StartExecutionPreview UpdateAssociation
    UpdateDocument UpdateMaintenanceWindowTask UpdateServiceSetting`,
}

/**
 * Those that are never less than `permissions` for the roles that they may work with, but pass none that their input does not
 * show: as the whole value of a patch or a map, or where AWS asks for no `iam:PassRole`. A stack keeps the role that it was made
 * with, and whoever may work on the stack uses it "regardless of whether those users have the iam:PassRole permission or not"
 * (CloudFormation User Guide, "AWS CloudFormation service role"); what is in a launch template is passed at the launch.
 */
export const keptRoles: Table = {
  apigateway: 'UpdateAccount UpdateAuthorizer UpdateIntegration',
  cloudformation: 'DeleteStack',
  ec2: 'CreateLaunchTemplate',
  sns: 'CreatePlatformApplication SetPlatformApplicationAttributes SetSMSAttributes SetSubscriptionAttributes',
}

/** Those whose inputs show a role where one is called, but by no member of their schema: in maps and in names with a value. */
export const shownRoles: Table = { sns: 'CreateTopic SetTopicAttributes Subscribe' }

/**
 * Those that run a definition with the roles that whoever made it passed, and may pass again: only another role in their
 * input makes them more.
 */
export const definedRoles: Table = { ecs: 'RunTask StartTask' }

/** Members that look like a role to pass and are none. */
export const noRoles: readonly RegExp[] = [
  /^securityhub:/,
  /^budgets:\w+ .*\bRoles\b/,
  /^codebuild:\w+ .*\bapproverRoles\b/,
  /^ec2:Describe/,
  /^eks:\w+Capability .*\brole$/,
  /^es:\w+ .*\b(MasterBackendRole|RolesKey)$/,
  /^firehose:\w+ .*\bSnowflakeRole$/,
  /^rds:CreateDBProxyEndpoint TargetRole$/,
  /^redshift:ModifyClusterIamRoles RemoveIamRoles/,
]
