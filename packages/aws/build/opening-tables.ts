/**
 * Operations that are judged by what a call has: with one of these members they change who may do what, and are of class
 * `permissions`; without, they are what the other tables say. By paths, separated by spaces. The last name of a path may
 * be a value (`Protocol.http`), `*` anything, and `!a|b` anything but a and b; one that begins so lists what is harmless,
 * and what AWS adds later is not. What a role says is found without this.
 */
export const openings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  autoscaling: { UpdateAutoScalingGroup: 'LaunchConfigurationName LaunchTemplate MixedInstancesPolicy' },
  codebuild: { UpdateProjectVisibility: 'projectVisibility.!PRIVATE' },
  ec2: {
    CreateVpcEndpoint: 'PolicyDocument',
    // The start script of a machine runs as root, at any later start.
    ModifyInstanceAttribute: [
      '!InstanceId|DryRun|Attribute|Value|DisableApiTermination|DisableApiStop|InstanceInitiatedShutdownBehavior',
      '|InstanceType|EbsOptimized|EnaSupport|SriovNetSupport|BlockDeviceMappings Attribute.!disableApiTermination',
      '|disableApiStop|instanceInitiatedShutdownBehavior|instanceType|ebsOptimized|enaSupport|sriovNetSupport',
    ].join(''),
    ModifySubnetAttribute:
      'AssignIpv6AddressOnCreation.Value.true MapCustomerOwnedIpOnLaunch.Value.true MapPublicIpOnLaunch.Value.true',
    ModifyVpcEndpoint: 'AddSecurityGroupIds PolicyDocument RemoveSecurityGroupIds ResetPolicy.true',
  },
  ecs: {
    UpdateService: [
      '!cluster|service|desiredCount|forceNewDeployment|availabilityZoneRebalancing|capacityProviderStrategy',
      '|deploymentConfiguration|enableECSManagedTags|healthCheckGracePeriodSeconds|monitoring|placementConstraints',
      '|placementStrategy|platformVersion|propagateTags',
    ].join(''),
  },
  eks: {
    UpdateClusterConfig: [
      '!name|clientRequestToken|computeConfig|controlPlaneScalingConfig|deletionProtection|kubernetesNetworkConfig',
      '|logging|resourcesVpcConfig|storageConfig|upgradePolicy|zonalShiftConfig resourcesVpcConfig.!endpointPrivateAccess',
      '|endpointPublicAccess|subnetIds resourcesVpcConfig.endpointPublicAccess.true',
    ].join(''),
  },
  elasticache: {
    ModifyCacheCluster: 'AuthToken AuthTokenUpdateStrategy CacheSecurityGroupNames SecurityGroupIds',
    ModifyReplicationGroup: `AuthToken AuthTokenUpdateStrategy CacheSecurityGroupNames RemoveUserGroups SecurityGroupIds
      TransitEncryptionEnabled.false TransitEncryptionMode UserGroupIdsToAdd UserGroupIdsToRemove`,
    ModifyServerlessCache: 'RemoveUserGroup SecurityGroupIds UserGroupId',
  },
  rds: {
    ModifyDBCluster: 'EnableHttpEndpoint.true MasterUserPassword VpcSecurityGroupIds',
    ModifyDBInstance: 'DBSecurityGroups MasterUserPassword VpcSecurityGroupIds',
  },
  redshift: {
    ModifyCluster: `ClusterSecurityGroups Encrypted.false EnhancedVpcRouting.false ManageMasterPassword
      MasterUserPassword VpcSecurityGroupIds`,
  },
  sns: {
    CreateTopic: `DataProtectionPolicy Attributes.!ContentBasedDeduplication|DeliveryPolicy|DisplayName|FifoThroughputScope|FifoTopic|KmsMasterKeyId|SignatureVersion|TracingConfig`,
    SetTopicAttributes:
      'AttributeName.!ContentBasedDeduplication|DeliveryPolicy|DisplayName|FifoThroughputScope|SignatureVersion|TracingConfig',
    // Anything but a queue and a function may be outside of AWS or takes a role.
    Subscribe: 'Protocol.!lambda|sqs',
  },
  sqs: { CreateQueue: queueAttributes('FifoQueue'), SetQueueAttributes: queueAttributes() },
}

/** Opens what it is of wherever it is: the databases of rds and redshift have it. */
const everywhere = ['PubliclyAccessible.true']

/** Paths of members with which an operation opens something; none where it is not judged by them. */
export const openingPaths = (
  service: string,
  operation: string,
  members: readonly string[],
): readonly string[] => [
  ...(openings[service]?.[operation]?.split(/\s+/) ?? []),
  ...everywhere.filter((path) => members.includes(path.split('.')[0] ?? '')),
]

function queueAttributes(...more: readonly string[]): string {
  const harmless = `ContentBasedDeduplication DeduplicationScope DelaySeconds FifoThroughputLimit
    KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod
    ReceiveMessageWaitTimeSeconds RedrivePolicy SqsManagedSseEnabled VisibilityTimeout`
  return `Attributes.!${[...harmless.split(/\s+/), ...more].join('|')}`
}
