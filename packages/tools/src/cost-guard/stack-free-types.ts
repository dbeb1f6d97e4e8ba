/** Whether a resource of that type costs nothing while nobody uses it. */
export const isFreeType = (type: string): boolean => {
  const [, service = '', name = ''] = /^AWS::(\w+)::(\w+)$/.exec(type) ?? []
  const names = Object.hasOwn(freeTypes, service) ? freeTypes[service] : undefined
  return names === '*' || names?.split(/\s+/).includes(name) === true
}

/** By service; `*` where it is true of every type. */
const freeTypes: Readonly<Record<string, string>> = {
  ApiGateway: `Account Authorizer BasePathMapping Deployment GatewayResponse Method Model RequestValidator Resource RestApi
    UsagePlan UsagePlanKey ApiKey`,
  ApiGatewayV2: 'Api ApiMapping Authorizer Deployment Integration Model Route Stage',
  ApplicationAutoScaling: '',
  CDK: 'Metadata',
  CertificateManager: 'Certificate',
  CloudFormation: 'WaitCondition WaitConditionHandle',
  Cognito: 'IdentityPool IdentityPoolRoleAttachment UserPool UserPoolClient UserPoolDomain UserPoolGroup',
  EC2: `DHCPOptions EIPAssociation InternetGateway EgressOnlyInternetGateway KeyPair LaunchTemplate NetworkAcl NetworkAclEntry
    NetworkInterface NetworkInterfaceAttachment NetworkInterfacePermission PlacementGroup PrefixList Route RouteTable
    SecurityGroup SecurityGroupEgress SecurityGroupIngress Subnet SubnetCidrBlock SubnetNetworkAclAssociation
    SubnetRouteTableAssociation VPC VPCCidrBlock VPCDHCPOptionsAssociation VPCGatewayAttachment VolumeAttachment`,
  ECR: 'Repository RepositoryPolicy',
  ECS: 'Cluster TaskDefinition',
  ElasticLoadBalancingV2: 'Listener ListenerCertificate ListenerRule TargetGroup',
  Events: 'Connection EventBus EventBusPolicy Rule',
  IAM: '*',
  Lambda: 'EventInvokeConfig LayerVersion LayerVersionPermission Permission Url',
  Logs: 'LogGroup LogStream MetricFilter QueryDefinition ResourcePolicy SubscriptionFilter',
  RDS: 'DBClusterParameterGroup DBParameterGroup DBSubnetGroup EventSubscription OptionGroup',
  ResourceGroups: '*',
  S3: 'Bucket BucketPolicy AccessPoint',
  Scheduler: 'ScheduleGroup',
  SNS: 'Subscription Topic TopicInlinePolicy TopicPolicy',
  SQS: 'Queue QueueInlinePolicy QueuePolicy',
  StepFunctions: 'Activity StateMachine StateMachineAlias StateMachineVersion',
}
